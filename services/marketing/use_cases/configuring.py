"""What market management sets for all activities."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.timeline import plain
from services.marketing.domain.configuration import Configuration
from services.marketing.domain.events import ConfigurationPublished
from services.marketing.permissions import require
from services.marketing.use_cases.ports import Work


@dataclass(frozen=True, slots=True)
class PublishConfiguration:
    etag: str
    configuration: Configuration


async def publish_configuration(
    cmd: PublishConfiguration, *, uow: Work, actor: Actor, clock: Clock
) -> Configuration:
    """All of it at once. Raises EtagMismatch and what `Configuration.check` raises."""
    require(actor, "PublishConfiguration")
    cmd.configuration.check()
    async with uow:
        before = (await uow.configurations.current_for_update()).expecting(cmd.etag)
        after = replace(
            cmd.configuration, version=before.version + 1, publisher=actor.id, publish_time=clock.now()
        )
        await uow.configurations.add(after)
        said = plain(after)
        assert isinstance(said, dict)
        uow.record(
            ConfigurationPublished(
                document=after.name, version=after.version, by=actor, at=clock.now(), configuration=said
            )
        )
        return await uow.commit(after)


async def get_configuration(version: int, *, uow: Work, actor: Actor, clock: Clock) -> Configuration:
    """0: the one in force. Raises NotFound."""
    async with uow:
        return await uow.configurations.get(version)
