"""A small model of customers that are to become formal: dictionaries and the tables of states, and what each act has to come to.

It says by which reason an act is refused, empty where it is done; what a customer needs to become formal and what holds its
orders it finds anew each time from licences and a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.life import TRANSITIONS as CUSTOMER_MOVES
from services.customer.domain.life import CustomerState, CustomerVerb
from services.customer.domain.onboarding_life import TRANSITIONS as MOVES
from services.customer.domain.onboarding_life import OnboardingState, OnboardingVerb

# As `configuration.yaml` says.
NEEDS: Final = {
    Kind.CLINIC: ("medical-institution",),
    Kind.OTHER_COMMERCIAL: ("business",),
    Kind.STORE: ("business", "medicine-trade"),
    Kind.GOVERNMENT: (),
}
TYPES: Final = ("business", "medicine-trade", "medical-institution")
WON: Final = (CustomerState.POTENTIAL, CustomerState.OPPORTUNITY)
TRADING: Final = (CustomerState.FORMAL, CustomerState.STOPPED)
ILLEGAL: Final = "ILLEGAL_TRANSITION"


@dataclass(frozen=True)
class Paper:
    """A licence: its type, its number and the last day on which it holds."""

    type: str
    number: str
    expiry: date


@dataclass
class Party:
    """A customer. `under_way` is the onboarding of it about which people are asked."""

    kind: Kind = Kind.CLINIC
    trade: Trade = Trade.DIRECT
    street: str = ""
    state: CustomerState = CustomerState.POTENTIAL
    reason: str = ""
    code: str = ""
    into: str = ""
    names: int = 1
    blocked: bool = False
    papers: dict[str, Paper] = field(default_factory=dict)
    under_way: str = ""

    @property
    def facts(self) -> tuple[object, ...]:
        """What is frozen of it."""
        said = (self.kind, self.trade, self.street, self.state, self.reason, self.code, self.into)
        return (*said, self.names, self.blocked, frozenset(self.papers.items()))

    def lacking(self, day: date) -> bool:
        holding = {paper.type for paper in self.papers.values() if day <= paper.expiry}
        return any(type_ not in holding for type_ in NEEDS[self.kind])

    def held(self, day: date) -> None:
        """Orders of whoever is registered are held to its licences."""
        if self.code:
            self.blocked = self.lacking(day)

    def cannot_be_formal(self) -> str:
        if self.into:
            return "CUSTOMER_MERGED"
        if self.state is CustomerState.FORMAL:
            return "ALREADY_FORMAL"
        if self.state not in WON:
            return ILLEGAL
        return "" if self.trade is Trade.DIRECT else "NOT_DIRECT"

    def unlicensed(self, day: date) -> str:
        """The first of what it needs that it has not, or not today."""
        for needed in NEEDS[self.kind]:
            of_type = [paper for paper in self.papers.values() if paper.type == needed]
            if not of_type:
                other = any(paper.type not in NEEDS[self.kind] for paper in self.papers.values())
                return "LICENCE_OF_WRONG_KIND" if other else "LICENCE_MISSING"
            if not any(day <= paper.expiry for paper in of_type):
                return "LICENCE_EXPIRED"
        return ""

    def may(self, verb: CustomerVerb) -> str:
        """Whoever is decided on stays who it is: it does not leave meanwhile."""
        if self.into:
            return "CUSTOMER_MERGED"
        if (self.state, meant(verb, self.code)) not in CUSTOMER_MOVES:
            return ILLEGAL
        leaves = verb in (CustomerVerb.MARK_LOST, CustomerVerb.CLOSE_DOWN)
        return "ONBOARDING_OPEN" if leaves and self.under_way else ""


@dataclass
class Ask:
    """An onboarding. `frozen` is what its customer was when it was submitted last."""

    customer: str
    state: OnboardingState = OnboardingState.DRAFT
    version: int = 0
    edited: bool = True
    case_open: bool = False
    frozen: tuple[object, ...] | None = None

    def may(self, verb: OnboardingVerb) -> str:
        return "" if (self.state, verb) in MOVES else ILLEGAL

    def moved(self, verb: OnboardingVerb) -> None:
        self.state = MOVES[self.state, verb]


def meant(verb: CustomerVerb, code: str) -> CustomerVerb:
    """Whoever has a code of the ERP is won back as a formal customer."""
    return CustomerVerb.WIN_BACK_FORMAL if verb is CustomerVerb.WIN_BACK and code else verb
