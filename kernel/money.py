"""Money: an exact decimal amount in one currency. Never a float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kernel.errors import InvalidArgument

# ISO 4217 minor units of the currencies the group trades in.
MINOR_UNITS: Final = {"CNY": 2, "HKD": 2, "USD": 2, "EUR": 2, "JPY": 0}
SMALLEST: Final = {currency: Decimal(1).scaleb(-places) for currency, places in MINOR_UNITS.items()}
LARGEST: Final = Decimal(10) ** 15


class UnknownCurrency(InvalidArgument):
    zh = "不支持的币种“{currency}”"
    en = "There is no currency '{currency}' here"


class AmountTooFine(InvalidArgument):
    zh = "金额 {amount} 的小数位超过币种 {currency} 的最小单位"
    en = "{amount} is finer than the smallest unit of {currency}"


class AmountTooLarge(InvalidArgument):
    zh = "金额 {amount} 超出允许范围"
    en = "{amount} is beyond what can be an amount"


class AmountNotPositive(InvalidArgument):
    zh = "金额必须大于零，实际为 {amount}"
    en = "The amount must be above zero, not {amount}"


class MixedCurrencies(InvalidArgument):
    zh = "币种不一致：{left} 与 {right}"
    en = "Currencies differ: {left} and {right}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount. Raises UnknownCurrency, AmountTooFine, AmountTooLarge; arithmetic raises MixedCurrencies."""

    amount: Decimal
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if self.currency not in MINOR_UNITS:
            raise UnknownCurrency(currency=self.currency[:10])
        if not self.amount.is_finite() or abs(self.amount) >= LARGEST:
            raise AmountTooLarge(amount=self.amount)
        exact = self.amount.quantize(SMALLEST[self.currency])
        if exact != self.amount:
            raise AmountTooFine(amount=self.amount, currency=self.currency)
        object.__setattr__(self, "amount", exact)

    @classmethod
    def of(cls, amount: str | int, currency: str = "CNY") -> Money:
        return cls(Decimal(amount), currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str = "CNY") -> Money:
        return cls(Decimal(minor).scaleb(-MINOR_UNITS.get(currency, 0)), currency)

    @property
    def minor(self) -> int:
        """The amount as a whole number of the smallest unit: 12.34 CNY is 1234."""
        return int(self.amount.scaleb(MINOR_UNITS[self.currency]))

    @property
    def is_positive(self) -> bool:
        return self.amount > 0

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise MixedCurrencies(left=self.currency, right=other.currency)
        return other

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other).amount

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def zero(currency: str = "CNY") -> Money:
    return Money(Decimal(0), currency)


def sum_money(amounts: Iterable[Money], currency: str = "CNY") -> Money:
    """The sum; `currency` is that of an empty sum. Raises MixedCurrencies."""
    total: Money | None = None
    for amount in amounts:
        total = amount if total is None else total + amount
    return zero(currency) if total is None else total
