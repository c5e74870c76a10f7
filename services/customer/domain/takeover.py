"""Customers as another system has kept them so far, and what they are here from their first day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.text import Text
from services.customer.domain.customer import Customer
from services.customer.domain.events import CustomerCreated
from services.customer.domain.file import File, ListedTwice
from services.customer.domain.kinds import Trade
from services.customer.domain.licence import Licence
from services.customer.domain.life import WORDS, CustomerState
from services.customer.domain.onboarding_life import NotDirect

UNREGISTERED = frozenset({CustomerState.POTENTIAL, CustomerState.OPPORTUNITY})
REGISTERED = frozenset({CustomerState.FORMAL, CustomerState.STOPPED})
OVER = frozenset({CustomerState.LOST, CustomerState.STOPPED, CustomerState.CLOSED})


class ErpCodeMissing(FailedPrecondition):
    zh = "“{name}”为{state_zh}客户，须有 ERP 编码"
    en = "{name} is {state_en}; it has a code of the ERP"


class ErpCodeTooEarly(FailedPrecondition):
    zh = "“{name}”为{state_zh}客户，不能有 ERP 编码"
    en = "{name} is {state_en}; it has no code of the ERP yet"


class ReasonMissing(InvalidArgument):
    zh = "请说明“{name}”为何{state_zh}"
    en = "Say why {name} is {state_en}"


class UnknownUpstream(InvalidArgument):
    zh = "没有信用代码为 {credit_code} 的上游客户"
    en = "There is no customer of the credit code {credit_code} to buy from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the other system says of one. `upstream` is a credit code; empty progress: the first; empty organisation: the salesperson's."""

    file: File
    salesperson: str
    organisation: str = ""
    state: CustomerState = CustomerState.POTENTIAL
    reason: str = ""
    progress: str = ""
    level: str = ""
    erp_code: str = ""
    upstream: str = ""
    aliases: tuple[str, ...] = ()
    licences: tuple[Licence, ...] = ()

    def check(self) -> None:
        """Raises ErpCodeMissing, ErpCodeTooEarly, NotDirect, ReasonMissing, and of licences ExpiryBeforeStart, ListedTwice."""
        zh, en = WORDS[self.state].zh, WORDS[self.state].en
        if self.state in REGISTERED and not self.erp_code:
            raise ErpCodeMissing(field="erp_code", name=self.file.name, state_zh=zh, state_en=en)
        if self.state in UNREGISTERED and self.erp_code:
            raise ErpCodeTooEarly(field="erp_code", name=self.file.name, state_zh=zh, state_en=en)
        if self.erp_code and self.file.trade is not Trade.DIRECT:
            raise NotDirect(name=self.file.name)
        if self.state in OVER and not self.reason:
            raise ReasonMissing(field="reason", name=self.file.name, state_zh=zh, state_en=en)
        for licence in self.licences:
            licence.check()
        must_differ("licences", [f"{one.type} {one.number}" for one in self.licences])

    def taken_over(self, number: str, organisation: str, upstream: str, *, at: datetime) -> Customer:
        """The customer in its first version, which came to its state by the verbs that everybody uses. Raises what those raise."""
        made = Customer.new(number, self.file, organisation, self.salesperson, upstream=upstream, at=at)
        if self.erp_code:
            made = made.become_formal(self.erp_code, at=at)
        match self.state:
            case CustomerState.OPPORTUNITY:
                made = made.mark_opportunity(at=at)
            case CustomerState.LOST:
                made = made.mark_lost(self.reason, at=at)
            case CustomerState.STOPPED:
                made = made.stop_trading(self.reason, at=at)
            case CustomerState.CLOSED:
                made = made.close_down(self.reason, at=at)
        return replace(made, progress=self.progress, level=self.level, aliases=self.aliases, version=1)


def must_differ(field: str, keys: Sequence[str]) -> None:
    """Raises ListedTwice for the second of two that are the same; empty ones are nobody's."""
    seen: set[str] = set()
    for index, key in enumerate(keys):
        if key and key in seen:
            raise ListedTwice(field=f"{field}[{index}]", what=key)
        seen.add(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTakenOver(CustomerCreated):
    """Keeps what the other system said beside the file."""

    state: str
    erp_code: str
    level: str
    aliases: tuple[str, ...]
    licences: tuple[Licence, ...]

    def sentence(self) -> Text:
        state = WORDS[CustomerState(self.state)]
        return Text("自原系统接收：{name}，{state_zh}", "Taken over as {name}, {state_en}").format(
            name=self.file.name, state_zh=state.zh, state_en=state.en
        )
