"""Going on at once: with the next work item of the same kind (piled), or with the next of the same case (chained)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kernel.errors import Refusal
from services.approval.domain.steps.states import OPEN
from services.approval.use_cases.item_acts.acting import Acting, write
from services.approval.use_cases.item_events import WorkItemStarted
from services.approval.use_cases.items import item_view
from services.approval.use_cases.views import ItemView

# So many are tried: others may be at work on the first ones at this very moment.
TRIED: Final = 10


class Then(StrEnum):
    """What somebody goes on with when they have decided."""

    NOTHING = "nothing"
    SAME_KIND = "same_kind"
    IN_THE_CASE = "in_the_case"


async def go_on(act: Acting, then: Then) -> ItemView | None:
    """The work item with which the caller goes on, started; None where there is none now."""
    if then is Then.SAME_KIND:
        return await _same_kind(act)
    return await _in_the_case(act) if then is Then.IN_THE_CASE else None


async def _same_kind(act: Acting) -> ItemView | None:
    uow, person = act.uow, act.actor.person
    for item in await uow.chains.same_kind(person, act.step.name, act.item, act.at, TRIED):
        # A case that somebody else holds is passed over: whoever waited for it while holding one could wait for ever.
        found = await uow.cases.lock_with_item_if_free(item)
        if found is None:
            continue
        case, stored = found
        beginning = Acting(case, stored, stored.woken(act.at), item, act.actor, person, act.at, uow)
        try:
            case.must_allow_decision(case.document_version)
            return _started(beginning)
        except Refusal:
            continue
    return None


async def _in_the_case(act: Acting) -> ItemView | None:
    uow, person = act.uow, act.actor.person
    for stored in await uow.steps.open_steps(act.case.name):
        step = stored.woken(act.at)
        for item in step.items:
            if item.is_vote and item.state in OPEN and person in item.audience and person != step.requester:
                return _started(Acting(act.case, stored, step, item.id, act.actor, person, act.at, uow))
    uow.chains.wish(act.case.name, person, act.at)
    return None


def _started(act: Acting) -> ItemView:
    after = act.step.start(act.item, act.person)
    if after != act.step:
        write(act, after, WorkItemStarted(**act.about))
    return item_view(act.case, after, act.item)
