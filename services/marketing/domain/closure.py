"""The closure of an activity (结案): what it cost and what it brought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.fields import Faults
from kernel.money import Money, sum_money, zero
from services.marketing.domain.configuration import EvidenceKind
from services.marketing.domain.terms import LineTwice, Terms, UnknownLine


class OtherCurrency(InvalidArgument):
    zh = "币种须为 {currency}，实际为 {other}"
    en = "The activity is in {currency}, and this is {other}"


class ActualNegative(InvalidArgument):
    zh = "实际金额不能小于零，实际为 {amount}"
    en = "What it cost cannot be below zero, and this is {amount}"


class EvidenceNotOfActivity(InvalidArgument):
    zh = "{evidence} 不存在，或不是本活动的证据"
    en = "{evidence} is not there, or it is no evidence of this activity"


class ClosureBeforeStart(FailedPrecondition):
    zh = "{name} 尚未执行，不能结案"
    en = "{name} has not begun and cannot be closed"


class ClosureIncomplete(FailedPrecondition):
    zh = "结案尚未填写：{missing}"
    en = "The closure does not say yet: {missing}"


class EvidenceMissing(FailedPrecondition):
    zh = "缺少该类活动所需的证据：{missing}"
    en = "Evidence is missing that its class needs: {missing}"


@dataclass(frozen=True, slots=True)
class Cost:
    """`line` is the id of a budget line."""

    line: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """`evidence` are names: `evidence/…`. `sales` None: nothing is known of them."""

    costs: tuple[Cost, ...] = ()
    attendance: int = 0
    sales: Money | None = None
    result: str = ""
    evidence: tuple[str, ...] = ()

    def total(self, currency: str) -> Money:
        return sum_money((cost.amount for cost in self.costs), currency)

    def check(self, name: str, terms: Terms) -> None:
        """Raises UnknownLine, LineTwice, OtherCurrency, ActualNegative; says at once everything that is wrong."""
        faults = Faults()
        check_costs(self.costs, name, terms, faults, "lines", "actual")
        with faults.within("sales"):
            if self.sales is not None:
                _must_be(self.sales, terms.total.currency)
        faults.refuse()

    def must_be_complete(self, terms: Terms) -> None:
        """Raises ClosureIncomplete."""
        said = {cost.line for cost in self.costs}
        missing = [f"lines/{line.id}" for line in terms.lines if line.id not in said]
        if not self.result:
            missing.append("result")
        if missing:
            raise ClosureIncomplete(field="closure", missing=", ".join(missing))


def check_costs(
    costs: Iterable[Cost], name: str, terms: Terms, faults: Faults, field: str, amount: str
) -> None:
    """Amounts by budget line, each line once. `field` is the list's name in the request, `amount` that of its amounts."""
    known, seen = {line.id for line in terms.lines}, set()
    for index, cost in enumerate(costs):
        with faults.within(f"{field}[{index}]"):
            if cost.line not in known:
                raise UnknownLine(field="line", name=name, line=cost.line)
            if cost.line in seen:
                raise LineTwice(field="line", line=cost.line)
            seen.add(cost.line)
            _must_be(cost.amount, terms.total.currency, amount)


def _must_be(amount: Money, currency: str, field: str = "") -> None:
    if amount.currency != currency:
        raise OtherCurrency(field=field, currency=currency, other=amount.currency)
    if amount < zero(currency):
        raise ActualNegative(field=field, amount=amount)


@dataclass(frozen=True, slots=True)
class Overrun:
    """By how much an activity cost more than was agreed. `basis_points`: the largest part, of a line or of the total, rounded up."""

    amount: Money
    basis_points: int

    @property
    def percent(self) -> int:
        """Rounded up, so that whatever is above ten is above ten."""
        return -(-self.basis_points // 100)


def overrun_of(closure: Closure, terms: Terms) -> Overrun:
    """What lines are short of is not made up for by what is left of others: each draws on a budget of its own."""
    currency = terms.total.currency
    planned = {line.id: line.amount for line in terms.lines}
    above = [
        cost.amount - planned[cost.line]
        for cost in closure.costs
        if cost.line in planned and cost.amount > planned[cost.line]
    ]
    parts = [_part(cost.amount, planned[cost.line]) for cost in closure.costs if cost.line in planned]
    parts.append(_part(closure.total(currency), terms.total))
    return Overrun(sum_money(above, currency), max(0, *parts))


def _part(actual: Money, planned: Money) -> int:
    """In hundredths of a per cent, rounded up."""
    return -((planned.minor - actual.minor) * 10_000 // planned.minor) if planned.is_positive else 0


def must_have_evidence(needed: Mapping[EvidenceKind, int], kinds: Iterable[EvidenceKind]) -> None:
    """Raises EvidenceMissing, which says of each kind how much there is and how much is needed."""
    found = list(kinds)
    missing = [
        f"{kind.name} {found.count(kind)}/{least}"
        for kind, least in needed.items()
        if found.count(kind) < least
    ]
    if missing:
        raise EvidenceMissing(field="closure.evidence", missing=", ".join(missing))
