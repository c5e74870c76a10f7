"""How long each kind of act took."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from kernel.text import Text

SUBMIT: Final = "submit"
DECIDE: Final = "decide"
TAKE_BACK: Final = "take_back"
FIRST_STEP: Final = "submit_to_first_step"
NEXT_STEP: Final = "decision_to_next_step"
FINANCE: Final = "last_approval_to_finance"
PAID: Final = "finance_to_paid"

TITLES: Final = {
    SUBMIT: Text("提交获答复", "submission acknowledged"),
    DECIDE: Text("决定获答复", "decision acknowledged"),
    TAKE_BACK: Text("撤回获答复", "withdrawal acknowledged"),
    FIRST_STEP: Text("提交 → 首个审批人可见", "submission → first approver sees it"),
    NEXT_STEP: Text("决定 → 下一审批人可见", "decision → next approver sees it"),
    FINANCE: Text("最后审批 → 财务可见", "last approval → finance sees it"),
    PAID: Text("财务通过 → 已付款", "passed by finance → paid"),
}


@dataclass(frozen=True, slots=True)
class Spread:
    """In milliseconds."""

    count: int
    p50: float
    p99: float
    longest: float


class Latencies:
    """Seconds, by what they were spent on."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)

    def note(self, what: str, seconds: float) -> None:
        self._seconds[what].append(max(seconds, 0.0))

    @contextmanager
    def measured(self, what: str) -> Iterator[None]:
        """Counts what ends well."""
        begun = time.monotonic()
        yield
        self.note(what, time.monotonic() - begun)

    def spreads(self) -> dict[str, Spread]:
        return {what: _spread(self._seconds[what]) for what in TITLES if what in self._seconds}


def _spread(seconds: list[float]) -> Spread:
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)

    return Spread(len(ordered), at(0.5), at(0.99), at(1.0))
