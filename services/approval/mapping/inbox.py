"""Lists: what is asked of them, and their lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from chassis.reading import words
from chassis.rpc.values import (
    id_in,
    money_from_message,
    money_to_message,
    text_to_message,
    time_from_message,
    time_to_message,
)
from kernel.errors import InvalidArgument
from kernel.fields import within
from kernel.money import Money
from kernel.text import Text
from services.approval.domain.cases.case import CaseOutcome, CaseState
from services.approval.domain.cases.names import CaseName
from services.approval.domain.cases.notices import Notice, NoticeKind
from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.policy import ListOrder
from services.approval.known_names import KnownNames
from services.approval.mapping.names import optional_id, organisation, people, person, uuid_in
from services.approval.mapping.work_items import item_to_message
from services.approval.use_cases.inbox import SendCopy
from services.approval.use_cases.queries import AskItems, Folder, Narrowed, Order, Word
from services.approval.use_cases.views import CaseLine, Counts, Inbox, ItemView, NoticeView
from zhupi.approval.v1 import inbox_pb2 as pb
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest, ListWorkItemsResponse

MOST_WORDS: Final = 8

FOLDERS: Final = {
    ListWorkItemsRequest.BOX_UNSPECIFIED: Folder.TO_DO,
    ListWorkItemsRequest.BOX_TO_DO: Folder.TO_DO,
    ListWorkItemsRequest.BOX_DONE: Folder.DONE,
    ListWorkItemsRequest.BOX_REQUESTED: Folder.REQUESTED,
    ListWorkItemsRequest.BOX_COPIES: Folder.COPIES,
    ListWorkItemsRequest.BOX_TO_READ: Folder.TO_READ,
    ListWorkItemsRequest.BOX_SET_ASIDE: Folder.SET_ASIDE,
}
ORDERS: Final = {
    ListWorkItemsRequest.ORDER_NEWEST_FIRST: Order.NEWEST,
    ListWorkItemsRequest.ORDER_OLDEST_FIRST: Order.OLDEST,
    ListWorkItemsRequest.ORDER_DUE_FIRST: Order.DUE,
    ListWorkItemsRequest.ORDER_LARGEST_FIRST: Order.LARGEST,
}
POLICY_ORDERS: Final[dict[ListOrder | None, Order]] = {
    ListOrder.NEWEST_FIRST: Order.NEWEST,
    ListOrder.OLDEST_FIRST: Order.OLDEST,
    ListOrder.DUE_FIRST: Order.DUE,
    ListOrder.LARGEST_FIRST: Order.LARGEST,
}
STANDINGS: Final = {
    CaseState.OPEN: pb.CaseSummary.STANDING_OPEN,
    CaseState.SEALED: pb.CaseSummary.STANDING_OPEN,
    CaseState.SUSPENDED: pb.CaseSummary.STANDING_SUSPENDED,
    CaseState.WITHDRAWING: pb.CaseSummary.STANDING_WITHDRAWING,
    CaseState.TERMINATING: pb.CaseSummary.STANDING_TERMINATING,
    CaseState.CLOSED: pb.CaseSummary.STANDING_UNSPECIFIED,
}
OUTCOMES: Final = {
    CaseOutcome.APPROVED: pb.CaseSummary.STANDING_APPROVED,
    CaseOutcome.REJECTED: pb.CaseSummary.STANDING_REJECTED,
    CaseOutcome.WITHDRAWN: pb.CaseSummary.STANDING_WITHDRAWN,
    CaseOutcome.TERMINATED: pb.CaseSummary.STANDING_TERMINATED,
}
KINDS: Final = {
    NoticeKind.COPY: pb.Notice.KIND_COPY,
    NoticeKind.WITHDRAWN: pb.Notice.KIND_WITHDRAWN,
    NoticeKind.REMINDER: pb.Notice.KIND_REMINDER,
    NoticeKind.URGED: pb.Notice.KIND_URGED,
    NoticeKind.ESCALATED: pb.Notice.KIND_ESCALATED,
    NoticeKind.OVERRIDDEN: pb.Notice.KIND_OVERRIDDEN,
    NoticeKind.ANSWERED: pb.Notice.KIND_ANSWERED,
    NoticeKind.AHEAD_DROPPED: pb.Notice.KIND_AHEAD_DROPPED,
    NoticeKind.HANDED_OVER: pb.Notice.KIND_HANDED_OVER,
    NoticeKind.ANNOUNCED: pb.Notice.KIND_ANNOUNCED,
    NoticeKind.NEWS: pb.Notice.KIND_NEWS,
}


class AmountsApart(InvalidArgument):
    zh = "金额范围有误：两端币种须相同，且不能前大后小"
    en = "The two ends of a range of amounts have one currency, and the first is not above the other"


class TimesApart(InvalidArgument):
    zh = "时间范围有误：结束不能早于开始"
    en = "A range of times does not end before it begins"


class TooManyWords(InvalidArgument):
    zh = "一次最多搜索 {most} 个词"
    en = "At most {most} words are searched for at once"


def asked_items(
    request: ListWorkItemsRequest,
    people_like: Callable[[str], tuple[PersonId, ...]],
    order_of: Callable[[str], ListOrder | None] = lambda process: None,
) -> AskItems:
    """`order_of` says in which order the work of a process is found where the request says none. Raises AmountsApart, TimesApart, TooManyWords, NameMalformed and what money and times raise."""
    amount_from, amount_to = _amount(request, "amount_from"), _amount(request, "amount_to")
    if amount_from and amount_to and not _is_range(amount_from, amount_to):
        raise AmountsApart(field="amount_to")
    arrived_from, arrived_before = _moment(request, "arrived_from"), _moment(request, "arrived_before")
    if arrived_from and arrived_before and arrived_from > arrived_before:
        raise TimesApart(field="arrived_before")
    typed = words(request.query)
    if len(typed) > MOST_WORDS:
        raise TooManyWords(field="query", most=MOST_WORDS)
    return AskItems(
        folder=FOLDERS[request.box],
        narrowed=Narrowed(
            process=request.process,
            document=request.document,
            requester=optional_id(request.requester, "people", "requester"),
            amount_from=amount_from,
            amount_to=amount_to,
            arrived_from=arrived_from,
            arrived_before=arrived_before,
            overdue=request.overdue,
            words=tuple(Word(word, people_like(word)) for word in typed),
        ),
        organisation=optional_id(request.organisation, "organisations", "organisation"),
        order=ORDERS.get(request.order) or POLICY_ORDERS.get(order_of(request.process)),
        with_counts=request.with_counts,
    )


def _is_range(first: Money, last: Money) -> bool:
    return first.currency == last.currency and first <= last


def _amount(request: ListWorkItemsRequest, field: Literal["amount_from", "amount_to"]) -> Money | None:
    with within(field):
        return money_from_message(getattr(request, field)) if request.HasField(field) else None


def _moment(
    request: ListWorkItemsRequest, field: Literal["arrived_from", "arrived_before"]
) -> datetime | None:
    with within(field):
        return time_from_message(getattr(request, field)) if request.HasField(field) else None


def inbox_to_message(inbox: Inbox, names: KnownNames) -> ListWorkItemsResponse:
    lines = inbox.page.items
    return ListWorkItemsResponse(
        work_items=[item_to_message(line, names) for line in lines if isinstance(line, ItemView)],
        cases=[case_line_to_message(line, names) for line in lines if isinstance(line, CaseLine)],
        notices=[notice_to_message(line, names) for line in lines if isinstance(line, NoticeView)],
        next_page_token=inbox.page.next_page_token,
        total_size=inbox.total,
        counts=counts_to_message(inbox.counts) if inbox.counts else None,
    )


def case_line_to_message(line: CaseLine, names: KnownNames) -> pb.CaseSummary:
    process = line.name.process
    return pb.CaseSummary(
        name=line.name.resource,
        document=line.document,
        process=process,
        process_title=text_to_message(names.process(process)),
        title=line.title,
        amount=money_to_message(line.amount) if line.amount else None,
        requester=person(line.requester),
        requester_title=names.person(line.requester),
        organisation=organisation(line.organisation),
        organisation_title=names.organisation(line.organisation),
        standing=OUTCOMES[line.outcome] if line.outcome else STANDINGS[line.state],
        create_time=time_to_message(line.created_at),
        close_time=time_to_message(line.closed_at),
    )


def notice_to_message(view: NoticeView, names: KnownNames) -> pb.Notice:
    notice, case = view.notice, view.case
    title = Text(case.title, case.title) if case else notice.title
    return pb.Notice(
        name=notice.name,
        kind=KINDS[notice.kind],
        text=text_to_message(notice.text),
        author=person(notice.by),
        author_title=names.person(notice.by) if notice.by else "",
        comment=notice.comment,
        case=case_line_to_message(case, names) if case else None,
        create_time=time_to_message(notice.at),
        read_time=time_to_message(view.read_at),
        about=case.document if case else notice.about,
        title=text_to_message(title) if title else None,
    )


def counts_to_message(counts: Counts) -> pb.FolderCounts:
    return pb.FolderCounts(
        to_do=counts.to_do,
        overdue=counts.overdue,
        done=counts.done,
        requested=counts.requested,
        copies=counts.copies,
        to_read=counts.to_read,
        set_aside=counts.set_aside,
    )


def copy_to_send(request: pb.CarbonCopyRequest) -> SendCopy:
    is_item = request.name.startswith("workItems/")
    of = uuid_in(request.name, "workItems") if is_item else CaseName.parse(request.name, "name")
    return SendCopy(of, tuple(id_in(one, "people", "people") for one in request.people), request.comment)


def copy_to_message(sent: tuple[Notice, tuple[PersonId, ...]]) -> pb.CarbonCopyResponse:
    notice, told = sent
    return pb.CarbonCopyResponse(notice=notice.name, people=people(told))


def read_ids(request: pb.MarkReadRequest) -> list[UUID]:
    """Each once. Raises NameMalformed."""
    return list(dict.fromkeys(uuid_in(name, _collection(name), "names") for name in request.names))


def _collection(name: str) -> str:
    return "notices" if name.startswith("notices/") else "workItems"
