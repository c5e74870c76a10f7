"""Who had what delivered again: rows of a timeline that every service has, `deliveries`. None says what a message says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from kernel.actor import Actor
from kernel.text import Text
from kernel.timeline import Event

DELIVERIES: Final = "deliveries"


class DeliveryEvent(Event):
    @classmethod
    def of(cls, by: Actor, at: datetime, **own: Any) -> Self:
        return cls(document=DELIVERIES, version=0, by=by, at=at, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRetried(DeliveryEvent):
    message: str
    destination: str
    lane: str
    subject: str

    def sentence(self) -> Text:
        return Text(f"重发 {self.lane} 的消息", f"A message of {self.lane} is sent again")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesRetried(DeliveryEvent):
    """`destination` is empty for all."""

    destination: str
    messages: int

    def sentence(self) -> Text:
        return Text(f"重发 {self.messages} 条消息", f"{self.messages} messages are sent again")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterRevived(DeliveryEvent):
    consumer: str
    message: str
    subject: str
    about: str

    def sentence(self) -> Text:
        return Text(f"重新接收 {self.about} 的消息", f"A message about {self.about} is taken in again")
