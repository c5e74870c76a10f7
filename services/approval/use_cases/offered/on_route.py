"""What administrators may do to a route under way, and what its people may decide of it before its turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Final

from chassis.cases.offered import Act, ActKind, Choice, Wanted
from kernel.errors import Refusal
from kernel.text import Text
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.domain.planning.elsewhere import TooFewToPass, asked_instead, put_in, taken_out
from services.approval.domain.planning.route import RouteStep
from services.approval.domain.policies.ballot import Mode, Outcome
from services.approval.use_cases.ahead_of_time import DecideAhead, decidable, to_take_back
from services.approval.use_cases.editing import new_step, reached
from services.approval.use_cases.elsewhere import NothingIsWalked, under_way, walked_on
from services.approval.use_cases.naming import Naming, must_be_able_to_name, stage_that_waits, steps_to_name
from services.approval.use_cases.offered.on_case import case_act, overridden
from services.approval.use_cases.offered.situation import Situation
from services.approval.use_cases.separation import apart_from
from services.approval.use_cases.views import RouteView

UPCOMING: Final = "zhupi.approval.v1.UpcomingService/"
SAID: Final = Text("", "")
# A vote of more people than this is nobody's who is named one by one.
MOST_NAMED: Final = 50
FRESH_KEY: Final = "new-step"
JUMPED: Final = Text(
    "跳过之前未决定的步骤，由所选步骤继续",
    "What comes before is passed over; it goes on at the step that is chosen",
)
ASKED: Final = Text("该步骤改由所选人员决定", "Those you name decide the step instead")
PUT_IN: Final = Text("路线增加一个步骤", "The route has a step more")
TAKEN_OUT: Final = Text("该步骤不再需要决定", "Nobody decides that step any more")
AHEAD: Final = Text("轮到该步骤时，您的决定自动生效", "Takes effect by itself when the step is reached")
TAKEN_BACK: Final = Text("预先决定作废，轮到时再处理", "It counts no more; you decide when it is your turn")


async def overrides_of_route(situation: Situation) -> AsyncIterator[Act]:
    """Where the walk goes on, who decides what lies ahead, and what does."""
    with suppress(Refusal):
        case = situation.case.interfered()
        with suppress(Refusal):
            permissions.require_on(situation.actor, "JumpCase", case)
            view, _ = await under_way(case, situation.uow)
            yield overridden(situation, ActKind.JUMP, "JumpCase", JUMPED, _steps("step", view.route.deciding))
        with suppress(Refusal):
            permissions.require_on(situation.actor, "ReassignStep", case)
            if choices := await _reassignable(case, situation):
                yield overridden(
                    situation, ActKind.REASSIGN_STEP, "ReassignStep", ASKED, Wanted("step", choices)
                )
        with suppress(Refusal):
            permissions.require_on(situation.actor, "EditRoute", case)
            async for act in _edits(situation, *await _edited(case, situation)):
                yield act


def _steps(field: str, steps: tuple[RouteStep, ...]) -> Wanted:
    return Wanted(field, tuple(Choice(step.key, step.title) for step in steps))


async def _reassignable(case: Case, situation: Situation) -> tuple[Choice, ...]:
    """The steps that others could decide, each with how many it takes."""
    try:
        view, _ = await walked_on(case, situation.uow)
    except NothingIsWalked:
        return await _nameable(case, situation)
    found = []
    for step in view.route.deciding:
        people = await _fit(view.route.stage, step.key, situation)
        for count in range(1, len(people) + 1):
            with suppress(TooFewToPass):
                asked_instead(view.route, step.key, people[:count], case.requester, situation.today, SAID)
                found.append(Choice(step.key, step.title, least=count))
                break
    return tuple(found)


async def _nameable(case: Case, situation: Situation) -> tuple[Choice, ...]:
    """Of a stage that waits because nobody was found."""
    stage = await stage_that_waits(case, situation.uow)
    if not stage:
        return ()
    found = []
    for step in await steps_to_name(stage, case, situation.uow):
        people = await _fit(stage, step.key, situation)
        for count in range(1, len(people) + 1):
            with suppress(Refusal):
                naming = Naming(stage, step.key, people[:count], "")
                await must_be_able_to_name(naming, case, situation.uow, situation.at)
                found.append(Choice(step.key, step.title, least=count))
                break
    return tuple(found)


async def _fit(stage: str, key: str, situation: Situation) -> tuple[str, ...]:
    """As many people as could be asked at most whom nothing keeps from deciding this step."""
    barred = await apart_from(situation.case, stage, key, situation.uow) | {situation.case.requester}
    return tuple(islice(situation.people(without=barred), MOST_NAMED))


async def _edited(case: Case, situation: Situation) -> tuple[RouteView, frozenset[str]]:
    view, walked = await walked_on(case, situation.uow)
    return view, reached(walked, view)


async def _edits(situation: Situation, view: RouteView, behind: frozenset[str]) -> AsyncIterator[Act]:
    after, out = [], []
    for step in view.route.deciding:
        with suppress(Refusal):
            new = new_step(FRESH_KEY, step.title, Mode.SINGLE, (situation.caller,), view.route, "")
            put_in(view.route, new, step.key, behind)
            after.append(Choice(step.key, step.title))
        with suppress(Refusal):
            taken_out(view.route, step.key, behind, SAID)
            out.append(Choice(step.key, step.title))
    if after and await _fit(view.route.stage, FRESH_KEY, situation):
        yield overridden(situation, ActKind.ADD_STEP, "AddStep", PUT_IN, Wanted("behind", tuple(after)))
    if out:
        yield overridden(situation, ActKind.REMOVE_STEP, "RemoveStep", TAKEN_OUT, Wanted("step", tuple(out)))


async def acts_ahead(situation: Situation) -> AsyncIterator[Act]:
    """What the caller may decide before its turn, and what they may take back of that."""
    case, view, uow = situation.case, situation.view, situation.uow
    if view is None or not case.is_open:
        return
    lying = await uow.upcoming.keys(case.name)
    kept = await uow.upcoming.kept(case.name) if lying else ()
    for step in (one for one in view.route.deciding if one.key in lying):
        if act := await _decision_ahead(step, view, situation):
            yield act
        with suppress(Refusal):
            ours, _ = await to_take_back(
                step.key, kept, view.route.stage, case, situation.for_whom, situation.caller, uow
            )
            act = case_act(situation, ActKind.TAKE_BACK_AHEAD, f"{UPCOMING}TakeBackAhead", TAKEN_BACK)
            yield _of_step(act, step, ours.person, situation)


async def _decision_ahead(step: RouteStep, view: RouteView, situation: Situation) -> Act | None:
    case, decisions, whose = situation.case, [], ""
    for outcome, choice in DECISIONS.items():
        cmd = DecideAhead(case.name, step.key, case.document_version, outcome)
        with suppress(Refusal):
            coming = await decidable(
                cmd, step, view, case, situation.for_whom, situation.caller, situation.uow, situation.at
            )
            whose = coming.upcoming.person
            decisions.append(choice)
    if not decisions:
        return None
    wanted = Wanted("decision", tuple(decisions), required=True)
    act = case_act(situation, ActKind.DECIDE_AHEAD, f"{UPCOMING}DecideAhead", AHEAD, wanted)
    return _of_step(act, step, whose, situation)


def _of_step(act: Act, step: RouteStep, whose: str, situation: Situation) -> Act:
    others = whose if whose != situation.caller else ""
    return replace(act, step=step.key, step_title=step.title, on_behalf_of=others, given=frozenset({"step"}))


DECISIONS: Final = {
    Outcome.APPROVED: Choice("DECISION_APPROVED", Text("同意", "Approve")),
    Outcome.REJECTED: Choice("DECISION_REJECTED", Text("拒绝", "Reject")),
}
