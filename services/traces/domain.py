"""A span: one piece of work within a trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from kernel.errors import NotFound


class TraceNotFound(NotFound):
    zh = "找不到 {name}：未被采样、尚未到达或已过保存期"
    en = "{name} was not found: not sampled, not here yet, or too old"


class Kind(IntEnum):
    """As OTLP numbers them."""

    UNSPECIFIED = 0
    INTERNAL = 1
    SERVER = 2
    CLIENT = 3
    PRODUCER = 4
    CONSUMER = 5


@dataclass(frozen=True, slots=True)
class Span:
    """`trace` is 32 hex digits, `id` and `parent` 16; the first span of a trace has no parent."""

    trace: str
    id: str
    parent: str
    title: str
    component: str
    kind: Kind
    began: datetime
    took: timedelta
    failed: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
