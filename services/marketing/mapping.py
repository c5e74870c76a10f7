"""Activities as messages and back. Terms have a module of their own."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import date_to_message, id_in, money_from_message, money_to_message, time_to_message
from kernel.fields import Faults, within
from services.marketing.domain.activity import Activity
from services.marketing.domain.closure import Closure, Cost
from services.marketing.domain.configuration import EvidenceKind
from services.marketing.domain.life import ActivityState
from services.marketing.terms_mapping import terms_to_message
from zhupi.marketing.v1 import activity_pb2 as pb

STATES: Final = {state: pb.Activity.State.Value(f"STATE_{state.name}") for state in ActivityState}
STATES_BACK: Final = {number: state for state, number in STATES.items()}
KINDS: Final = {kind: pb.EvidenceKind.Value(f"EVIDENCE_KIND_{kind.name}") for kind in EvidenceKind}
KINDS_BACK: Final = {number: kind for kind, number in KINDS.items()}


def activity_to_message(activity: Activity) -> pb.Activity:
    """Without its history."""
    return pb.Activity(
        name=activity.name,
        requester=f"people/{activity.requester}",
        organisation=f"organisations/{activity.organisation}",
        terms=terms_to_message(activity.terms),
        attachments=activity.attachments,
        total=money_to_message(activity.total),
        state=STATES[activity.state],
        reason=activity.reason,
        closure=_closure_to_message(activity) if activity.closure is not None else None,
        claimable=[_claimable_to_message(cost) for cost in activity.claimable],
        claimable_until=date_to_message(activity.claimable_until) if activity.claimable_until else None,
        overdue_date=date_to_message(activity.overdue_date) if activity.overdue_date else None,
        ended_early=activity.ended_early,
        open_change=activity.open_change and f"activityChanges/{activity.open_change}",
        version=activity.version,
        etag=activity.etag,
        closer=activity.closer and f"people/{activity.closer}",
        create_time=time_to_message(activity.create_time),
        update_time=time_to_message(activity.update_time),
        submit_time=time_to_message(activity.submit_time),
        start_time=time_to_message(activity.start_time),
        end_time=time_to_message(activity.end_time),
        closure_submit_time=time_to_message(activity.closure_submit_time),
        settle_time=time_to_message(activity.settle_time),
        close_time=time_to_message(activity.close_time),
    )


def whole_to_message(activity: Activity) -> pb.Activity:
    """With its history."""
    message = activity_to_message(activity)
    message.history.extend(
        pb.FormerTerms(
            version=former.version,
            terms=terms_to_message(former.terms),
            change=f"activityChanges/{former.change}",
            change_time=time_to_message(former.change_time),
        )
        for former in activity.history
    )
    return message


def _closure_to_message(activity: Activity) -> pb.Closure:
    closure, overrun = activity.closure or Closure(), activity.overrun
    return pb.Closure(
        lines=[pb.ActualCost(line=cost.line, actual=money_to_message(cost.amount)) for cost in closure.costs],
        attendance=closure.attendance,
        sales=money_to_message(closure.sales) if closure.sales is not None else None,
        result=closure.result,
        evidence=closure.evidence,
        total=money_to_message(closure.total(activity.total.currency)),
        overrun_basis_points=overrun.basis_points,
        overrun=money_to_message(overrun.amount),
    )


def closure_from_message(message: pb.Closure) -> Closure:
    """Raises what amounts raise, about the field at fault, all of them at once."""
    faults, costs, sales = Faults(), [], None
    for index, line in enumerate(message.lines):
        with faults.within(f"closure.lines[{index}].actual"):
            costs.append(Cost(line.line, money_from_message(line.actual)))
    with faults.within("closure.sales"):
        sales = money_from_message(message.sales) if message.HasField("sales") else None
    faults.refuse()
    return Closure(
        costs=tuple(costs),
        attendance=message.attendance,
        sales=sales,
        result=message.result,
        evidence=tuple(message.evidence),
    )


def claimable_from_message(index: int, message: pb.ClaimableLine) -> Cost:
    with within(f"claimable[{index}].amount"):
        return Cost(message.line, money_from_message(message.amount))


def _claimable_to_message(cost: Cost) -> pb.ClaimableLine:
    return pb.ClaimableLine(line=cost.line, amount=money_to_message(cost.amount))


def number_in(name: str, field: str = "name") -> str:
    """The number in `activities/AC-2026-000123`. Raises NameMalformed."""
    with within(field):
        return id_in(name, "activities")


def calendar_entry_to_message(activity: Activity) -> pb.CalendarEntry:
    terms = activity.terms
    return pb.CalendarEntry(
        activity=activity.name,
        title=terms.title,
        activity_class=terms.activity_class,
        organisation=f"organisations/{activity.organisation}",
        requester=f"people/{activity.requester}",
        city=terms.city,
        start_date=date_to_message(terms.start_date) if terms.start_date else None,
        end_date=date_to_message(activity.last_day) if activity.last_day else None,
        state=STATES[activity.state],
    )
