"""Amounts: `¥2,184.50`, in lists without the cents that are none."""

from __future__ import annotations

from typing import Final

from google.type.money_pb2 import Money

from reading.cells import decimal

SIGNS: Final = {"CNY": "¥", "": "¥", "USD": "US$", "EUR": "€", "HKD": "HK$", "JPY": "JP¥", "GBP": "£"}


def money(amount: Money, *, short: bool = False) -> str:
    """Empty where there is none."""
    if not (amount.currency_code or amount.units or amount.nanos):
        return ""
    value = decimal(amount)
    digits = f"{abs(value):,.0f}" if short and value == int(value) else f"{abs(value):,.2f}"
    sign = SIGNS.get(amount.currency_code)
    shown = f"{sign}{digits}" if sign is not None else f"{amount.currency_code} {digits}"
    return f"-{shown}" if value < 0 else shown
