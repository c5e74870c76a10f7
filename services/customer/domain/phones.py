"""Phone numbers: shown whole to whoever owns the customer, with their last four digits to everybody else."""

from __future__ import annotations

from typing import Final

from kernel.errors import InvalidArgument

SHOWN: Final = 4
VEIL: Final = "*"


class PhoneMasked(InvalidArgument):
    zh = "电话中含有 *，请输入完整号码"
    en = "The phone number is masked; enter it whole"


def masked(phone: str) -> str:
    """`13812345678` is `*******5678`; what is too short to hide anything is hidden whole."""
    shown = phone[-SHOWN:] if len(phone) > SHOWN else ""
    return VEIL * (len(phone) - len(shown)) + shown


def unmasked(sent: str, before: str) -> str:
    """What a phone number is after a write: whoever saw it masked sends back what they saw. Raises PhoneMasked."""
    if VEIL not in sent:
        return sent
    if sent == masked(before):
        return before
    raise PhoneMasked()
