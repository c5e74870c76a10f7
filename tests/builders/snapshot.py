"""What planning is told, as it stands at one moment: the same for a preview and for the case that runs after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import Directory, PersonId
from services.approval.domain.planning.known import Decided
from services.approval.domain.policies.policy import Policy
from services.approval.domain.policies.separation import Party


@dataclass
class Snapshot:
    """A unit of work as far as planning goes. Only who has decided in the case changes, by the case's own steps."""

    directory: Directory
    policy: Policy
    load_now: Mapping[PersonId, int]
    latest_turns: Mapping[PersonId, int]
    related_people: frozenset[PersonId] = frozenset()
    done: list[Decided] = field(default_factory=list)
    took_first: dict[str, PersonId] = field(default_factory=dict)
    counted: set[PersonId] = field(default_factory=set)
    """For whom somebody has asked how much they have to do, or have done."""

    @property
    def directories(self) -> Snapshot:
        return self

    @property
    def policies(self) -> Snapshot:
        return self

    @property
    def items(self) -> Snapshot:
        return self

    @property
    def history(self) -> Snapshot:
        return self

    async def current(self) -> Directory:
        return self.directory

    async def version(self, process: str, version: int) -> Policy:
        return self.policy

    async def load(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        self.counted.update(people)
        return {person: self.load_now[person] for person in people if person in self.load_now}

    async def decided(self, case: CaseName) -> tuple[Decided, ...]:
        return tuple(self.done)

    async def related(self, documents: Collection[str]) -> Mapping[Party, frozenset[PersonId]]:
        return dict.fromkeys(Party, self.related_people)

    async def named(self, case: CaseName, stage: str) -> Mapping[str, tuple[PersonId, ...]]:
        return {}

    async def hand(self, case: CaseName, stage: str) -> PersonId:
        return self.took_first.get(stage, "")

    async def experience(
        self, process: str, place: str, people: Sequence[PersonId]
    ) -> Mapping[PersonId, int]:
        return await self.load(people)

    async def turns(self, process: str, place: str) -> Mapping[PersonId, int]:
        return self.latest_turns

    async def lock_turns(self, process: str, place: str) -> int:
        return 1 + max(self.latest_turns.values(), default=0)

    def take_turn(self, process: str, place: str, person: PersonId, n: int) -> None:
        """Another case's preview is another snapshot."""

    async def choices(self, case: CaseName, stage: str) -> Mapping[str, tuple[PersonId, ...]]:
        return {}
