"""Who reads a page: in which language, when, and what they know by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from google.protobuf.message import Message

from kernel.text import Text
from reading.cells import of_message
from reading.known import Known
from zhupi.common.v1.text_pb2 import Text as TextMessage


@dataclass(frozen=True, slots=True)
class Reader:
    language: str
    now: datetime
    known: Known = field(default_factory=Known)
    person: str = ""
    """`people/lihua`."""

    def text(self, text: Text | TextMessage) -> str:
        return (
            of_message(text, self.language) if isinstance(text, Message) else text.in_language(self.language)
        )

    def name(self, resource: str) -> str:
        return self.known.shown(resource, self.language) if resource else ""
