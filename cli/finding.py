"""From what a person types to the one work item or case it means."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cli.names import Kind, document, target
from cli.paging import listed
from cli.refusals import NothingToDecide, SeveralWorkItems
from cli.session import Session
from cli.whose_turn import why_not
from kernel.errors import Refusal
from kernel.text import Text
from reading.names import bare
from zhupi.approval.v1.case_pb2 import Case, GetCaseRequest
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.approval.v1.work_item_pb2 import GetWorkItemRequest, ListWorkItemsRequest, WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub


async def find_work_item(session: Session, given: str) -> WorkItem:
    """The caller's own work item, by its id, or by the document or case that it is about.

    Raises NothingToDecide, SeveralWorkItems.
    """
    named = target(given)
    stub = session.stub(WorkItemServiceStub)
    if named.kind is Kind.WORK_ITEM:
        return await stub.GetWorkItem(GetWorkItemRequest(name=named.name))
    about = named.name if named.kind is Kind.DOCUMENT else document(bare(named.name).split("/")[1])
    request = ListWorkItemsRequest(document=about, box=ListWorkItemsRequest.BOX_TO_DO)
    found: list[WorkItem] = [
        item
        for item in await listed(session, stub.ListWorkItems, request, "work_items")
        if named.kind is Kind.DOCUMENT or item.case == named.name
    ]
    if not found:
        raise await nothing(session, given, about)
    return only_one(found, about)


async def nothing(session: Session, given: str, about: str) -> NothingToDecide:
    """Nothing about it waits for the caller; with whom it is, where they may see that."""
    who = session.out.known.shown(f"people/{session.caller.login}", session.out.language) or "?"
    try:
        why = why_not(session, await find_case(session, given))
    except Refusal:
        why = Text("", "")
    return NothingToDecide(who=who, document=bare(about), why=why)


def only_one(found: Sequence[WorkItem], about: str) -> WorkItem:
    """Raises SeveralWorkItems."""
    if len(found) > 1:
        raise SeveralWorkItems(
            document=bare(about),
            items_zh="、".join(f"{item.step_title.zh} {bare(item.name)}" for item in found),
            items_en=", ".join(f"{item.step_title.en} {bare(item.name)}" for item in found),
        )
    return found[0]


async def find_item_of_case(session: Session, given: str, is_meant: Callable[[WorkItem], bool]) -> WorkItem:
    """A work item by its id, or the one of a case that is meant, in whosever list it stands.

    Raises NothingToDecide, SeveralWorkItems.
    """
    named = target(given)
    if named.kind is Kind.WORK_ITEM:
        return await session.stub(WorkItemServiceStub).GetWorkItem(GetWorkItemRequest(name=named.name))
    case = await find_case(session, given)
    found = [item for item in case.work_items if is_meant(item)]
    if not found:
        raise await nothing(session, given, case.document)
    return only_one(found, case.document)


async def find_case(session: Session, given: str) -> Case:
    """The case, by its name, by its document (then the latest), or by one of its work items."""
    named = target(given)
    name = named.name
    if named.kind is Kind.WORK_ITEM:
        item = await session.stub(WorkItemServiceStub).GetWorkItem(GetWorkItemRequest(name=name))
        name = item.case
    return await session.stub(CaseServiceStub).GetCase(GetCaseRequest(name=name))
