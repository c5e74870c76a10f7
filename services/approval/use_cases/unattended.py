"""Steps without people: decided by the system as soon as they are reached, by the rule of their policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.actor import SYSTEM, SYSTEM_ID
from kernel.text import Text
from kernel.timeline import Event
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import StepName
from services.approval.domain.cases.notices import NoticeKind
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.route import RouteStep
from services.approval.domain.planning.unattended import WORDS
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.unattended import Automatic
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.work_items import Decision
from services.approval.use_cases.events import about
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.views import RouteView

# Nobody has seen the document: what takes effect is the version on which people decided.
UNSEEN: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDecidedByRule(Event):
    """`policy` is the version whose rule it was; `told` are those who hear of it."""

    step: str
    title: Text
    automatic: Automatic
    policy: str
    told: tuple[PersonId, ...]

    def sentence(self) -> Text:
        words = WORDS[self.automatic]
        return Text(f"“{self.title.zh}”：{words.zh}", f"{self.title.en}: {words.en}")


def decided_by_rule(
    name: StepName,
    planned: RouteStep,
    view: RouteView,
    case: Case,
    uow: ApprovalUnitOfWork,
    now: datetime,
    turns: int,
) -> Step:
    """The step, completed at once. Whoever is to be told finds it among their copies."""
    automatic = planned.rules.unattended.automatic
    assert automatic is not None
    outcome = Outcome.REJECTED if automatic is Automatic.REJECT else Outcome.APPROVED
    step = Step(
        name,
        planned.title,
        planned.mode,
        case.requester,
        (),
        (),
        now,
        StepState.COMPLETED,
        Decision(outcome, SYSTEM_ID, now, UNSEEN, planned.why.zh),
        rules=planned.rules,
        route_revision=view.revision,
        turns=turns,
    )
    decided = StepDecidedByRule(
        **about(case, SYSTEM, now),
        step=str(name),
        title=planned.title,
        automatic=automatic,
        policy=view.route.policy,
        told=planned.told,
    )
    uow.record(decided)
    uow.notices.tell(planned.told, NoticeKind.COPY, case, planned.title, at=now)
    uow.steps.add(step, view.round)
    return step
