"""What cases and steps are called: `expense-claim/EC-2026-000123/1`, `expense-claim/EC-2026-000123/1/claim/manager#1`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kernel.errors import InvalidArgument

CASE = re.compile(r"([a-z][a-z0-9-]*)/([A-Za-z0-9][A-Za-z0-9._-]*)/([1-9][0-9]{0,8})")
STEP = re.compile(rf"{CASE.pattern}/([a-z][a-z0-9-]*)/([a-z][a-z0-9.-]*)#([1-9][0-9]{{0,8}})")


class NotACaseName(InvalidArgument):
    zh = "“{name}”不是审批单的名称"
    en = "“{name}” does not name a case"


class NotAStepName(InvalidArgument):
    zh = "“{name}”不是审批步骤的名称"
    en = "“{name}” does not name a step"


@dataclass(frozen=True, slots=True)
class CaseName:
    """The `n`th case over the document that people call `number`; also the id of its workflow."""

    process: str
    number: str
    n: int

    def __str__(self) -> str:
        return f"{self.process}/{self.number}/{self.n}"

    @property
    def resource(self) -> str:
        return f"cases/{self}"

    @classmethod
    def parse(cls, name: str, field: str = "case") -> CaseName:
        """Reads the name with or without `cases/`. Raises NotACaseName, about `field` of the request."""
        found = CASE.fullmatch(name.removeprefix("cases/"))
        if not found:
            raise NotACaseName(field=field, name=name)
        return cls(found[1], found[2], int(found[3]))


@dataclass(frozen=True, slots=True)
class StepName:
    """The `visit`th time that step `key` of `stage` is walked."""

    case: CaseName
    stage: str
    key: str
    visit: int

    def __str__(self) -> str:
        return f"{self.case}/{self.stage}/{self.key}#{self.visit}"

    @classmethod
    def parse(cls, name: str) -> StepName:
        """Raises NotAStepName."""
        found = STEP.fullmatch(name)
        if not found:
            raise NotAStepName(field="step", name=name)
        case = CaseName(found[1], found[2], int(found[3]))
        return cls(case, found[4], found[5], int(found[6]))
