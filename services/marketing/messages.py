"""What this service tells others, in messages: facts about activities, and what approval is told of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from google.protobuf.message import Message

from chassis.cases.messages import Submission
from chassis.rpc.values import date_to_message, money_to_message, time_to_message
from kernel.money import zero
from kernel.text import Text
from services.marketing.change_mapping import change_to_message
from services.marketing.domain.activity import Activity
from services.marketing.domain.change import Change
from services.marketing.domain.life import ActivityState
from services.marketing.mapping import STATES, activity_to_message
from services.marketing.terms_mapping import promo_item_to_message
from zhupi.approval.v1.events_pb2 import NoticeRequested
from zhupi.approval.v1.fact_pb2 import Fact, TextList
from zhupi.common.v1.text_pb2 import Text as TextMessage
from zhupi.marketing.v1 import events_pb2 as pb

PROCESS: Final = "marketing-activity"
CHANGE_PROCESS: Final = "activity-change"

# News about an activity that reach its case (`CaseFact.name`).
CANCELLED: Final = "cancelled"
ENDED_EARLY: Final = "ended_early"
TERMS_CHANGED: Final = "terms_changed"
CLOSURE_SUBMITTED: Final = "closure_submitted"
ALL_CLAIMED: Final = "all_claimed"


def facts_of(activity: Activity, classes: Iterable[str]) -> dict[str, Fact]:
    """On what a route may depend. `classes` are the class and those above it; before there is a closure nothing is overrun."""
    terms, overrun = activity.terms, activity.overrun
    closed_by = activity.closer or activity.requester
    return {
        "total": Fact(money=money_to_message(activity.total)),
        "activity_class": Fact(text=terms.activity_class),
        "classes": Fact(texts=TextList(values=classes)),
        "customers": Fact(whole=len(terms.customers)),
        "organisation": Fact(organisation=f"organisations/{activity.organisation}"),
        "requester": Fact(person=f"people/{activity.requester}"),
        "closer": Fact(person=f"people/{closed_by}"),
        "overrun": Fact(money=money_to_message(overrun.amount)),
        # Rounded up: whatever is above ten per cent is above ten.
        "overrun_percent": Fact(whole=overrun.percent),
    }


def submission(activity: Activity, classes: Iterable[str]) -> Submission:
    """The activity as approval is told of it."""
    return Submission(
        process=PROCESS,
        document=activity.name,
        version=activity.version,
        title=activity.terms.title,
        requester=activity.requester,
        organisation=activity.organisation,
        facts=facts_of(activity, classes),
        shown=activity_to_message(activity),
        amount=activity.total,
    )


def change_submission(change: Change, classes: Iterable[str]) -> Submission:
    """The change as approval is told of it. `more` is what is asked for in addition, zero where it is less."""
    nothing = zero(change.difference.currency)
    more = change.difference if change.difference.is_positive else nothing
    facts = {
        "total": Fact(money=money_to_message(change.terms.total)),
        "more": Fact(money=money_to_message(more)),
        "activity_class": Fact(text=change.terms.activity_class),
        "classes": Fact(texts=TextList(values=classes)),
        "organisation": Fact(organisation=f"organisations/{change.organisation}"),
        "requester": Fact(person=f"people/{change.requester}"),
        "dates_changed": Fact(
            flag=(change.terms.start_date, change.terms.end_date)
            != (change.before.start_date, change.before.end_date)
        ),
    }
    return Submission(
        process=CHANGE_PROCESS,
        document=change.name,
        version=change.version,
        title=change.terms.title,
        requester=change.requester,
        organisation=change.organisation,
        facts=facts,
        shown=change_to_message(change),
        amount=change.terms.total,
    )


def submitted(activity: Activity) -> Message:
    return pb.ActivitySubmitted(
        activity=activity.name,
        requester=f"people/{activity.requester}",
        organisation=f"organisations/{activity.organisation}",
        activity_class=activity.terms.activity_class,
        total=money_to_message(activity.total),
        version=activity.version,
        time=time_to_message(activity.update_time),
    )


def approved(activity: Activity) -> Message:
    terms = activity.terms
    return pb.ActivityApproved(
        activity=activity.name,
        title=terms.title,
        requester=f"people/{activity.requester}",
        organisation=f"organisations/{activity.organisation}",
        activity_class=terms.activity_class,
        customers=[f"customers/{number}" for number in terms.customers],
        start_date=date_to_message(terms.start_date) if terms.start_date else None,
        end_date=date_to_message(terms.end_date) if terms.end_date else None,
        total=money_to_message(activity.total),
        promo_items=map(promo_item_to_message, terms.promo_items),
        time=time_to_message(activity.update_time),
    )


def terms_changed(activity: Activity, change: str) -> Message:
    terms = activity.terms
    return pb.ActivityTermsChanged(
        activity=activity.name,
        version=activity.version,
        change=f"activityChanges/{change}",
        customers=[f"customers/{number}" for number in terms.customers],
        start_date=date_to_message(terms.start_date) if terms.start_date else None,
        end_date=date_to_message(terms.end_date) if terms.end_date else None,
        total=money_to_message(activity.total),
        promo_items=map(promo_item_to_message, terms.promo_items),
        time=time_to_message(activity.update_time),
    )


def moved(before: ActivityState, activity: Activity) -> Message:
    """`activity` as it is afterwards."""
    told = pb.ActivityMoved(
        activity=activity.name,
        to=STATES[activity.state],
        reason=activity.reason,
        version=activity.version,
        time=time_to_message(activity.update_time),
    )
    setattr(told, "from", STATES[before])
    return told


def closure_submitted(activity: Activity) -> Message:
    closure = activity.closure
    currency = activity.total.currency
    return pb.ClosureSubmitted(
        activity=activity.name,
        closer=f"people/{activity.closer}",
        total=money_to_message(closure.total(currency) if closure else zero(currency)),
        overrun=money_to_message(activity.overrun.amount),
        version=activity.version,
        time=time_to_message(activity.update_time),
    )


def reminder(activity: Activity, n: int, escalated: bool) -> Message:
    """To the requester; those responsible are told by approval, which knows who they are."""
    said = Text(
        "活动 {number}（{title}）已结束，请提交结案", "{number} ({title}) is over; submit its closure"
    ).format(number=activity.number, title=activity.terms.title)
    return NoticeRequested(
        document=activity.name,
        notice_id=f"close/{activity.version}/{n}",
        text=TextMessage(zh=said.zh, en=said.en),
        people=[f"people/{activity.requester}"],
        escalated_to=f"organisations/{activity.organisation}" if escalated else "",
    )
