"""What came of a replay: counts, every case that differs from the log, every case that cannot be walked, how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kernel.text import Text
from replay.latencies import Spread
from replay.script import Impossible, Script, Scripted
from replay.story import State
from replay.walker import Walked


@dataclass(frozen=True, slots=True)
class Ends:
    """How many cases end in a state: in the log, of those that were walked as the log says, and as they were seen here."""

    logged: int
    walkable: int
    seen: int


@dataclass(frozen=True, slots=True)
class Report:
    run: str
    cases: Sequence[Scripted]
    walked: Sequence[Walked]
    seconds: float
    latencies: dict[str, Spread]

    @property
    def mismatches(self) -> list[Walked]:
        return [one for one in self.walked if not one.agrees]

    @property
    def impossible(self) -> list[Impossible]:
        return [case for case in self.cases if isinstance(case, Impossible)]

    @property
    def unexplained(self) -> list[Impossible]:
        return [case for case in self.impossible if not case.explained]

    @property
    def lifted(self) -> int:
        return sum(case.lifted for case in self.cases if isinstance(case, Script))

    @property
    def variants(self) -> int:
        return len({case.variant for case in self.cases})

    @property
    def per_second(self) -> float:
        return len(self.walked) / self.seconds if self.seconds else 0.0

    @property
    def all_is_well(self) -> bool:
        """Every case was walked and ended as in the log, but for those of which the mapping says why not."""
        accounted = len(self.walked) + len(self.impossible) == len(self.cases)
        return accounted and not self.mismatches and not self.unexplained

    @property
    def ends(self) -> dict[State, Ends]:
        logged = Counter(case.end for case in self.cases)
        walkable = Counter(case.end for case in self.cases if isinstance(case, Script))
        seen = Counter(one.seen.state for one in self.walked)
        return {
            state: Ends(logged[state], walkable[state], seen[state])
            for state in State
            if logged[state] or seen[state]
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "cases": len(self.cases),
            "variants": self.variants,
            "walked": len(self.walked),
            "agree": len(self.walked) - len(self.mismatches),
            "all_is_well": self.all_is_well,
            "ends": {state.value: asdict(ends) for state, ends in self.ends.items()},
            "mismatches": [mismatch(one) for one in self.mismatches],
            "impossible": [impossible(one) for one in self.impossible],
            "amounts_lifted": self.lifted,
            "seconds": round(self.seconds, 3),
            "cases_per_second": round(self.per_second, 3),
            "latencies_ms": {what: asdict(spread) for what, spread in self.latencies.items()},
        }


def mismatch(one: Walked) -> dict[str, Any]:
    return {
        "case": one.script.case,
        "claim": one.claim,
        "problem": words(one.problem) if one.problem else None,
        "logged": {"end": one.script.end.value, "order": list(one.script.order)},
        "seen": {"end": one.seen.state.value, "order": list(one.seen.order)},
    }


def impossible(one: Impossible) -> dict[str, Any]:
    return {
        "case": one.case,
        "activity": one.activity,
        "while": one.state.value,
        "reason": words(one.reason),
        "explained": one.explained,
        "logged": {"end": one.end.value, "activities": list(one.variant)},
    }


def words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
