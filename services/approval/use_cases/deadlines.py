"""A deadline comes near or is there: people are reminded, others are turned to, the rule decides. All by the system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from kernel.actor import SYSTEM, SYSTEM_ID
from kernel.clock import local_date
from kernel.errors import Refusal
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.notices import NoticeKind
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.people.stand_ins import StandIn, stand_ins_of
from services.approval.domain.planning.candidates import find
from services.approval.domain.planning.planner import request_of
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.policy import Policy
from services.approval.domain.policies.settings.deadline import (
    Deadline,
    Escalates,
    OnOverdue,
    Superior,
    Target,
)
from services.approval.domain.steps import deadlines
from services.approval.domain.steps.by_rule import (
    decided_by_rule,
    given_by_rule,
    in_turn,
    open_votes,
)
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import Decision, WorkItem
from services.approval.domain.time.timers import ESCALATE, OVERDUE, REMIND
from services.approval.use_cases.clocks import calendar_of
from services.approval.use_cases.deadline_events import (
    StepEscalated,
    StepOverdue,
    StepReminded,
    at_the_office,
)
from services.approval.use_cases.events import about
from services.approval.use_cases.messages import inbox_changed
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.separation import apart_from

DECIDING: Final = {
    OnOverdue.APPROVE: Outcome.APPROVED,
    OnOverdue.REJECT: Outcome.REJECTED,
    OnOverdue.RETURN: Outcome.RETURNED,
}
DUE: Final = Text("“{title}”将于 {at} 到期", "{title} is due {at}")
PAST_DUE: Final = Text("“{title}”已于 {at} 到期", "{title} was due {at}")
ESCALATED: Final = Text("“{title}”迟迟未处理，期限 {at}", "{title} is left undone; it is due {at}")
COMMENT: Final = "到期未处理，系统按规则办理 · Overdue, decided by the system: {rule}"


@dataclass(frozen=True, slots=True)
class Late:
    """One timer of a deadline that has come. The case is locked; `step` has this timer no more.

    `apart` are those whom separation of duties keeps from the step, `absences` all stand-ins of these days.
    """

    case: Case
    step: Step
    deadline: Deadline
    due: datetime
    policy: Policy
    today: AsOf
    at: datetime
    uow: ApprovalUnitOfWork
    apart: frozenset[PersonId]
    absences: tuple[StandIn, ...]

    def rule(self, part: str) -> str:
        """The path of what the policy says: a chain of managers is spread from one step, `key.1`, `key.2` …"""
        name = self.step.name
        steps = self.policy.stage(name.stage).steps
        place = next(n for n, step in enumerate(steps) if step.key == name.key.partition(".")[0])
        return f"{self.policy.name} stages.{name.stage}.steps[{place}].deadline.{part}"

    def text(self, template: Text) -> Text:
        at = at_the_office(self.due)
        zh = template.zh.format(title=self.step.title.zh, at=at)
        return Text(zh, template.en.format(title=self.step.title.en, at=at))

    def tell(self, people: tuple[PersonId, ...], kind: NoticeKind, template: Text) -> None:
        """Whoever is away does not read it: those who may act in their place do."""
        case, today = self.case, self.today
        others = stand_ins_of(people, self.absences, case.name.process, case.organisation, today, self.at)
        everyone = {*people, *(others - {case.requester})}
        self.uow.notices.tell(everyone, kind, case, self.text(template), at=self.at)


async def deadline_fired(timer: str, case: Case, step: Step, uow: ApprovalUnitOfWork, now: datetime) -> Step:
    """What the timer is for is done. Answers the step as it has become, not saved yet."""
    deadline = step.rules.deadline
    if deadline is None or step.countdown is None or step.countdown.due is None:
        return step
    policy = await uow.policies.version(case.name.process, case.policy)
    today = (await uow.directories.current()).as_of(local_date(now))
    fired = deadlines.fire(step, timer, await calendar_of(case, uow, now), now)
    apart = await apart_from(case, step.name.stage, step.name.key, uow)
    absences = await uow.absences.all_present(now)
    return ACTS[timer](
        Late(case, fired, deadline, step.countdown.due, policy, today, now, uow, apart, absences)
    )


def _remind(late: Late) -> Step:
    """Whoever has it reads that it is due; who watches their inbox is told at once."""
    items = in_turn(late.step)
    people = tuple(sorted({person for item in items for person in item.audience}))
    late.tell(people, NoticeKind.REMINDER, DUE if late.at < late.due else PAST_DUE)
    late.uow.tell(*(inbox_changed(item, item.audience) for item in items if item.audience))
    countdown = late.step.countdown
    assert countdown is not None
    late.uow.record(
        StepReminded(
            **about(late.case, SYSTEM, late.at),
            step=str(late.step.name),
            title=late.step.title,
            due=late.due,
            rule=late.rule("remind"),
            n=countdown.reminded + countdown.repeated,
            people=people,
        )
    )
    return late.step


def _escalate(late: Late) -> Step:
    escalation = late.deadline.escalate
    assert escalation is not None
    to = _superiors(late, escalation.to)
    if escalation.how is Escalates.GIVES:
        after, people = _give(late, to)
    else:
        after = late.step
        people = tuple(sorted({one for found in to.values() for one in found} - {late.step.requester}))
    late.tell(people, NoticeKind.ESCALATED, ESCALATED)
    late.uow.record(
        StepEscalated(
            **about(late.case, SYSTEM, late.at),
            step=str(late.step.name),
            title=late.step.title,
            due=late.due,
            rule=late.rule("escalate"),
            how=escalation.how,
            people=people,
        )
    )
    return after


def _overdue(late: Late) -> Step:
    action, after = late.deadline.on_overdue, late.step
    people: tuple[PersonId, ...] = ()
    if action is OnOverdue.TRANSFER:
        after, people = _give(late, _superiors(late, late.deadline.transfer_to))
        late.tell(people, NoticeKind.ESCALATED, ESCALATED)
    elif action in DECIDING:
        after = _decide(late, DECIDING[action])
    holders = tuple(sorted({person for item in in_turn(late.step) for person in item.audience}))
    late.tell(holders, NoticeKind.REMINDER, PAST_DUE)
    late.uow.record(
        StepOverdue(
            **about(late.case, SYSTEM, late.at),
            step=str(late.step.name),
            title=late.step.title,
            due=late.due,
            rule=late.rule("on_overdue"),
            action=action,
            people=people,
        )
    )
    return after


def _decide(late: Late, outcome: Outcome) -> Step:
    comment = COMMENT.format(rule=late.rule("on_overdue"))
    resume = late.step.rules.returning.resume(None)
    decision = Decision(outcome, SYSTEM_ID, late.at, late.case.document_version, comment, resume=resume)
    for item in open_votes(late.step):
        late.uow.steps.add_decision(item.id, late.step.name, decision, SYSTEM)
    return decided_by_rule(late.step, decision)


def _give(late: Late, to: Mapping[UUID, tuple[PersonId, ...]]) -> tuple[Step, tuple[PersonId, ...]]:
    """Also who has it now that had it not. Where nobody is left who may decide it, it stays with whoever has it."""
    fit = {item: tuple(one for one in people if one not in late.apart) for item, people in to.items()}
    after = given_by_rule(late.step, fit)
    before = {person for item in late.step.items for person in item.people}
    people = tuple(sorted({person for item in after.items for person in item.people} - before))
    late.uow.cases.join(late.case.name, people)
    return after, people


def _superiors(late: Late, target: Target) -> dict[UUID, tuple[PersonId, ...]]:
    """To whom is turned for each share that somebody could decide now."""
    if target.superior is Superior.NEXT_UP:
        return {item.id: _next_up(late, item) for item in in_turn(late.step)}
    named = _named(late, target)
    return {item.id: named for item in in_turn(late.step)}


def _next_up(late: Late, item: WorkItem) -> tuple[PersonId, ...]:
    """For each of those who have it the first manager who may decide."""
    taken = late.step.shares() | {late.step.requester} | late.apart
    found = (
        next((manager for manager in late.today.managers(person) if manager not in taken), None)
        for person in sorted(item.audience)
    )
    return tuple(dict.fromkeys(manager for manager in found if manager))


def _named(late: Late, target: Target) -> tuple[PersonId, ...]:
    """Those whom the policy names: a fallback, or its administrators."""
    policy = late.policy
    if target.superior is Superior.ADMINISTRATOR:
        sources, path = policy.administrators, "administrators"
    else:
        fallback = next(one for one in policy.fallbacks if one.name == target.fallback)
        sources, path = fallback.approvers, f"fallbacks.{fallback.name}.approvers"
    case = late.case
    try:
        request = request_of(
            policy,
            late.step.name.stage,
            facts=case.facts,
            directory=late.today.directory,
            requester=case.requester,
            as_of=late.today.day,
            organisation=case.organisation,
        )
    except Refusal:
        return ()  # whoever asked has left, or their organisation is gone: nobody can be named from there
    found = find(sources, request, path)
    return tuple(dict.fromkeys(person for one in found for person in one.people))


ACTS: Final = {REMIND: _remind, ESCALATE: _escalate, OVERDUE: _overdue}
