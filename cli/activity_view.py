"""An activity and its changes as people see them."""

from __future__ import annotations

from typing import Final

from cli.claim_view import latest_case
from cli.names import activity as activity_name
from cli.output import Output, plain
from cli.session import Session
from cli.work_item_view import waiting
from zhupi.marketing.v1 import activity_change_pb2 as changes
from zhupi.marketing.v1 import activity_pb2 as pb
from zhupi.marketing.v1.activity_pb2_grpc import ActivityServiceStub

TERMS: Final = (
    "terms.title", "terms.activity_class", "terms.start_date", "terms.end_date", "terms.customers", "terms.city",
    "terms.address", "terms.expected_result",
)  # fmt: skip
HEAD: Final = (
    "name", *TERMS, "requester", "organisation", "state", "reason", "total", "attachments", "open_change", "overdue_date",
    "ended_early", "closer", "closure.total", "closure.overrun", "closure.attendance", "closure.sales", "closure.result",
    "closure.evidence", "claimable_until", "create_time", "submit_time", "start_time", "end_time",
    "closure_submit_time", "settle_time", "close_time", "version",
)  # fmt: skip
LIST: Final = (
    "name", "terms.title", "terms.activity_class", "terms.start_date", "terms.end_date", "requester", "organisation",
    "total", "state", "overdue_date",
)  # fmt: skip
LINES: Final = ("id", "expense_type", "month", "amount", "note")
ITEMS: Final = ("display_name", "quantity", "unit")
PRODUCTS: Final = ("code", "display_name")
ACTUAL: Final = ("line", "actual")
CLAIMABLE: Final = ("line", "amount")
CALENDAR: Final = (
    "start_date",
    "end_date",
    "activity",
    "title",
    "activity_class",
    "city",
    "requester",
    "state",
)
CHANGE: Final = (
    "name", "activity", *TERMS, "requester", "organisation", "purpose", "state", "reason", "difference", "attachments",
    "create_time", "submit_time", "apply_time", "version",
)  # fmt: skip
CHANGES: Final = ("name", "activity", "title", "requester", "purpose", "difference", "state", "update_time")


async def get_activity(session: Session, given: str) -> pb.Activity:
    request = pb.GetActivityRequest(name=activity_name(given))
    return await session.stub(ActivityServiceStub).GetActivity(request)


def show_activity(out: Output, activity: pb.Activity) -> None:
    out.details(activity, HEAD)
    if out.as_json:
        return
    _show_terms(out, activity.terms)
    if activity.closure.lines:
        out.table(activity.closure.lines, ACTUAL, kind=pb.ActualCost)
    if activity.claimable:
        out.table(activity.claimable, CLAIMABLE, kind=pb.ClaimableLine)


async def show_whole_activity(session: Session, activity: pb.Activity) -> None:
    """The activity, and who has it now."""
    case = await latest_case(session, activity.name)
    if session.out.as_json:
        session.out.json({"activity": plain(activity), "case": plain(case) if case else None})
        return
    show_activity(session.out, activity)
    if case is not None:
        waiting(session.out, case)


def show_change(out: Output, change: changes.ActivityChange) -> None:
    out.details(change, CHANGE)
    if not out.as_json:
        _show_terms(out, change.terms)


def _show_terms(out: Output, terms: pb.ActivityTerms) -> None:
    if terms.products:
        out.table(terms.products, PRODUCTS, kind=pb.ActivityProduct)
    if terms.promo_items:
        out.table(terms.promo_items, ITEMS, kind=pb.PromoItem)
    if terms.lines:
        out.table(terms.lines, LINES, kind=pb.BudgetLine)
