"""What people, posts, organisations and processes are called, for showing beside their ids."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from kernel.clock import Clock, SystemClock, local_date
from kernel.errors import Refusal
from kernel.text import Text
from services.approval.cache import EMPTY, Cache
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.policy import ListOrder
from services.approval.readings import Readings
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork


@dataclass
class KnownNames:
    """Names as of the last look at the database: an old name does no harm, a round trip for every answer would."""

    cache: Cache = field(default_factory=Cache)
    processes: dict[str, Text] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)
    _at: AsOf = field(default_factory=lambda: EMPTY.as_of(date.min))
    _people: dict[str, str] = field(default_factory=dict)
    _organisations: dict[str, str] = field(default_factory=dict)
    _readings: Readings = field(default_factory=Readings)
    _orders: dict[str, ListOrder] = field(default_factory=dict)

    async def refresh(self, units: Callable[[], ApprovalUnitOfWork]) -> None:
        async with units().reading() as uow:
            directory = await uow.directories.current()
            self.processes = await uow.policies.titles()
            self._orders = {process: await _order_of(process, uow) for process in self.processes}
        today = local_date(self.clock.now())
        if directory is not self._at.directory or today != self._at.day:
            self._at = directory.as_of(today)
            self._people, self._organisations = {}, {}
            self._readings = Readings.of(directory.index.people)

    def person(self, id: str) -> str:
        """The name of a person; of one who has left, their last one; the id where nothing is known."""
        known = self._people.get(id)
        if known is None:
            periods = self._at.directory.index.people.get(id, ())
            found = self._at.person(id) or (periods[-1] if periods else None)
            known = self._people[id] = found.name if found else id
        return known

    def people_like(self, word: str) -> tuple[str, ...]:
        """Everyone, whether active or not, of whose name, pinyin, initials or login the word, in small letters, is a part."""
        return self._readings.people_like(word)

    def order(self, process: str) -> ListOrder | None:
        """In which order the work of a process is found, as its policy says; None where nothing is known of it."""
        return self._orders.get(process)

    def organisation(self, id: str) -> str:
        known = self._organisations.get(id)
        if known is None:
            found = self._at.organisation(id)
            known = self._organisations[id] = found.title.zh if found else id
        return known

    def post(self, key: str) -> Text:
        found = self._at.post(key)
        return found.title if found else Text(key, key)

    def process(self, process: str) -> Text:
        return self.processes.get(process) or Text(process, process)


async def _order_of(process: str, uow: ApprovalUnitOfWork) -> ListOrder:
    """What the newest version says; each is read once. A process whose policy is not in force any more says nothing."""
    with suppress(Refusal):
        view = await uow.policies.view(process, None)
        return (await uow.policies.version(process, view.version)).order
    return ListOrder.NEWEST_FIRST
