"""`zhupi policy lint | diff | simulate | preview`: policies tried out; nothing is changed by it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.command import command
from cli.exits import Exit
from cli.facts import facts_of
from cli.files import read
from cli.help import group
from cli.names import resource
from cli.output import Output, plain
from cli.people import find_person
from cli.refusals import NotAFile
from cli.route_view import show_routes
from cli.session import Session
from reading.names import bare
from zhupi.approval.v1 import policy_pb2 as pb
from zhupi.approval.v1.policy_pb2_grpc import PolicyServiceStub

policies = group("审批策略", "Policies")

PROBLEMS: Final = ("path", "rule", "sentence")
DIFFERENCES: Final = ("path", "sentence")
CHANGES: Final = ("stage", "step", "kind", "sentence")
File = Annotated[Path, typer.Argument(help="A YAML file · YAML 文件")]
Process = Annotated[str, typer.Argument(help="The process · 流程")]
Policy = Annotated[
    str,
    typer.Argument(
        metavar="POLICY",
        help="A YAML file, a process, PROCESS@VERSION or PROCESS@draft · YAML 文件、流程、流程@版本 或 流程@draft",
    ),
]


def yaml_of(path: Path) -> str:
    """Raises NotAFile."""
    try:
        return read(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotAFile(path=path, why=error) from error


@command(
    policies,
    "lint",
    "检查一份策略，不发布",
    "Says everything that is wrong with a policy, without publishing it",
)
async def lint(session: Session, file: File) -> Exit:
    request = pb.ValidatePolicyRequest(yaml=yaml_of(file))
    answer = await session.stub(PolicyServiceStub).ValidatePolicy(request)
    if answer.problems or session.out.as_json:
        session.out.table(answer.problems, PROBLEMS, kind=pb.PolicyProblem)
    else:
        session.out.say("没有问题", "Nothing is wrong with it", style="green")
    return Exit.FOUND_WRONG if answer.problems else Exit.DONE


def choice(given: str) -> pb.PolicyChoice:
    """What a person types for a policy. Raises NotAFile."""
    process, _, version = given.partition("@")
    if Path(given).suffix in (".yaml", ".yml") or Path(given).is_file():
        return pb.PolicyChoice(yaml=yaml_of(Path(given)))
    name = resource("policies", process)
    if version == "draft":
        return pb.PolicyChoice(name=f"{name}/draft")
    return pb.PolicyChoice(name=f"{name}/versions/{version}" if version else name)


async def text_of(session: Session, policy: pb.PolicyChoice) -> str:
    """What a policy says, as YAML."""
    if policy.yaml:
        return policy.yaml
    found = await session.stub(PolicyServiceStub).GetPolicy(pb.GetPolicyRequest(name=policy.name))
    return found.yaml


@command(policies, "diff", "两份策略有何不同", "What changes from one policy to another, in words")
async def diff(session: Session, before: Policy, after: Policy) -> None:
    request = pb.DiffPoliciesRequest(before=choice(before), after=choice(after))
    answer = await session.stub(PolicyServiceStub).DiffPolicies(request)
    if answer.differences or session.out.as_json:
        session.out.table(answer.differences, DIFFERENCES, kind=pb.PolicyDifference)
    else:
        session.out.say("含义相同", "Both mean the same", style="green")


@command(
    policies,
    "simulate",
    "按此策略，最近的审批或给定的事实会由谁审批",
    "Who would decide the last cases, or given facts, under a policy",
)
async def simulate(
    session: Session,
    policy: Policy,
    last: Annotated[int, typer.Option("--last", help="How many of the last cases · 最近多少张审批单")] = 20,
    then: Annotated[
        bool, typer.Option("--then", help="As of the day of each request, not of today · 按提交当日而非今日")
    ] = False,
    requester: Annotated[
        str, typer.Option("--requester", help="Given facts: who asks · 给定事实：申请人")
    ] = "",
    facts: Annotated[
        list[str] | None,
        typer.Option(
            "--fact",
            help="A fact: amount=1280.50; amount:money=1280.50 where the policy does not declare it · 事实：amount=1280.50；策略未声明时写明类型 amount:money=1280.50",
        ),
    ] = None,
) -> Exit:
    request = pb.SimulatePolicyRequest(policy=choice(policy))
    if requester or facts:
        person = (await find_person(session, requester)).name if requester else ""
        request.given.requester = person or f"people/{session.caller.login}"
        given = await facts_of(session, facts or [], await text_of(session, request.policy) if facts else "")
        for name, value in given.items():
            request.given.facts[name].CopyFrom(value)
    else:
        request.last_cases.count = last
        request.last_cases.as_of_request = then
    answer = await session.stub(PolicyServiceStub).SimulatePolicy(request)
    if session.out.as_json:
        session.out.json(plain(answer))
    else:
        show(session.out, list(answer.cases))
    return Exit.FOUND_WRONG if any(case.refusal for case in answer.cases) else Exit.DONE


def show(out: Output, cases: list[pb.SimulatedCase]) -> None:
    """Only what changes: of the rest, how many there are."""
    for case in cases:
        if not case.changes and not case.refusal and not case.routes:
            continue
        head = " · ".join(filter(None, (bare(case.case), case.title, case.requester_title)))
        out.say(f"\n{head}", f"\n{head}", style="bold")
        if case.refusal:
            why = case.refusal_sentence
            out.say(
                f"无法规划：{why.zh} [{case.refusal}]",
                f"Cannot be planned: {why.en} [{case.refusal}]",
                style="red",
            )
        show_routes(out, case.routes)
        if case.changes:
            out.table(case.changes, CHANGES, kind=pb.SimulatedChange)
    changed = sum(bool(case.changes) for case in cases)
    refused = sum(bool(case.refusal) for case in cases)
    out.say(
        f"\n共 {len(cases)} 份：{changed} 份审批人有变化，{refused} 份无法规划",
        f"\n{len(cases)} in all: others decide in {changed}, {refused} cannot be planned",
    )


@command(policies, "preview", "预览审批路线", "The routes that a document with these facts would take")
async def preview(
    session: Session,
    process: Process = "expense-claim",
    requester: Annotated[
        str, typer.Option("--requester", help="The requester; oneself by default · 申请人；默认自己")
    ] = "",
    facts: Annotated[
        list[str] | None,
        typer.Option(
            "--fact",
            help="A fact: amount=1280.50; amount:money=1280.50 where the policy does not declare it · 事实：amount=1280.50；策略未声明时写明类型 amount:money=1280.50",
        ),
    ] = None,
) -> None:
    person = (await find_person(session, requester)).name if requester else f"people/{session.caller.login}"
    policy = await text_of(session, choice(process)) if facts else ""
    request = pb.PreviewRouteRequest(process=bare(process), requester=person)
    for name, value in (await facts_of(session, facts or [], policy)).items():
        request.facts[name].CopyFrom(value)
    answer = await session.stub(PolicyServiceStub).PreviewRoute(request)
    if session.out.as_json:
        session.out.json(plain(answer))
    else:
        show_routes(session.out, answer.routes)
