"""What a component writes to its log."""

from __future__ import annotations

import io
import json
import logging as stdlib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any

import structlog

from chassis.config import Settings
from chassis.observability import logging


class Lines:
    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def last(self) -> dict[str, Any]:
        return self.all()[-1]


@contextmanager
def written_lines(component: str) -> Iterator[Lines]:
    """Every line that the process writes, in the form of a component that logs JSON."""
    written, root = Lines(), stdlib.getLogger()
    handlers, level, config = root.handlers[:], root.level, structlog.get_config()
    with redirect_stderr(written.stream):
        logging.configure(Settings(), component)
    # Lines of modules that were imported before must find their way here and back again.
    structlog.configure(cache_logger_on_first_use=False)
    try:
        yield written
    finally:
        stdlib.captureWarnings(False)
        stdlib.raiseExceptions = True
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**config)
        structlog.contextvars.clear_contextvars()
