"""Changes of activities as messages."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import id_in, money_to_message, time_to_message
from kernel.fields import within
from services.marketing.domain.change import Change
from services.marketing.domain.change_life import ChangeState
from services.marketing.terms_mapping import terms_to_message
from zhupi.marketing.v1 import activity_change_pb2 as pb

STATES: Final = {state: pb.ActivityChange.State.Value(f"STATE_{state.name}") for state in ChangeState}
STATES_BACK: Final = {number: state for state, number in STATES.items()}


def change_to_message(change: Change) -> pb.ActivityChange:
    return pb.ActivityChange(
        name=change.name,
        activity=f"activities/{change.activity}",
        title=change.terms.title or change.before.title,
        requester=f"people/{change.requester}",
        organisation=f"organisations/{change.organisation}",
        terms=terms_to_message(change.terms),
        before=terms_to_message(change.before),
        purpose=change.purpose,
        attachments=change.attachments,
        state=STATES[change.state],
        reason=change.reason,
        difference=money_to_message(change.difference),
        version=change.version,
        etag=change.etag,
        create_time=time_to_message(change.create_time),
        update_time=time_to_message(change.update_time),
        submit_time=time_to_message(change.submit_time),
        apply_time=time_to_message(change.apply_time),
    )


def change_number_in(name: str, field: str = "name") -> str:
    """The number in `activityChanges/CH-2026-000001`. Raises NameMalformed."""
    with within(field):
        return id_in(name, "activityChanges")
