"""What people may have approved of a customer by a form: another level, an agreement, winning it back.

Each is a process without code (`services/approval/policy_files/customer-*`), whose fields are named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias

from kernel.errors import FailedPrecondition, InvalidArgument
from services.customer.domain.configuration import Configuration
from services.customer.domain.customer import Agreement, Customer

LEVEL_CHANGE: Final = "customer-level-change"
AGREEMENT: Final = "customer-agreement"
WIN_BACK: Final = "customer-win-back"
PROCESSES: Final = (LEVEL_CHANGE, AGREEMENT, WIN_BACK)

CUSTOMER: Final = "customer"
LONGEST: Final = 2_000

Values: TypeAlias = Mapping[str, object]


class ValueMissing(InvalidArgument):
    """The form in force is not the one that this service knows."""

    zh = "表单未填写 {what}，或格式不符"
    en = "The form does not say {what}, or not as it must be written"


class LevelUnchanged(FailedPrecondition):
    zh = "{name} 的等级已经是 {level}"
    en = "{name} is rated {level} already"


class AgreementEndsBeforeItBegins(InvalidArgument):
    zh = "协议的结束日期早于开始日期"
    en = "The agreement ends before it begins"


@dataclass(frozen=True, slots=True)
class LevelAsked:
    """`reason` in the requester's words."""

    customer: str
    level: str
    reason: str

    def must_make_sense(self, customer: Customer, configuration: Configuration, *, at: datetime) -> None:
        """Raises CustomerMerged, IllegalTransition, UnknownLevel, LevelUnchanged."""
        configuration.must_know_level(self.level)
        customer.rate(self.level, at=at)
        if customer.level == self.level:
            raise LevelUnchanged(field="level", name=customer.name, level=self.level)


@dataclass(frozen=True, slots=True)
class AgreementAsked:
    customer: str
    title: str
    valid_from: date
    valid_to: date

    def agreement(self, document: str, attachments: tuple[str, ...] = ()) -> Agreement:
        return Agreement(document, self.title, self.valid_from, self.valid_to, attachments)

    def must_make_sense(self, customer: Customer, configuration: Configuration, *, at: datetime) -> None:
        """Raises CustomerMerged, IllegalTransition, AgreementEndsBeforeItBegins."""
        customer.agree(self.agreement(""), at=at)
        if self.valid_to < self.valid_from:
            raise AgreementEndsBeforeItBegins(field="valid_to")


@dataclass(frozen=True, slots=True)
class WinBackAsked:
    customer: str

    def must_make_sense(self, customer: Customer, configuration: Configuration, *, at: datetime) -> None:
        """Raises CustomerMerged, IllegalTransition."""
        customer.win_back(at=at)


Asked: TypeAlias = LevelAsked | AgreementAsked | WinBackAsked


def asked_of(process: str, values: Values) -> Asked:
    """What a document of one of PROCESSES asks, by what was filled in. Raises ValueMissing."""
    customer = _text(values, CUSTOMER).removeprefix("customers/")
    match process:
        case "customer-level-change":
            return LevelAsked(customer, _text(values, "level"), _text(values, "reason"))
        case "customer-agreement":
            return AgreementAsked(
                customer, _text(values, "title"), _day(values, "valid_from"), _day(values, "valid_to")
            )
        case "customer-win-back":
            return WinBackAsked(customer)
    raise AssertionError(process)


def _text(values: Values, key: str) -> str:
    said = values.get(key)
    if not isinstance(said, str) or not 0 < len(said) <= LONGEST:
        raise ValueMissing(field=key, what=key)
    return said


def _day(values: Values, key: str) -> date:
    try:
        return date.fromisoformat(_text(values, key))
    except ValueError as error:
        raise ValueMissing(field=key, what=key) from error
