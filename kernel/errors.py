"""Refusals: every way in which Zhupi says no.

A refusal is a stable reason, the field it is about, values, and a sentence in both languages. It carries one of the
canonical status codes (google.rpc.Code, AIP-193), so that each edge can turn it into a status without knowing it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from kernel.clock import SHANGHAI
from kernel.text import Text


class Code(StrEnum):
    """The canonical codes that Zhupi uses (google.rpc.Code)."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    ABORTED = "ABORTED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    UNAVAILABLE = "UNAVAILABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that breaks one rule. `field` is a path in the request: `lines[2].amount`."""

    field: str
    rule: str
    text: Text


class Refusal(Exception):
    """Base of all refusals. A subclass is one reason: it states `code`, `zh` and `en`, templates over its values.

    `field` names the field of the request at fault, where there is one; `values` become ErrorInfo metadata. A moment
    (aware) is told to people as the time it is where the business is.
    """

    code: Code
    reason: str
    zh: ClassVar[str]
    en: ClassVar[str]

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "reason" not in cls.__dict__:
            cls.reason = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).upper()

    def __init__(self, *, field: str = "", violations: tuple[Violation, ...] = (), **values: object) -> None:
        self.field = field
        self.values = {key: _for_machines(value) for key, value in values.items()}
        self.text = Text(self.zh, self.en).format(
            **{key: _for_people(value) for key, value in values.items()}
        )
        own = (self.violation_at(field),) if field else ()
        self.violations = own + violations
        super().__init__(self.text.en)

    def violation_at(self, field: str) -> Violation:
        return Violation(field, self.reason, self.text)


def _for_machines(value: object) -> object:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _for_people(value: object) -> object:
    """A moment as the clock on their wall has it."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return value


class InvalidArgument(Refusal):
    """The request is wrong whatever the state of the system."""

    code = Code.INVALID_ARGUMENT
    zh = "请求有误"
    en = "The request is not valid"


class NotFound(Refusal):
    """What was named does not exist, or the caller may not know that it does."""

    code = Code.NOT_FOUND
    zh = "找不到 {name}"
    en = "{name} was not found"


class AlreadyExists(Refusal):
    code = Code.ALREADY_EXISTS
    zh = "{name} 已存在"
    en = "{name} exists already"


class FailedPrecondition(Refusal):
    """The state of the system does not allow the request; repeating it without another act will not help."""

    code = Code.FAILED_PRECONDITION
    zh = "当前状态不允许此操作"
    en = "The current state does not allow this"


class Aborted(Refusal):
    """Somebody else was faster: read again, then decide again."""

    code = Code.ABORTED
    zh = "数据已被他人更改，请刷新后重试"
    en = "It has been changed meanwhile; read it again"


class EtagMismatch(Aborted):
    zh = "{name} 已被更改，请刷新后重试"
    en = "{name} has been changed meanwhile; read it again"


class PermissionDenied(Refusal):
    code = Code.PERMISSION_DENIED
    zh = "您无权执行此操作"
    en = "You may not do this"


class NotYours(PermissionDenied):
    zh = "{name} 不属于您"
    en = "{name} is not yours"


class Unauthenticated(Refusal):
    code = Code.UNAUTHENTICATED
    zh = "请先登录"
    en = "A valid token is needed"


class Unavailable(Refusal):
    """Something that is needed does not answer at the moment; the same request may succeed later."""

    code = Code.UNAVAILABLE
    zh = "{what} 暂时不可用，请稍后重试"
    en = "{what} is not available at the moment; try again later"


class DeadlineExceeded(Refusal):
    """The time that the caller allowed is over; whether a write was done is seen by repeating it with its request_id."""

    code = Code.DEADLINE_EXCEEDED
    zh = "{what} 未能在规定时间内完成"
    en = "{what} was not done in the time allowed"


class IllegalTransition(FailedPrecondition):
    """The document's state does not know this verb. `state` and `verb` are stable; `said` and `asked` are their words."""

    zh = "{name} 当前为“{state_zh}”，不能{verb_zh}"
    en = "{name} is {state_en}; {verb_en} is not possible"

    def __init__(
        self, *, name: str, state: str, verb: str, said: Text | None = None, asked: Text | None = None
    ) -> None:
        said, asked = said or Text(state, state), asked or Text(f"执行 {verb}", verb)
        super().__init__(
            name=name,
            state=state,
            verb=verb,
            state_zh=said.zh,
            state_en=said.en,
            verb_zh=asked.zh,
            verb_en=asked.en,
        )
