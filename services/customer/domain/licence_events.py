"""What happens to a customer's licences, in the past tense: rows of the customer's timeline."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.text import Text
from services.customer.domain.events import CustomerEvent
from services.customer.domain.licence import Licence


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceAdded(CustomerEvent):
    licence: Licence

    def sentence(self) -> Text:
        return Text("登记证照 {type} {number}", "Recorded the licence {type} {number}").format(
            type=self.licence.type, number=self.licence.number
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceChanged(CustomerEvent):
    before: Licence
    after: Licence

    def sentence(self) -> Text:
        return Text("修改证照 {type} {number}", "Changed the licence {type} {number}").format(
            type=self.after.type, number=self.after.number
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceRemoved(CustomerEvent):
    licence: Licence

    def sentence(self) -> Text:
        return Text("移除证照 {type} {number}", "Removed the licence {type} {number}").format(
            type=self.licence.type, number=self.licence.number
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceRenewed(CustomerEvent):
    """`before` is None where the customer had none of this type; `renewal` names what was approved."""

    before: Licence | None
    after: Licence
    renewal: str

    def sentence(self) -> Text:
        return Text("换证 {type} {number}", "Renewed the licence {type} {number}").format(
            type=self.after.type, number=self.after.number
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceExpiring(CustomerEvent):
    """`days_left` below zero: it has expired."""

    licence: Licence
    days_left: int

    def sentence(self) -> Text:
        said = {"type": self.licence.type, "number": self.licence.number, "expiry": self.licence.expiry}
        if self.days_left < 0:
            return Text(
                "证照 {type} {number} 已于 {expiry} 到期", "The licence {type} {number} ended on {expiry}"
            ).format(**said)
        return Text(
            "证照 {type} {number} 将于 {expiry} 到期", "The licence {type} {number} ends on {expiry}"
        ).format(**said)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersBlocked(CustomerEvent):
    """`lacking` are the types of licences of which none holds."""

    lacking: tuple[str, ...]

    def sentence(self) -> Text:
        return Text(
            "锁定订货：缺少有效证照 {lacking}", "Blocked for orders: no licence in force of {lacking}"
        ).format(lacking=", ".join(self.lacking))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersUnblocked(CustomerEvent):
    def sentence(self) -> Text:
        return Text("解除订货锁定", "Orders are taken again")
