"""What people, organisations and processes are called, for showing beside their ids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from kernel.clock import Clock, SystemClock, local_date
from kernel.text import Text
from services.approval.store.cache import Cache
from services.approval.store.unit_of_work import ApprovalStore


@dataclass
class KnownNames:
    """Names as of the last look at the database: an old name does no harm, a round trip for every answer would."""

    cache: Cache = field(default_factory=Cache)
    processes: dict[str, Text] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)

    async def refresh(self, units: Callable[[], ApprovalStore]) -> None:
        async with units() as uow:
            await uow.directories.current()
            self.processes = await uow.policies.titles()

    def person(self, id: str) -> str:
        """The name of a person; of one who has left, their last one; the id where nothing is known."""
        found = self.cache.directory.as_of(self._today).person(id)
        if found is None:
            periods = self.cache.directory.index.people.get(id)
            return periods[-1].name if periods else id
        return found.name

    def organisation(self, id: str) -> str:
        found = self.cache.directory.as_of(self._today).organisation(id)
        return found.title.zh if found else id

    def process(self, process: str) -> Text:
        return self.processes.get(process, Text(process, process))

    @property
    def _today(self) -> date:
        return local_date(self.clock.now())
