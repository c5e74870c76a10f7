"""Yearly plans of activities (年度活动计划): what a row of one says, and what became of it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from kernel.errors import Refusal, Violation
from kernel.timeline import plain
from services.marketing.domain.terms import Terms

IN_LINES: Final = re.compile(r"(?:terms\.)?lines\[(\d+)\]")


class PlanOutcome(Enum):
    CREATED = "created"
    UNCHANGED = "unchanged"
    DIFFERENT = "different"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Planned:
    """A row as it was read. `organisation` is an id, empty for the caller's. `faults` are about columns."""

    line: int
    key: str
    organisation: str
    terms: Terms
    faults: tuple[Violation, ...] = ()

    @property
    def digest(self) -> str:
        """By which it is seen whether the row says the same as before."""
        said = json.dumps(plain(self.terms), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()

    def refused(self, refusal: Refusal) -> Planned:
        found = refusal.violations or (refusal.violation_at(refusal.field),)
        return replace(self, faults=(*self.faults, *(self._about_column(one) for one in found)))

    def _about_column(self, fault: Violation) -> Violation:
        line = IN_LINES.match(fault.field)
        if line and int(line[1]) < len(self.terms.lines):
            return replace(fault, field=f"amount {self.terms.lines[int(line[1])].expense_type}")
        column = re.split(r"[.\[]", fault.field.removeprefix("terms."), maxsplit=1)[0]
        return replace(fault, field="class" if column == "activity_class" else column)


@dataclass(frozen=True, slots=True)
class PlannedOutcome:
    """What became of a row. `activity` is a number, empty where there is none."""

    row: Planned
    outcome: PlanOutcome
    activity: str = ""
