"""`zhupi decide`: many work items at once, each by itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer
from google.rpc.error_details_pb2 import LocalizedMessage
from google.rpc.status_pb2 import Status

from cli.command import alone
from cli.commands.decisions import Comment
from cli.exits import Exit
from cli.finding import find_work_item
from cli.help import WORK
from cli.output import plain
from cli.session import Session
from kernel.errors import Refusal
from kernel.text import Text
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

PANEL = WORK


class What(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    SKIP = "skip"


DECISIONS: Final = {
    What.APPROVE: WorkItem.DECISION_APPROVED,
    What.REJECT: WorkItem.DECISION_REJECTED,
    What.RETURN: WorkItem.DECISION_RETURNED,
    What.SKIP: WorkItem.DECISION_SKIPPED,
}
Said = Annotated[What, typer.Argument(help="The same for all of them · 对全部作出同一决定")]
Targets = Annotated[
    list[str],
    typer.Argument(metavar="EC-…", help="Numbers, work items or cases · 单号、待办或审批单，可多个"),
]


@alone("批量决定，逐条处理", "Decide many, each by itself", writes=True)
async def decide(session: Session, what: Said, targets: Targets, comment: Comment = "") -> Exit | None:
    found: dict[str, WorkItem] = {}
    refused: dict[str, Refusal] = {}
    for target in targets:
        try:
            found[target] = await find_work_item(session, target)
        except Refusal as refusal:
            refused[target] = refusal
    if not found:
        raise next(iter(refused.values()))
    request = pb.DecideWorkItemsRequest(
        request_id=session.request_id(),
        decisions=[
            pb.DecideWorkItemsRequest.One(
                name=item.name,
                etag=item.etag,
                document_version=item.document_version,
                decision=DECISIONS[what],
                comment=comment,
            )
            for item in found.values()
        ],
    )
    answered = await session.stub(WorkItemServiceStub).DecideWorkItems(request)
    if session.out.as_json:
        session.out.json({**plain(answered), "notFound": {key: one.text.zh for key, one in refused.items()}})
    for target, why in refused.items():
        tell(session, target, why.text)
    for target, result in zip(found, answered.results, strict=True):
        if result.HasField("refusal"):
            tell(session, target, sentence(result.refusal))
        else:
            session.out.say(f"✓ {target}", f"✓ {target}", style="green")
    return Exit.REFUSED if refused or any(one.HasField("refusal") for one in answered.results) else None


def tell(session: Session, target: str, why: Text) -> None:
    session.out.say(f"✗ {target}：{why.zh}", f"✗ {target}: {why.en}", style="red")


def sentence(refusal: Status) -> Text:
    """Why, in both languages."""
    said = {}
    for detail in refusal.details:
        message = LocalizedMessage()
        if detail.Unpack(message):
            said[message.locale] = message.message
    return Text(said.get("zh-CN", refusal.message), said.get("en", refusal.message))
