"""What one open stream has told its client, what may have changed since, and what is to be told of that."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from services.approval.domain.people.directory import PersonId
from services.approval.use_cases.views import Counts, ItemView, NoticeView

# Beyond so many it is cheaper to look at everything again.
MOST_DOUBTED = 200


@dataclass(frozen=True, slots=True)
class Present:
    """It is in the inbox, as it is now."""

    item: ItemView


@dataclass(frozen=True, slots=True)
class Gone:
    """It has left the inbox."""

    item: ItemView


@dataclass(frozen=True, slots=True)
class Unread:
    """It was told and not read yet."""

    notice: NoticeView


@dataclass(frozen=True, slots=True)
class Read:
    notice: NoticeView


@dataclass(frozen=True, slots=True)
class Counted:
    """So much there is in the folders now."""

    counts: Counts


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """All that was there at the beginning has been told."""


Change: TypeAlias = Present | Gone | Unread | Read | Counted | CaughtUp


@dataclass(frozen=True, slots=True)
class Asks:
    """What a client wants to hear of beside what there is to do."""

    notices: bool = False
    counts: bool = False


@dataclass
class Told:
    """Things of one kind: those that the client has, each as it was told, and those that may have changed since."""

    told: dict[UUID, Hashable] = field(default_factory=dict)
    doubted: set[UUID] = field(default_factory=set)
    doubts_everything: bool = True

    def doubt(self, things: Iterable[UUID]) -> None:
        self.doubted.update(things)
        if len(self.doubted) > MOST_DOUBTED:
            self.doubt_everything()

    def doubt_everything(self) -> None:
        self.doubted.clear()
        self.doubts_everything = True

    def is_news(self, thing: UUID, now: Hashable, present: bool) -> bool:
        """Whether the client has to hear that the thing stands like this now."""
        if not present:
            return self.told.pop(thing, None) is not None
        was, self.told[thing] = self.told.get(thing), now
        return was != now


@dataclass(eq=False)
class Watcher:
    """One open stream. `looked_at`: when it last looked at everything. `looks_at`: whose lists are part of what it sees."""

    person: PersonId
    asks: Asks = Asks()
    items: Told = field(default_factory=Told)
    notices: Told = field(default_factory=Told)
    counts: Counts | None = None
    looked_at: float = 0.0
    looks_at: set[PersonId] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def doubt(self, items: Iterable[UUID] = (), notices: Iterable[UUID] = ()) -> None:
        self.items.doubt(items)
        self.notices.doubt(notices)
        self.woken.set()

    def doubt_everything(self) -> None:
        self.items.doubt_everything()
        self.notices.doubt_everything()
        self.woken.set()
