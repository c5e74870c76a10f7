"""The verbs by which a case moves its document.

The workflow may repeat any of them, also in another life and after years: a document remembers by its effect (the
request id) what has been done for it, and answers such a repetition with how it stands now.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from google.protobuf.message import Message

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.cases.ports import CaseVerbs
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.decided import Decidable
from kernel.decided_events import DecidableEvent
from kernel.timeline import Event

T = TypeVar("T")


class CaseWork(Protocol):
    """One transaction of an owner."""

    @property
    def case_verbs(self) -> CaseVerbs: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def record(self, event: Event, *messages: Message) -> None: ...
    async def commit(self, answer: T) -> T: ...


W = TypeVar("W", bound=CaseWork)
D = TypeVar("D", bound=Decidable)


class Undo(Protocol[D]):
    """`Decidable.give_back` and the like."""

    def __call__(self, document: D, /, reason: str, *, at: datetime) -> D: ...


@dataclass(frozen=True, slots=True)
class Moves(Generic[W, D]):
    """For the documents of one kind. `locked` finds one for a verb of the actor's, or refuses; `save` writes it."""

    locked: Callable[[W, str, Actor, Enum], Awaitable[D]]
    save: Callable[[W, D], Awaitable[None]]

    async def once(
        self,
        cmd: Decided | Undecided | Reopened,
        verb: Enum,
        move: Callable[[D], Awaitable[tuple[D, Event]]],
        *,
        uow: W,
        actor: Actor,
        clock: Clock,
    ) -> D:
        """The document as `move` leaves it, with its row of the timeline; as it stands where that was done before."""
        async with uow:
            before = await self.locked(uow, cmd.number, actor, verb)
            if not await uow.case_verbs.note(cmd.effect, before.name, verb, clock.now()):
                return await uow.commit(before)
            after, event = await move(before)
            return await self.saved(uow, after, event)

    async def undecided(
        self,
        cmd: Undecided,
        *,
        uow: W,
        actor: Actor,
        clock: Clock,
        verb: Enum,
        undo: Undo[D],
        event: type[DecidableEvent],
    ) -> D:
        """It is not to be, or not yet: `undo` says what that means, `event` remembers why."""

        async def undone(before: D) -> tuple[D, Event]:
            after = undo(before, cmd.reason, at=clock.now())
            return after, event.of(after, actor, reason=cmd.reason)

        return await self.once(cmd, verb, undone, uow=uow, actor=actor, clock=clock)

    async def saved(self, uow: W, document: D, event: Event, *tell: Message) -> D:
        await self.save(uow, document)
        uow.record(event, *tell)
        return await uow.commit(document)
