"""Many measurements as two numbers: what is usual, and what the unlucky see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """In milliseconds; of `count` measurements. Of none, both are NaN."""

    count: int
    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        ordered = sorted(seconds)
        return cls(len(ordered), 1000 * quantile(ordered, 0.5), 1000 * quantile(ordered, 0.99))


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of `ordered` lies, between two neighbours in proportion; NaN of nothing."""
    if not ordered:
        return float("nan")
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of the rounds' own ratios: what was measured within a minute of each other is compared."""
    pairs = [a / b for a, b in zip(over, under, strict=True) if b]
    return median(pairs) if pairs else float("nan")
