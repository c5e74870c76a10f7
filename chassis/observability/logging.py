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
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final, TextIO

import structlog
from opentelemetry import trace
from structlog.types import EventDict, Processor

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
# What of the above an identifier could be or hold.
PERSONAL_IDENTIFIER: Final = re.compile(
    r"eyJ[\w-]+\.|@|(?<![0-9A-Za-z.])\+?\d{11,19}[\dXx]?(?![0-9A-Za-z])|(?<=://)[^/@]+@"
)
OWN_KEYS: Final = frozenset({"timestamp", "level", "logger", "event", "exception"})
FRAMES: Final = 12


def configure(settings: Settings, component: str) -> None:
    """Make every log line of this process, the libraries' too, come out of one pipe on standard error."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    chain = processors(component, as_json=settings.log_json)
    structlog.configure(
        processors=chain,
        # Our own lines skip the standard library's machinery: one is written for every call.
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=partial(Pen, sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[_take_name, structlog.stdlib.ProcessorFormatter.remove_processors_meta, *chain]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be formatted would be printed raw
    for chatty in ("httpx", "httpcore", "nats", "alembic.runtime.migration"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class Pen:
    """Writes finished lines; knows the name under which it was asked for."""

    def __init__(self, stream: TextIO, name: str = "") -> None:
        self.stream, self.name = stream, name

    def msg(self, line: str) -> None:
        self.stream.write(f"{line}\n")
        self.stream.flush()

    log = debug = info = warning = warn = error = critical = fatal = failure = exception = msg


def processors(component: str, *, as_json: bool) -> list[Processor]:
    """What every line goes through, from what was said to what is written."""

    def add_names(logger: Any, _method: str, event: EventDict) -> EventDict:
        event.setdefault("logger", getattr(logger, "name", ""))
        return {"component": component, **event}

    render: Processor = structlog.dev.ConsoleRenderer(colors=False)
    if as_json:
        render = structlog.processors.JSONRenderer(ensure_ascii=False)
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_trace,
        describe_exception,
        withhold,
        add_names,
        render,
    ]


def _take_name(_logger: object, _method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    return {**event, "logger": record.name}


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
    if _is_secret(key):
        return WITHHELD
    if isinstance(value, str):
        return value if _identifies(value) else WITHHELD
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
    return text if _identifies(text) else WITHHELD


@lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return bool(SECRET_KEYS.search(key))


@lru_cache(maxsize=4096)
def _identifies(text: str) -> bool:
    return bool(IDENTIFIER.fullmatch(text)) and not PERSONAL_IDENTIFIER.search(text)


@lru_cache(maxsize=1024)
def scrubbed(text: str) -> str:
    return PERSONAL.sub(WITHHELD, text)
