"""Structured logs: what happened, in which trace, to which document, by whom; never personal data, never a token.

What a line may say is decided here, by shape, not at each call: values are numbers and identifiers. Free text never
gets through, whatever its key, and neither does anything that looks like a phone number, an identity number, an e-mail
address or a token. An exception is written as its types and places; its message only where it speaks of code, not data.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Final

import structlog
from opentelemetry import trace
from structlog.types import EventDict

from chassis.config import Settings
from kernel.errors import Refusal

WITHHELD: Final = "…"
IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_./:#@+<>=,*\-]{0,300}")
PERSONAL: Final = re.compile(
    r"""
      eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?                      # a token
    | (?i:bearer|basic)\s+\S+
    | (?<=://)[^/@\s]+@                                   # the password in an address
    | [\w.+-]+@[\w-]+\.[\w.-]+                            # e-mail
    | (?<![0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9]\d{9}(?![0-9A-Za-z])   # mobile phone
    | (?<![0-9A-Za-z.])\d{15,19}[\dXx]?(?![0-9A-Za-z])     # identity card, bank card
    | [\u3400-\u9fff\uf900-\ufaff]+                       # names, titles, reasons: whatever is Chinese
    """,
    re.VERBOSE,
)
SECRET_KEYS: Final = re.compile(
    r"(?i)token|password|secret|authorization|credential|cookie|phone|mobile|e?mail\b"
)
# Their messages are about code.
CODE_ERRORS: Final = (TypeError, AttributeError, NameError, ImportError, NotImplementedError, AssertionError)
OWN_KEYS: Final = frozenset({"timestamp", "level", "logger", "event", "exception"})
FRAMES: Final = 12


def configure(settings: Settings, component: str) -> None:
    """Make every log line of this process, the libraries' too, come out of one pipe on standard error."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(component, as_json=settings.log_json))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be formatted would be printed raw
    for chatty in ("httpx", "httpcore", "nats", "alembic.runtime.migration"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def formatter(component: str, *, as_json: bool) -> logging.Formatter:
    def add_component(_logger: object, _method: str, event: EventDict) -> EventDict:
        return {"component": component, **event}

    render: Any = structlog.dev.ConsoleRenderer(colors=False)
    if as_json:
        render = structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            add_trace,
            describe_exception,
            withhold,
            add_component,
            render,
        ],
    )


def add_trace(_logger: object, _method: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace"] = f"{context.trace_id:032x}"
        event["span"] = f"{context.span_id:016x}"
    return event


def describe_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = described(error)
    return event


def described(error: BaseException) -> list[dict[str, object]]:
    """The exception and what it came from: types and places, the last frames first to be kept."""
    chain: list[dict[str, object]] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 5:
        frames = traceback.extract_tb(current.__traceback__)[-FRAMES:]
        entry: dict[str, object] = {
            "type": f"{type(current).__module__}.{type(current).__qualname__}",
            "at": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
        }
        if isinstance(current, CODE_ERRORS):
            entry["message"] = scrubbed(str(current))
        elif isinstance(current, Refusal):
            entry["reason"] = current.reason
        chain.append(entry)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def withhold(_logger: object, _method: str, event: EventDict) -> MutableMapping[str, Any]:
    """Let through what may be said."""
    said = {key: value if key in OWN_KEYS else permitted(key, value) for key, value in event.items()}
    said["event"] = scrubbed(str(event.get("event", "")))
    return said


def permitted(key: str, value: object) -> object:
    if SECRET_KEYS.search(key):
        return WITHHELD
    match value:
        case None | bool() | int() | float() | Decimal() | date() | datetime() | timedelta():
            return value if isinstance(value, bool | int | float | None) else str(value)
        case Enum():
            return value.name
        case BaseException():
            return type(value).__name__
        case Mapping():
            return {str(k): permitted(str(k), v) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            return [permitted(key, item) for item in value]
    text = str(value)
    return text if IDENTIFIER.fullmatch(text) and not PERSONAL.search(text) else WITHHELD


def scrubbed(text: str) -> str:
    return PERSONAL.sub(WITHHELD, text)
