"""What the group reimburses: expense types, and how much a line may claim by type, grade and city."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.fields import Faults
from kernel.money import AmountNotPositive, Money
from kernel.text import Text
from services.expense.domain.lines import ClaimLine


class UnknownExpenseType(InvalidArgument):
    zh = "没有费用类型 {expense_type}"
    en = "There is no expense type {expense_type}"


class ExpenseTypeTwice(InvalidArgument):
    zh = "费用类型 {expense_type} 重复"
    en = "Expense type {expense_type} is there twice"


class LimitTwice(InvalidArgument):
    zh = "费用类型 {expense_type} 在同一职级和城市有两条标准"
    en = "There are two limits for {expense_type} of the same grade and city"


class OverLimit(FailedPrecondition):
    zh = "金额 {amount} 超过标准 {limit}"
    en = "{amount} is above the limit of {limit}"


class InvoiceMissing(FailedPrecondition):
    zh = "费用类型 {expense_type} 需要发票"
    en = "A line of type {expense_type} needs an invoice"


@dataclass(frozen=True, slots=True)
class ExpenseType:
    """`code` is what lines and budgets name; a line of a type with `invoice_needed` cannot be submitted without one."""

    code: str
    title: Text
    invoice_needed: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `per_line` for one line. An empty grade or city means any."""

    expense_type: str
    grade: str
    city: str
    per_line: Money


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All expense types by code and all limits."""

    types: Mapping[str, ExpenseType] = field(default_factory=dict)
    limits: Mapping[tuple[str, str, str], Limit] = field(default_factory=dict)

    @classmethod
    def of(cls, types: Iterable[ExpenseType], limits: Iterable[Limit]) -> Catalogue:
        """Raises ExpenseTypeTwice, LimitTwice, UnknownExpenseType, AmountNotPositive, naming the row."""
        by_code: dict[str, ExpenseType] = {}
        for index, kind in enumerate(types):
            if kind.code in by_code:
                raise ExpenseTypeTwice(field=f"expense_types[{index}].code", expense_type=kind.code)
            by_code[kind.code] = kind
        by_place: dict[tuple[str, str, str], Limit] = {}
        for index, limit in enumerate(limits):
            _check_limit(limit, index, by_code)
            place = (limit.expense_type, limit.grade, comparable_city(limit.city))
            if place in by_place:
                raise LimitTwice(
                    field=f"limits[{index}]", expense_type=place[0], grade=limit.grade, city=limit.city
                )
            by_place[place] = limit
        return cls(by_code, by_place)

    def limit_for(self, expense_type: str, grade: str, city: str) -> Limit | None:
        """The most specific limit: for grade and city, then the city, then the grade, then any."""
        city = comparable_city(city)
        places = ((grade, city), ("", city), (grade, ""), ("", ""))
        found = (self.limits.get((expense_type, *place)) for place in places)
        return next((limit for limit in found if limit is not None), None)

    def must_know(self, expense_type: str) -> ExpenseType:
        kind = self.types.get(expense_type)
        if kind is None:
            raise UnknownExpenseType(field="expense_type", expense_type=expense_type)
        return kind

    def must_know_all(self, lines: Iterable[ClaimLine]) -> None:
        """Raises UnknownExpenseType, naming every line of a type that is not there."""
        faults = Faults()
        for index, line in enumerate(lines):
            with faults.within(f"lines[{index}]"):
                self.must_know(line.expense_type)
        faults.refuse()

    def allow_all(self, lines: Iterable[ClaimLine], grade: str) -> None:
        """Whether these lines may be submitted by someone of this grade; names every line that may not."""
        faults = Faults()
        for index, line in enumerate(lines):
            with faults.within(f"lines[{index}]"):
                self.allow(line, grade)
        faults.refuse()

    def allow(self, line: ClaimLine, grade: str) -> None:
        """Whether the line may be submitted by someone of this grade. Raises InvoiceMissing, OverLimit, UnknownExpenseType."""
        if self.must_know(line.expense_type).invoice_needed and line.invoice is None:
            raise InvoiceMissing(field="invoice", expense_type=line.expense_type)
        limit = self.limit_for(line.expense_type, grade, line.city)
        if limit is not None and line.amount > limit.per_line:
            raise OverLimit(field="amount", amount=line.amount, limit=limit.per_line)


def comparable_city(city: str) -> str:
    """A city as it is compared: 上海 and 上海市 are one."""
    plain = "".join(city.split()).casefold()
    return plain.removesuffix("市") if len(plain) > 1 else plain


def _check_limit(limit: Limit, index: int, types: Mapping[str, ExpenseType]) -> None:
    if limit.expense_type not in types:
        raise UnknownExpenseType(field=f"limits[{index}].expense_type", expense_type=limit.expense_type)
    if not limit.per_line.is_positive:
        raise AmountNotPositive(field=f"limits[{index}].per_line", amount=limit.per_line)
