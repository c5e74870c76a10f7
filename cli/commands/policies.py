"""`zhupi policy …`: the rules by which routes are planned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.syntax import Syntax

from cli.command import command
from cli.commands.policy_trials import PROBLEMS, File, Process, choice, policies, yaml_of
from cli.exits import Exit
from cli.help import HOUSE
from cli.names import resource
from cli.options import Seen
from cli.paging import ENOUGH, Limit, listed
from cli.refusals import NothingToPublish
from cli.session import Session
from zhupi.approval.v1 import policy_pb2 as pb
from zhupi.approval.v1.policy_pb2 import Policy, PolicyProblem
from zhupi.approval.v1.policy_pb2_grpc import PolicyServiceStub

PANEL = HOUSE

COLUMNS: Final = (
    "name",
    "title",
    "version",
    "state",
    "publish_time",
    "publisher",
    "retire_time",
    "retirer",
    "retire_reason",
)
DRAFT: Final = ("name", "title", "state", "save_time", "author")


def draft_name(process: str) -> str:
    return resource("policies", process) + "/draft"


@command(
    policies,
    "publish",
    "发布新版本；进行中的审批沿用原版本",
    "Publish the next version; running cases keep theirs",
    writes=True,
)
async def publish(
    session: Session,
    file: Annotated[Path | None, typer.Argument(help="A YAML file · YAML 文件")] = None,
    draft: Annotated[
        str, typer.Option("--draft", help="The draft of this process instead · 改为发布该流程的草稿")
    ] = "",
    etag: Seen = "",
) -> None:
    service = session.stub(PolicyServiceStub)
    if file is None:
        if not draft:
            raise NothingToPublish
        found = await service.GetPolicy(pb.GetPolicyRequest(name=draft_name(draft)))
        published = await service.PublishPolicyDraft(
            pb.PublishPolicyDraftRequest(
                name=found.name,
                request_id=session.request_id(),
                etag=session.pinned("--etag", etag or found.etag),
            )
        )
    else:
        request = pb.PublishPolicyRequest(request_id=session.request_id(), yaml=yaml_of(file))
        published = await service.PublishPolicy(request)
    session.out.details(published, COLUMNS)


@command(policies, "save", "保存为草稿，不发布", "Keep a policy as the draft of its process", writes=True)
async def save(session: Session, file: File, etag: Seen = "") -> Exit:
    request = pb.SavePolicyDraftRequest(request_id=session.request_id(), yaml=yaml_of(file), etag=etag)
    draft = await session.stub(PolicyServiceStub).SavePolicyDraft(request)
    session.out.details(draft, DRAFT)
    if draft.problems and not session.out.as_json:
        session.out.table(draft.problems, PROBLEMS, kind=PolicyProblem)
    return Exit.FOUND_WRONG if draft.problems else Exit.DONE


@command(policies, "drafts", "列出草稿", "List drafts")
async def drafts(session: Session, limit: Limit = ENOUGH) -> None:
    rpc = session.stub(PolicyServiceStub).ListPolicyDrafts
    found = await listed(session, rpc, pb.ListPolicyDraftsRequest(), "drafts", limit)
    session.out.table(found, DRAFT, kind=Policy)


@command(policies, "discard", "放弃草稿", "Throw a draft away", writes=True)
async def discard(session: Session, process: Process, etag: Seen = "") -> None:
    request = pb.DiscardPolicyDraftRequest(
        name=draft_name(process), request_id=session.request_id(), etag=etag
    )
    session.out.details(await session.stub(PolicyServiceStub).DiscardPolicyDraft(request), DRAFT)


@command(
    policies,
    "retire",
    "停用策略：不再受理新的申请，进行中的审批不受影响",
    "Take a policy out of force: no new cases; running ones go on",
    writes=True,
)
async def retire(
    session: Session,
    process: Process,
    reason: Annotated[str, typer.Option("--reason", help="Why · 原因")],
    etag: Seen = "",
) -> None:
    request = pb.RetirePolicyRequest(
        name=resource("policies", process), request_id=session.request_id(), reason=reason, etag=etag
    )
    session.out.details(await session.stub(PolicyServiceStub).RetirePolicy(request), COLUMNS)


@command(policies, "show", "查看策略", "One policy")
async def show(
    session: Session,
    process: Process = "expense-claim",
    draft: Annotated[bool, typer.Option("--draft", help="Its draft · 草稿")] = False,
    version: Annotated[
        int, typer.Option("--version", help="Version; the one in force by default · 版本；默认生效的")
    ] = 0,
) -> None:
    asked = f"{process}@draft" if draft else f"{process}@{version}" if version else process
    name = choice(asked).name
    draft = name.endswith("/draft")
    policy = await session.stub(PolicyServiceStub).GetPolicy(pb.GetPolicyRequest(name=name))
    session.out.details(policy, DRAFT if draft else COLUMNS)
    if not session.out.as_json:
        session.out.console.print(Syntax(policy.yaml, "yaml", background_color="default"))


@command(policies, "list", "列出策略", "List policies")
async def list_(
    session: Session,
    process: Annotated[
        str, typer.Option("--process", help="The versions of this process · 只看该流程的各版本")
    ] = "",
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListPoliciesRequest(process=process)
    found = await listed(session, session.stub(PolicyServiceStub).ListPolicies, request, "policies", limit)
    session.out.table(found, COLUMNS, kind=Policy)
