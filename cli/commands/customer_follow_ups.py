"""`zhupi customer …`: what became of approved level changes, agreements and reopenings."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.command import command
from cli.commands.customer_verbs import customers
from cli.customer_view import customer_name
from cli.names import form_document
from cli.options import Etag
from cli.paging import ENOUGH, Limit, listed
from cli.refusals import UnknownWord
from cli.session import Session
from reading.names import bare
from zhupi.customer.v1 import follow_up_pb2 as pb
from zhupi.customer.v1.follow_up_pb2 import FollowUp
from zhupi.customer.v1.follow_up_pb2_grpc import FollowUpServiceStub

HEAD: Final = (
    "name", "document", "case", "process", "title", "requester", "customer", "state", "rule", "why", "settled_because",
    "create_time", "update_time",
)  # fmt: skip
LIST: Final = ("name", "title", "customer", "requester", "state", "why", "update_time")
STATES: Final = {
    name.removeprefix("STATE_").lower().replace("_", "-"): n for name, n in FollowUp.State.items() if n
}

Number = Annotated[str, typer.Argument(metavar="LC-…", help="Number of what was approved · 已通过的单号")]


@command(customers, "follow-ups", "审批结果落实情况", "What became of what was approved")
async def follow_ups(
    session: Session,
    state: Annotated[str, typer.Option("--state", help="done, not-done, settled · 状态")] = "",
    process: Annotated[str, typer.Option("--process", help="Only of this process · 只看该流程")] = "",
    customer: Annotated[str, typer.Option("--customer", help="Only of this customer · 只看该客户")] = "",
    limit: Limit = ENOUGH,
) -> None:
    if state and state not in STATES:
        raise UnknownWord(field="--state", given=state, known=", ".join(STATES))
    request = pb.ListFollowUpsRequest(
        state=STATES.get(state, FollowUp.STATE_UNSPECIFIED),
        process=process,
        customer=customer_name(customer) if customer else "",
    )
    found = await listed(
        session, session.stub(FollowUpServiceStub).ListFollowUps, request, "follow_ups", limit
    )
    session.out.table(found, LIST, kind=FollowUp)


@command(customers, "follow-up", "查看一项落实情况", "What became of one")
async def follow_up(session: Session, number: Number) -> None:
    session.out.details(await _seen(session, _name(number)), HEAD)


@command(customers, "retry", "重新落实", "Do now what could not be done", writes=True)
async def retry(session: Session, number: Number, etag: Etag = "") -> None:
    name = _name(number)
    request = pb.RetryFollowUpRequest(
        name=name, request_id=session.request_id(), etag=await _etag(session, name, etag)
    )
    session.out.details(await session.stub(FollowUpServiceStub).RetryFollowUp(request), HEAD)


@command(customers, "settle", "另行处理，不再落实", "Say that it was dealt with in another way", writes=True)
async def settle(
    session: Session,
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="How · 处理说明")],
    etag: Etag = "",
) -> None:
    name = _name(number)
    request = pb.SettleFollowUpRequest(
        name=name, request_id=session.request_id(), etag=await _etag(session, name, etag), reason=reason
    )
    session.out.details(await session.stub(FollowUpServiceStub).SettleFollowUp(request), HEAD)


def _name(given: str) -> str:
    """`followUps/LC-2026-000001` from the number of what was approved. Raises NotAName."""
    return f"followUps/{bare(form_document(given.removeprefix('followUps/')))}"


async def _seen(session: Session, name: str) -> FollowUp:
    return await session.stub(FollowUpServiceStub).GetFollowUp(pb.GetFollowUpRequest(name=name))


async def _etag(session: Session, name: str, given: str) -> str:
    return session.pinned("--etag", given or (await _seen(session, name)).etag)
