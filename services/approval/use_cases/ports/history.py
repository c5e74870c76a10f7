"""Who decided what, whose turn it was, and who was chosen: what planning looks back at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.known import Decided
from services.approval.domain.policies.separation import Party


class History(Protocol):
    """A `place` is `stage/key`."""

    async def decided(self, case: CaseName) -> tuple[Decided, ...]:
        """Everyone who has decided a step of the case, in the order of the decisions; whoever was stood in for as well."""
        ...

    async def related(self, documents: Collection[str]) -> Mapping[Party, frozenset[PersonId]]:
        """Who took part in the cases of these documents."""
        ...

    async def hand(self, case: CaseName, stage: str) -> PersonId:
        """Who took the first item of the stage that was in a pool; empty where nobody has."""
        ...

    async def experience(
        self, process: str, place: str, people: Sequence[PersonId]
    ) -> Mapping[PersonId, int]:
        """How often people decided the step, among the latest times that it was opened."""
        ...

    async def turns(self, process: str, place: str) -> Mapping[PersonId, int]:
        """The number of everybody's latest turn."""
        ...

    async def lock_turns(self, process: str, place: str) -> int:
        """The number of the next turn. Whoever else wants one waits until this transaction ends."""
        ...

    def take_turn(self, process: str, place: str, person: PersonId, n: int) -> None: ...

    async def choices(self, case: CaseName, stage: str) -> Mapping[str, tuple[PersonId, ...]]:
        """Who was last chosen for which step of the stage, by its key."""
        ...

    async def chosen_by(self, step: StepName) -> Mapping[str, tuple[PersonId, ...]]:
        """Who was chosen by those who decided this walk of a step, by the keys of the steps that they are to decide."""
        ...

    async def named(self, case: CaseName, stage: str) -> Mapping[str, tuple[PersonId, ...]]:
        """Whom administrators have named for steps of the stage that nobody else can decide, by their keys."""
        ...

    def name(
        self,
        case: CaseName,
        stage: str,
        key: str,
        people: Sequence[PersonId],
        administrator: PersonId,
        at: datetime,
    ) -> None:
        """Keep whom an administrator names for such a step."""
        ...

    def choose(
        self, by: StepName, chooser: PersonId, choices: Mapping[str, tuple[PersonId, ...]], at: datetime
    ) -> None:
        """Keep whom the approver of a step has named for others."""
        ...

    def unchoose(self, by: StepName, chooser: PersonId) -> None:
        """Forget whom somebody has named with a decision that they take back."""
        ...
