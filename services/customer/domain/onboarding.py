"""Onboardings (客户转正): what is asked for a customer that is to become formal, and what the verbs do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from kernel.decided import Decidable, Life
from kernel.money import Money
from kernel.transitions import move
from services.customer.domain.customer import Customer
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.life import TRANSITIONS as CUSTOMER_TRANSITIONS
from services.customer.domain.life import WORDS as CUSTOMER_WORDS
from services.customer.domain.life import CustomerMerged, CustomerState, CustomerVerb
from services.customer.domain.onboarding_life import (
    TRANSITIONS,
    WORDS,
    AlreadyFormal,
    CreditNegative,
    CreditWithoutTerms,
    NotDirect,
    OnboardingState,
    OnboardingVerb,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for. `credit_limit` None: no credit. `despite` are numbers of look-alikes that are not the same.

    `becomes_direct`: it buys from somebody so far, and from the group once it is formal.
    """

    credit_limit: Money | None = None
    payment_terms_days: int = 0
    note: str = ""
    attachments: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()
    becomes_direct: bool = False

    def check(self) -> None:
        """Raises CreditNegative."""
        if self.credit_limit is not None and not self.credit_limit.is_positive:
            raise CreditNegative(field="terms.credit_limit")


@dataclass(frozen=True, slots=True)
class Frozen:
    """The customer as it was submitted, in `version`; `said` is file and licences as the API writes them, phones masked."""

    version: int
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarding(Decidable):
    """`customer` is an id. `display_name`, `credit_code` and `kind` are the customer's, as submitted."""

    collection: ClassVar[str] = "onboardings"
    life: ClassVar[Life] = Life(TRANSITIONS, WORDS, OnboardingVerb)

    customer: str
    display_name: str
    credit_code: str
    kind: Kind
    terms: Terms = Terms()
    state: OnboardingState = OnboardingState.DRAFT
    erp_code: str = ""
    frozen: Frozen | None = None
    formal_time: datetime | None = None

    @classmethod
    def draft(
        cls, number: str, customer: Customer, requester: str, terms: Terms, *, at: datetime
    ) -> Onboarding:
        """Raises what `must_be_able_to` raises, CreditNegative."""
        must_be_able_to(customer, terms)
        terms.check()
        return cls(
            number=number,
            customer=customer.number,
            requester=requester,
            organisation=customer.organisation,
            display_name=customer.file.name,
            credit_code=customer.file.credit_code,
            kind=customer.file.kind,
            terms=terms,
            edited=True,
            create_time=at,
            update_time=at,
        )

    def edit(self, terms: Terms, *, at: datetime) -> Onboarding:
        edited = self.edited_at(at)
        terms.check()
        return replace(edited, terms=terms)

    def submit(self, customer: Customer, said: Mapping[str, Any], *, at: datetime) -> Onboarding:
        """Freezes the customer, which says `said`. Raises what `must_be_able_to` raises, CreditWithoutTerms."""
        submitted = self.submitted_at(at)
        must_be_able_to(customer, self.terms)
        if self.terms.credit_limit is not None and not self.terms.payment_terms_days:
            raise CreditWithoutTerms(field="terms.payment_terms_days")
        return replace(
            submitted,
            display_name=customer.file.name,
            credit_code=customer.file.credit_code,
            kind=customer.file.kind,
            organisation=customer.organisation,
            frozen=Frozen(customer.version, said),
        )

    def approve(self, *, at: datetime) -> Onboarding:
        return self.moved("approve", at)

    def reopen(self, customer: Customer, reason: str, *, at: datetime) -> Onboarding:
        """Decided anew as it is. Raises DocumentHasCase, EditedSince, what `must_be_able_to` raises."""
        reopened = self.reopened_at(at, reason)
        must_be_able_to(customer, self.terms)
        return reopened

    def register(self, erp_code: str, formal_time: datetime, *, at: datetime) -> Onboarding:
        moved = self.moved("register", at)
        return replace(moved, erp_code=erp_code, formal_time=formal_time, case_open=False, reason="")

    def refuse_registration(self, reason: str, *, at: datetime) -> Onboarding:
        return replace(self.moved("refuse_registration", at), reason=reason)


def must_be_able_to(customer: Customer, terms: Terms) -> None:
    """Whether the customer may become formal at all, on these terms.

    Raises CustomerMerged, AlreadyFormal, IllegalTransition, NotDirect.
    """
    if customer.merged_into:
        raise CustomerMerged(name=customer.name, into=f"customers/{customer.merged_into}")
    if customer.state is CustomerState.FORMAL:
        raise AlreadyFormal(name=customer.name, erp_code=customer.erp_code)
    move(CUSTOMER_TRANSITIONS, customer.name, customer.state, CustomerVerb.BECOME_FORMAL, CUSTOMER_WORDS)
    if customer.file.trade is not Trade.DIRECT and not terms.becomes_direct:
        raise NotDirect(name=customer.name)
