"""The terms of an activity: what is asked for, and after the approval what was agreed."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.fields import Faults, within
from kernel.money import AmountNotPositive, MixedCurrencies, Money, sum_money
from services.marketing.domain.configuration import Configuration

# Whoever writes a year of their own means this century.
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2099, 12, 31)


class DatesReversed(InvalidArgument):
    zh = "结束日期 {end} 早于开始日期 {start}"
    en = "It would end on {end}, before it begins on {start}"


class DateOutOfReach(InvalidArgument):
    zh = "日期 {day} 须在 {first} 与 {last} 之间"
    en = "{day} is not between {first} and {last}"


class ActivityTooLong(InvalidArgument):
    zh = "活动持续 {days} 天，超过上限 {most} 天"
    en = "It would last {days} days; {most} are the most"


class LineMonthOutside(InvalidArgument):
    zh = "预算月份 {month} 不在活动期间内"
    en = "The activity has no day in {month}"


class UnknownExpenseType(InvalidArgument):
    zh = "没有费用类型 {type}"
    en = "There is no expense type {type}"


class UnknownLine(InvalidArgument):
    zh = "{name} 没有预算明细 {line}"
    en = "{name} has no budget line {line}"


class LineTwice(InvalidArgument):
    zh = "明细 {line} 重复"
    en = "Line {line} is there twice"


class TermsIncomplete(FailedPrecondition):
    zh = "尚未填写：{missing}"
    en = "Not filled in yet: {missing}"


class NoBudgetLines(FailedPrecondition):
    zh = "{name} 没有预算明细，不能提交"
    en = "{name} has no budget lines and cannot be submitted"


class OverClassLimit(FailedPrecondition):
    zh = "预算合计 {total} 超过该类活动的单次上限 {limit}"
    en = "{total} is above the limit of {limit} for an activity of this class"


@dataclass(frozen=True, slots=True)
class Product:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PromoItem:
    name: str
    quantity: int
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """`month` is written `2026-03`. `id` is empty until the activity has given one."""

    id: str = ""
    expense_type: str
    month: str = ""
    amount: Money
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`customers` are numbers of customers, `activity_class` a key of the classification. What a draft leaves open is empty or None."""

    title: str = ""
    activity_class: str = ""
    customers: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    start_date: date | None = None
    end_date: date | None = None
    city: str = ""
    address: str = ""
    expected_result: str = ""
    promo_items: tuple[PromoItem, ...] = ()
    lines: tuple[BudgetLine, ...] = ()

    @property
    def total(self) -> Money:
        return sum_money(line.amount for line in self.lines)

    @property
    def expense_types(self) -> frozenset[str]:
        return frozenset(line.expense_type for line in self.lines)

    def dated(self) -> Terms:
        """With the month of the first day wherever a line says none."""
        if self.start_date is None:
            return self
        month = month_of(self.start_date)
        return replace(
            self, lines=tuple(line if line.month else replace(line, month=month) for line in self.lines)
        )

    def check(self, configuration: Configuration, expense_types: Collection[str]) -> None:
        """Whether what is there is right; says at once everything that is wrong."""
        faults = Faults()
        with faults.within("activity_class"):
            if self.activity_class:
                configuration.must_be_leaf(self.activity_class)
        with faults.within("end_date"):
            self._check_dates(configuration.longest_days)
        months, currency = self._months(), ""
        for index, line in enumerate(self.lines):
            with faults.within(f"lines[{index}]"):
                _check_line(line, months, expense_types)
                currency = currency or line.amount.currency
                if line.amount.currency != currency:
                    raise MixedCurrencies(field="amount", left=currency, right=line.amount.currency)
        faults.refuse()
        with within("lines"):
            _ = self.total

    def must_be_complete(self, name: str, configuration: Configuration) -> tuple[date, date]:
        """First and last day. Raises TermsIncomplete, NoBudgetLines, OverClassLimit."""
        missing = [
            key for key in ("title", "activity_class", "start_date", "end_date") if not getattr(self, key)
        ]
        if missing or self.start_date is None or self.end_date is None:
            raise TermsIncomplete(field=f"terms.{missing[0]}", missing=", ".join(missing))
        if not self.lines:
            raise NoBudgetLines(field="terms.lines", name=name)
        limit = configuration.limit_of(self.activity_class)
        if limit is not None and (limit.currency != self.total.currency or self.total > limit):
            raise OverClassLimit(field="terms.lines", total=self.total, limit=limit)
        return self.start_date, self.end_date

    def written_over(self, before: Terms | None, given: int, name: str) -> tuple[Terms, int]:
        """With ids for new lines, and the highest that was ever given. Raises UnknownLine, LineTwice."""
        known = {line.id for line in before.lines} if before else set()
        seen: set[str] = set()
        lines = []
        for index, line in enumerate(self.lines):
            if line.id:
                with within(f"terms.lines[{index}].id"):
                    if line.id not in known:
                        raise UnknownLine(name=name, line=line.id)
                    if line.id in seen:
                        raise LineTwice(line=line.id)
                seen.add(line.id)
                lines.append(line)
            else:
                given += 1
                lines.append(replace(line, id=str(given)))
        return replace(self, lines=tuple(lines)), given

    def moved_to(self, start: date | None) -> Terms:
        """To begin on another day, everything as much later; lines as many months later, and new ones."""
        lines = tuple(replace(line, id="") for line in self.lines)
        if start is None or self.start_date is None:
            return replace(self, lines=lines, start_date=start or self.start_date)
        days = start - self.start_date
        months = (start.year - self.start_date.year) * 12 + start.month - self.start_date.month
        moved = tuple(replace(line, month=later_month(line.month, months)) for line in lines)
        end = self.end_date + days if self.end_date else None
        terms = replace(self, start_date=start, end_date=end, lines=moved)
        within_it = terms._months()
        # A last day that comes into a shorter month may leave one behind.
        fitting = tuple(
            line if line.month in within_it else replace(line, month=month_of(start)) for line in moved
        )
        return replace(terms, lines=fitting)

    def _check_dates(self, longest: int) -> None:
        for day in (self.start_date, self.end_date):
            if day is not None and not EARLIEST <= day <= LATEST:
                raise DateOutOfReach(day=day, first=EARLIEST, last=LATEST)
        if self.start_date is None or self.end_date is None:
            return
        if self.end_date < self.start_date:
            raise DatesReversed(start=self.start_date, end=self.end_date)
        days = (self.end_date - self.start_date).days + 1
        if days > longest:
            raise ActivityTooLong(days=days, most=longest)

    def _months(self) -> frozenset[str]:
        """Those in which it has a day; none where its dates are not known yet, or wrong."""
        if self.start_date is None or self.end_date is None or self.end_date < self.start_date:
            return frozenset()
        return frozenset(months_between(self.start_date, self.end_date))


def _check_line(line: BudgetLine, months: frozenset[str], expense_types: Collection[str]) -> None:
    if not line.amount.is_positive:
        raise AmountNotPositive(field="amount", amount=line.amount)
    if line.expense_type not in expense_types:
        raise UnknownExpenseType(field="expense_type", type=line.expense_type)
    if months and line.month and line.month not in months:
        raise LineMonthOutside(field="month", month=line.month)


def month_of(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def later_month(month: str, by: int) -> str:
    if not month:
        return month
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + by, 12)
    return f"{year:04}-{number + 1:02}"


def months_between(first: date, last: date) -> Iterator[str]:
    day = first.replace(day=1)
    while day <= last:
        yield month_of(day)
        day += timedelta(days=calendar.monthrange(day.year, day.month)[1])
