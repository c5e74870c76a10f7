"""`zhupi acts`: what the caller may do now with a case or a work item, what will happen, and the command that does it."""

from __future__ import annotations

from cli.case_view import Target
from cli.command import alone
from cli.help import WORK
from cli.names import target as named
from cli.offered_view import show_acts
from cli.output import plain
from cli.paging import LARGEST_PAGE
from cli.session import Session
from zhupi.approval.v1.act_pb2 import ListActsRequest, ListActsResponse
from zhupi.approval.v1.act_pb2_grpc import ActsServiceStub

PANEL = WORK


@alone("现在可以做什么", "What you may do now")
async def acts(session: Session, target: Target) -> None:
    stub = session.stub(ActsServiceStub)
    asked = ListActsRequest(name=named(target).name, page_size=LARGEST_PAGE)
    found = ListActsResponse()
    while True:
        answer = await stub.ListActs(asked)
        found.acts.extend(answer.acts)
        found.missing.extend(answer.missing)
        if not answer.next_page_token:
            break
        asked.page_token = answer.next_page_token
    if session.out.as_json:
        session.out.json(plain(found))
        return
    show_acts(session.out, target, found)
