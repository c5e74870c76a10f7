"""Steps and work items, as the use cases keep and show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from kernel.actor import Actor
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.walked import Walked
from services.approval.domain.steps.work_items import Decision
from services.approval.use_cases.views import (
    ItemView,
    Sight,
)


class Steps(Protocol):
    """Steps with their work items, locked behind their case."""

    async def find(self, name: StepName) -> Step | None: ...

    async def open_steps(self, case: CaseName) -> tuple[Step, ...]: ...

    async def of_round(self, case: CaseName, stage: str, round: int) -> tuple[Step, ...]:
        """The latest visit of every step that was opened in that walk of the stage."""
        ...

    async def under_way(self, case: CaseName) -> tuple[Step, ...]:
        """The open steps, and those whose completion may still be taken back."""
        ...

    async def walked(self, case: CaseName, stage: str) -> tuple[Walked, ...]:
        """The latest visit of every step of the stage that was ever opened."""
        ...

    async def approvers(self, case: CaseName) -> tuple[PersonId, ...]:
        """Everybody who has approved anything of the case, themselves or through others."""
        ...

    async def approved(self, case: CaseName, stage: str, round: int) -> frozenset[str]:
        """The keys of the steps whose latest visit in that round was approved, and counts."""
        ...

    def add(self, step: Step, round: int) -> None: ...

    def save(self, before: Step, after: Step, at: datetime) -> None: ...

    def add_decision(self, item: UUID, step: StepName, decision: Decision, actor: Actor) -> None: ...

    def take_back(self, item: UUID, step: StepName, decision: Decision, actor: Actor, at: datetime) -> None:
        """That somebody has taken their decision back; that they had made it stays."""
        ...

    def consume(self, case: CaseName, steps: Sequence[str], at: datetime) -> None:
        """The workflow knows of these completions."""
        ...

    def consume_all(self, case: CaseName, at: datetime) -> None:
        """The workflow needs to know of nothing any more."""
        ...


class Items(Protocol):
    """Work items as people see them."""

    async def find(self, item: UUID, sight: Sight) -> ItemView:
        """Raises NotFound, also where its case may not be seen."""
        ...

    async def load(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        """How much everyone has to do, counting no further than some thousands."""
        ...
