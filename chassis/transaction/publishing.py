"""To publish what holds for all that a service owns, and to look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from google.protobuf.message import Message

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.published import ConfigurationPublished, Published
from kernel.timeline import Event, plain

P = TypeVar("P", bound=Published)
T = TypeVar("T")


class Configurations(Protocol[P]):
    """What was published, one whole version after the other."""

    async def current(self) -> P: ...
    async def get(self, version: int) -> P: ...
    async def current_for_update(self) -> P: ...
    async def add(self, published: P, /) -> None: ...


class PublishingWork(Protocol[P]):
    """One transaction of a service that has something published."""

    @property
    def configurations(self) -> Configurations[P]: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def record(self, event: Event, *messages: Message) -> None: ...
    async def commit(self, answer: T) -> T: ...


@dataclass(frozen=True, slots=True)
class Publish(Generic[P]):
    """`etag` is that of what is in force, as whoever publishes has read it."""

    etag: str
    configuration: P


async def publish(
    cmd: Publish[P],
    *,
    uow: PublishingWork[P],
    actor: Actor,
    clock: Clock,
    require: Callable[[Actor, str], None],
    event: type[ConfigurationPublished],
) -> P:
    """All of it at once. Raises EtagMismatch, what `require` and the configuration's `check` raise."""
    require(actor, "PublishConfiguration")
    cmd.configuration.check()
    async with uow:
        before = (await uow.configurations.current_for_update()).expecting(cmd.etag)
        after = replace(
            cmd.configuration, version=before.version + 1, publisher=actor.id, publish_time=clock.now()
        )
        await uow.configurations.add(after)
        said: Any = plain(after)
        uow.record(
            event(document=after.name, version=after.version, by=actor, at=clock.now(), configuration=said)
        )
        return await uow.commit(after)


async def get_published(version: int, *, uow: PublishingWork[P], actor: Actor, clock: Clock) -> P:
    """0: what is in force. Raises NotFound."""
    async with uow:
        return await uow.configurations.get(version)
