"""The id by which one request is found in everybody's logs: the caller's, or a new one; passed on with every call."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Final
from uuid import uuid4

HEADER: Final = "x-request-id"
ACCEPTED: Final = re.compile(r"[A-Za-z0-9-]{8,64}")

_current: ContextVar[str] = ContextVar("zhupi_correlation", default="")


def current() -> str:
    return _current.get()


def adopt(offered: str) -> str:
    """Make the offered id the present one if it can be one, else a new one."""
    chosen = offered if ACCEPTED.fullmatch(offered) else uuid4().hex
    _current.set(chosen)
    return chosen
