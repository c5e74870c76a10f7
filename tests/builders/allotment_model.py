"""Budgets, activities and claims in plain numbers: what each holds, and what must come of what is done to them.

Amounts are in yuan. An activity has the lines `1` and `2`, each in a budget of its own; a claim's own lines use the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

LINES = ("1", "2")
AMOUNT = 1000
Terms = dict[str, int]
HOLDING = ("in_approval", "in_finance_review", "payable", "paid")


@dataclass
class Spent:
    """A claim's line; of its own budget where it names no activity."""

    activity: str
    line: str
    amount: int
    cut: int = 0

    @property
    def payable(self) -> int:
        return self.amount - self.cut


@dataclass
class ModelClaim:
    lines: list[Spent]
    state: str = "draft"

    def own(self) -> int:
        return sum(line.payable for line in self.lines if not line.activity)

    def draws(self, activity: str, of: str) -> int:
        if self.state not in HOLDING:
            return 0
        return sum(line.payable for line in self.lines if (line.activity, line.line) == (activity, of))


@dataclass
class ModelActivity:
    """`state` is empty until something was reserved; `claimable` is None until it is settled."""

    state: str = ""
    agreed: Terms = field(default_factory=dict)
    asked: Terms | None = None
    claimable: Terms | None = None

    def on_top(self, line: str, asked: Terms | None = None) -> int:
        wanted = self.asked if asked is None else asked
        return max(0, wanted.get(line, 0) - self.agreed.get(line, 0)) if wanted is not None else 0


@dataclass
class Model:
    activities: dict[str, ModelActivity]
    claims: dict[str, ModelClaim] = field(default_factory=dict)

    def drawn(self, activity: str, line: str) -> int:
        return sum(claim.draws(activity, line) for claim in self.claims.values())

    def spent(self, activity: str, line: str) -> int:
        return sum(claim.draws(activity, line) for claim in self.claims.values() if claim.state == "paid")

    def committed(self, name: str, line: str) -> int:
        activity = self.activities[name]
        held = activity.agreed if activity.claimable is None else activity.claimable
        return held.get(line, 0) - self.spent(name, line)

    def columns(self, line: str) -> tuple[int, int, int]:
        """What is reserved, committed and spent of the budget of this line."""
        own = {"reserved": 0, "committed": 0, "paid": 0, "": 0}
        stages = {"in_approval": "reserved", "in_finance_review": "reserved", "payable": "committed"}
        for claim in self.claims.values() if line == "1" else ():
            own["paid" if claim.state == "paid" else stages.get(claim.state, "")] += claim.own()
        names = self.activities
        return (
            own["reserved"] + sum(activity.on_top(line) for activity in names.values()),
            own["committed"] + sum(self.committed(name, line) for name in names),
            own["paid"] + sum(self.spent(name, line) for name in names),
        )

    def free(self, line: str) -> int:
        return AMOUNT - sum(self.columns(line))

    def close(self, name: str) -> None:
        """What is claimable is what is drawn, now and whenever some of it is given back."""
        self.activities[name].claimable = {
            line: self.drawn(name, line) for line in self.activities[name].agreed
        }

    def give_back(self) -> None:
        for name, activity in self.activities.items():
            if activity.state == "closed":
                self.close(name)

    def reserving(self, name: str, asked: Terms) -> str:
        """Why this cannot be asked for; empty where it can."""
        activity = self.activities[name]
        more = (activity.on_top(line, asked) - activity.on_top(line) > self.free(line) for line in LINES)
        return "OVER_BUDGET" if any(more) else ""

    def drawing(self, claim: ModelClaim, before: list[Spent]) -> str:
        """Why the claim cannot hold what its lines say, which held `before`; empty where it can."""
        return next(self._refused_lines(claim, before), "") or self._own(claim, before)

    def _own(self, claim: ModelClaim, before: list[Spent]) -> str:
        more = claim.own() - ModelClaim(before).own()
        return "OVER_BUDGET" if more > self.free("1") else ""

    def _refused_lines(self, claim: ModelClaim, before: list[Spent]) -> Iterator[str]:
        asked: dict[tuple[str, str], int] = {}
        held = ModelClaim(before, "in_approval")
        for line in claim.lines:
            if not line.activity or not line.payable:
                continue
            place = line.activity, line.line
            asked[place] = asked.get(place, 0) + line.payable
            activity, had = self.activities[line.activity], held.draws(*place)
            others = self.drawn(*place) - had
            if asked[place] <= had:
                continue
            if not activity.state:
                yield "UNKNOWN_ACTIVITY_LINE"
            elif activity.state in ("closed", "released"):
                yield "ALLOTMENT_CLOSED"
            elif activity.claimable is None:
                yield "ALLOTMENT_NOT_SETTLED"
            elif line.line not in activity.claimable:
                yield "UNKNOWN_ACTIVITY_LINE"
            elif others + asked[place] > activity.claimable[line.line]:
                yield "CLAIM_ABOVE_CLAIMABLE"
