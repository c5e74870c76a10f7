"""Calendar months, in which budgets are given out, and whether they still may be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.text import Text
from kernel.transitions import Transitions, move, transitions


class NotAMonth(InvalidArgument):
    zh = "{value} 不是月份，应写作 2026-03"
    en = "{value} is not a month; write it as 2026-03"


class MonthClosed(FailedPrecondition):
    zh = "{month} 已关账"
    en = "{month} is closed"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the business calendar, written `2026-03`."""

    year: int
    month: int

    @classmethod
    def parse(cls, value: str) -> Month:
        """Raises NotAMonth."""
        found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", value, re.ASCII)
        if not found:
            raise NotAMonth(value=value)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


class MonthState(Enum):
    OPEN = "open"
    CLOSED = "closed"


class MonthVerb(Enum):
    CLOSE = "close"
    REOPEN = "reopen"


WORDS: Final[Mapping[Enum, Text]] = {
    MonthState.OPEN: Text("未关账", "open"),
    MonthState.CLOSED: Text("已关账", "closed"),
    MonthVerb.CLOSE: Text("关账", "closing it"),
    MonthVerb.REOPEN: Text("重新开账", "reopening it"),
}

MONTH_TRANSITIONS: Transitions[MonthState, MonthVerb] = transitions(
    (MonthState.OPEN, MonthVerb.CLOSE, MonthState.CLOSED),
    (MonthState.CLOSED, MonthVerb.REOPEN, MonthState.OPEN),
)


@dataclass(frozen=True, slots=True)
class BookingMonth:
    """A month and whether new claims and budget changes may use it. `version` counts closings and reopenings."""

    month: Month
    state: MonthState = MonthState.OPEN
    version: int = 0

    @property
    def name(self) -> str:
        return f"months/{self.month}"

    @property
    def is_closed(self) -> bool:
        return self.state is MonthState.CLOSED

    def close(self) -> BookingMonth:
        """Raises IllegalTransition where it is closed already."""
        return self._moved(MonthVerb.CLOSE)

    def reopen(self) -> BookingMonth:
        return self._moved(MonthVerb.REOPEN)

    def must_be_open(self) -> None:
        if self.is_closed:
            raise MonthClosed(month=self.month)

    def _moved(self, verb: MonthVerb) -> BookingMonth:
        state = move(MONTH_TRANSITIONS, self.name, self.state, verb, WORDS)
        return replace(self, state=state, version=self.version + 1)
