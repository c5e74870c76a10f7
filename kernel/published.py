"""What somebody publishes for all that a service owns, whole and a version at a time; what was decided by an old one stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from kernel.errors import EtagMismatch
from kernel.timeline import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """`version` 0 is what is delivered with the code: nobody has published anything yet."""

    name: ClassVar[str]

    version: int = 0
    publisher: str = ""
    publish_time: datetime | None = None

    @property
    def etag(self) -> str:
        return str(self.version)

    def expecting(self, etag: str) -> Self:
        if etag != self.etag:
            raise EtagMismatch(name=self.name, current=self.etag)
        return self

    def check(self) -> None:
        """Whether it may be published. Raises what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationPublished(Event):
    """Keeps the whole of it."""

    configuration: dict[str, Any]
