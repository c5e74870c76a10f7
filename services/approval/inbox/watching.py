"""Inboxes as they change: what is there, then every change, for as long as somebody watches.

What says that an inbox has changed is a hint. It is heard at once in the copy of the service that changed it, a moment
later in the others, and may be lost on the way: so a watcher also looks by itself, now and then.

A watcher keeps the ids of what its client has, and of what may have changed since it last looked: never a queue of
changes. However slow the client and however much happens, it catches up by looking once at what is there now.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from kernel.clock import Clock, SystemClock
from kernel.errors import Unavailable
from services.approval.domain.people.directory import PersonId
from services.approval.use_cases.inbox import whose_lists
from services.approval.use_cases.ports.inbox import Whose
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.views import ItemView
from zhupi.approval.v1.events_pb2 import InboxChanged

PAGE = 100
# Beyond so many it is cheaper to look at everything again.
MOST_DOUBTED = 200
AFTER_OUTAGE = 1.0  # seconds
LOOK_AGAIN = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Present:
    """It is in the inbox, as it is now."""

    item: ItemView


@dataclass(frozen=True, slots=True)
class Gone:
    """It has left the inbox."""

    item: ItemView


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """All that was there at the beginning has been told."""


Change: TypeAlias = Present | Gone | CaughtUp


@dataclass(eq=False)
class Watcher:
    """One open stream: what its client was told, and what may have changed since.

    `looked_at`: when it last looked at everything. `looks_at`: whose lists are part of what it sees.
    """

    person: PersonId
    told: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    doubted: set[UUID] = field(default_factory=set)
    doubts_everything: bool = True
    looked_at: float = 0.0
    looks_at: set[PersonId] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def doubt(self, items: Iterable[UUID]) -> None:
        self.doubted.update(items)
        if len(self.doubted) > MOST_DOUBTED:
            self.doubt_everything()
        self.woken.set()

    def doubt_everything(self) -> None:
        self.doubted.clear()
        self.doubts_everything = True
        self.woken.set()

    def sees(self, view: ItemView, present: bool) -> Change | None:
        """What is to be told about an item that stands like this now, if anything."""
        id, now = view.item.id, (view.item.version, view.document_version)
        if present:
            news = self.told.get(id) != now
            self.told[id] = now
            return Present(view) if news else None
        return Gone(view) if self.told.pop(id, None) else None


class InboxWatch:
    """All open streams of this copy of the service."""

    def __init__(
        self,
        units: Callable[[], ApprovalUnitOfWork],
        look_again: float = LOOK_AGAIN,
        clock: Clock | None = None,
    ) -> None:
        self._units = units
        self._clock = clock or SystemClock()
        self._look_again = look_again
        self._watchers: defaultdict[PersonId, set[Watcher]] = defaultdict(set)
        # Says to the other copies what was changed in this one.
        self.elsewhere: Callable[[Sequence[InboxChanged]], None] = _nowhere

    def tell(self, changes: Sequence[InboxChanged]) -> None:
        """What was changed here: to those who watch here, and to the other copies."""
        for changed in changes:
            self.hear(changed)
        self.elsewhere(changes)

    def hear(self, changed: InboxChanged) -> None:
        """An item came into the inbox of one of these people, moved there, or left it. Raises ValueError."""
        item = UUID(changed.work_item.removeprefix("workItems/"))
        for person in changed.people:
            for watcher in tuple(self._watchers.get(person.removeprefix("people/"), ())):
                watcher.doubt((item,))

    def missed_something(self) -> None:
        """Nobody knows what has changed: every watcher looks at everything again."""
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.doubt_everything()

    async def changes(self, person: PersonId) -> AsyncIterator[Change]:
        """What is there, CaughtUp, then every change; never ends by itself."""
        with self._watching(person) as watcher:
            has_caught_up = False
            while True:
                watcher.woken.clear()
                try:
                    async for change in self._news(watcher):
                        yield change
                except Unavailable:
                    watcher.doubt_everything()
                    await asyncio.sleep(AFTER_OUTAGE)
                    continue
                if not has_caught_up:
                    has_caught_up = True
                    yield CaughtUp()
                await self._something_new(watcher)

    async def _something_new(self, watcher: Watcher) -> None:
        """Wait for a hint. What no hint has told of is found in time too, however busy the inbox is with what was told."""
        due = watcher.looked_at + self._look_again
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due):
                await watcher.woken.wait()
        if asyncio.get_running_loop().time() >= due:
            watcher.doubt_everything()

    @contextmanager
    def _watching(self, person: PersonId) -> Iterator[Watcher]:
        # Registered before it first looks: what changes meanwhile is looked at again.
        watcher = Watcher(person)
        self._register(watcher, {person})
        try:
            yield watcher
        finally:
            self._register(watcher, set())

    def _register(self, watcher: Watcher, people: set[PersonId]) -> None:
        """It hears of the lists of these people from now on, and of no others."""
        for person in watcher.looks_at - people:
            self._watchers[person].discard(watcher)
            if not self._watchers[person]:
                del self._watchers[person]
        for person in people - watcher.looks_at:
            self._watchers[person].add(watcher)
        watcher.looks_at = people

    async def _whose(self, watcher: Watcher, uow: ApprovalUnitOfWork) -> Whose:
        """What the watcher looks at: also what there is to do for those whom its person stands in for."""
        whose = await whose_lists(watcher.person, uow, self._clock.now())
        self._register(watcher, {watcher.person, *(standing.person for standing in whose.standings)})
        return whose

    async def _news(self, watcher: Watcher) -> AsyncIterator[Change]:
        if watcher.doubts_everything:
            watcher.doubts_everything = False
            watcher.looked_at = asyncio.get_running_loop().time()
            unseen = set(watcher.told)
            place, more = None, True
            while more:
                async with self._units().reading() as uow:
                    whose = await self._whose(watcher, uow)
                    views, place = await uow.inboxes.next_to_do(whose, place, PAGE, self._clock.now())
                for view in views:
                    unseen.discard(view.item.id)
                    if change := watcher.sees(view, present=True):
                        yield change
                more = place is not None
            watcher.doubted |= unseen
        while watcher.doubted:
            doubted = [watcher.doubted.pop() for _ in range(min(PAGE, len(watcher.doubted)))]
            async with self._units().reading() as uow:
                whose = await self._whose(watcher, uow)
                standing = await uow.inboxes.standing(doubted, whose, self._clock.now())
            for view, present in standing:
                if change := watcher.sees(view, present):
                    yield change


def _nowhere(changes: Sequence[InboxChanged]) -> None:
    """Where there is no other copy."""
