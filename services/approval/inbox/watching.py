"""Inboxes as they change: what is there, then every change, for as long as somebody watches.

What says that an inbox has changed is a hint. It is heard at once in the copy of the service that changed it, a moment
later in the others, and may be lost on the way: so a watcher also looks by itself, now and then.

A watcher keeps the ids of what its client has, and of what may have changed since it last looked: never a queue of
changes. However slow the client and however much happens, it catches up by looking once at what is there now.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TypeAlias, TypeVar
from uuid import UUID

from kernel.clock import Clock, SystemClock
from kernel.errors import Unavailable
from services.approval.domain.people.directory import PersonId
from services.approval.inbox.watcher import (
    Asks,
    CaughtUp,
    Change,
    Counted,
    Gone,
    Present,
    Read,
    Told,
    Unread,
    Watcher,
)
from services.approval.use_cases.inbox import whose_lists
from services.approval.use_cases.ports.inbox import Place, Whose
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.views import ItemView, NoticeView
from zhupi.approval.v1.events_pb2 import InboxChanged

PAGE = 100
AFTER_OUTAGE = 1.0  # seconds
LOOK_AGAIN = 60.0  # seconds
ONLY_ITEMS = Asks()

View = TypeVar("View")
# The next page of what is there, and where it ended.
Next: TypeAlias = Callable[
    [ApprovalUnitOfWork, Whose, Place | None], Awaitable[tuple[Sequence[View], Place | None]]
]
# How these stand now, and whether they are there.
Standing: TypeAlias = Callable[
    [ApprovalUnitOfWork, Whose, list[UUID]], Awaitable[Sequence[tuple[View, bool]]]
]


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
        """Something came into the lists of these people, moved there, left them or was read. Raises ValueError."""
        items = _ids(changed.work_item, "workItems/")
        notices = _ids(changed.notice, "notices/")
        for person in changed.people:
            for watcher in tuple(self._watchers.get(person.removeprefix("people/"), ())):
                watcher.doubt(items, notices)

    def missed_something(self) -> None:
        """Nobody knows what has changed: every watcher looks at everything again."""
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.doubt_everything()

    async def changes(self, person: PersonId, asks: Asks = ONLY_ITEMS) -> AsyncIterator[Change]:
        """What is there, CaughtUp, then every change; never ends by itself."""
        with self._watching(Watcher(person, asks)) as watcher:
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
    def _watching(self, watcher: Watcher) -> Iterator[Watcher]:
        # Registered before it first looks: what changes meanwhile is looked at again.
        self._register(watcher, {watcher.person})
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
        if watcher.items.doubts_everything:
            watcher.looked_at = asyncio.get_running_loop().time()
        async for item, present in self._looked(watcher, watcher.items, _item, self._to_do, self._items):
            yield Present(item) if present else Gone(item)
        if watcher.asks.notices:
            found = self._looked(watcher, watcher.notices, _notice, self._unread, self._notices)
            async for notice, is_unread in found:
                yield Unread(notice) if is_unread else Read(notice)
        if watcher.asks.counts:
            async with self._units().reading() as uow:
                counts = await uow.inboxes.counts(await self._whose(watcher, uow), self._clock.now())
            if counts != watcher.counts:
                watcher.counts = counts
                yield Counted(counts)

    async def _looked(
        self,
        watcher: Watcher,
        known: Told,
        read: Callable[[View], tuple[UUID, Hashable]],
        following: Next[View],
        standing: Standing[View],
    ) -> AsyncIterator[tuple[View, bool]]:
        """What the client has to hear of, and whether it is there. `read` says which thing a view shows, and how it stands."""
        if known.doubts_everything:
            known.doubts_everything = False
            unseen = set(known.told)
            place, more = None, True
            while more:
                async with self._units().reading() as uow:
                    views, place = await following(uow, await self._whose(watcher, uow), place)
                for view in views:
                    thing, now = read(view)
                    unseen.discard(thing)
                    if known.is_news(thing, now, present=True):
                        yield view, True
                more = place is not None
            known.doubted |= unseen
        while known.doubted:
            doubted = [known.doubted.pop() for _ in range(min(PAGE, len(known.doubted)))]
            async with self._units().reading() as uow:
                found = await standing(uow, await self._whose(watcher, uow), doubted)
            for view, present in found:
                if known.is_news(*read(view), present):
                    yield view, present

    async def _to_do(
        self, uow: ApprovalUnitOfWork, whose: Whose, after: Place | None
    ) -> tuple[Sequence[ItemView], Place | None]:
        return await uow.inboxes.next_to_do(whose, after, PAGE, self._clock.now())

    async def _items(
        self, uow: ApprovalUnitOfWork, whose: Whose, items: list[UUID]
    ) -> Sequence[tuple[ItemView, bool]]:
        return await uow.inboxes.standing(items, whose, self._clock.now())

    async def _unread(
        self, uow: ApprovalUnitOfWork, whose: Whose, after: Place | None
    ) -> tuple[Sequence[NoticeView], Place | None]:
        return await uow.inboxes.next_unread(whose, after, PAGE, self._clock.now())

    async def _notices(
        self, uow: ApprovalUnitOfWork, whose: Whose, notices: list[UUID]
    ) -> Sequence[tuple[NoticeView, bool]]:
        return [(one, one.read_at is None) for one in await uow.inboxes.notices(notices, whose.person)]


def _item(view: ItemView) -> tuple[UUID, Hashable]:
    return view.item.id, (view.item.version, view.document_version)


def _notice(view: NoticeView) -> tuple[UUID, Hashable]:
    """What was said stays as it was."""
    return view.notice.id, ""


def _ids(name: str, collection: str) -> tuple[UUID, ...]:
    return (UUID(name.removeprefix(collection)),) if name else ()


def _nowhere(changes: Sequence[InboxChanged]) -> None:
    """Where there is no other copy."""
