"""Onboardings (客户转正): what is asked for a customer that is to become formal, and what the verbs do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kernel.decided import DocumentChanged, DocumentHasCase, EditedSince
from kernel.errors import EtagMismatch
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
    """What is asked for. `credit_limit` None: no credit. `despite` are numbers of look-alikes that are not the same."""

    credit_limit: Money | None = None
    payment_terms_days: int = 0
    note: str = ""
    attachments: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()

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
class Onboarding:
    """`customer`, `requester` and `organisation` are ids.

    `name`, `credit_code` and `kind` are the customer's, as submitted. `version` is what deciders see: it grows with every
    submission. `revision` grows with every change. `case_open` is true from the first submission until the end of its case;
    `edited` while it does not say what was submitted last.
    """

    number: str
    customer: str
    requester: str
    organisation: str
    display_name: str
    credit_code: str
    kind: Kind
    terms: Terms = Terms()
    state: OnboardingState = OnboardingState.DRAFT
    version: int = 0
    revision: int = 1
    case_open: bool = False
    edited: bool = False
    reason: str = ""
    erp_code: str = ""
    frozen: Frozen | None = None
    create_time: datetime
    update_time: datetime
    submit_time: datetime | None = None
    formal_time: datetime | None = None

    @classmethod
    def draft(
        cls, number: str, customer: Customer, requester: str, terms: Terms, *, at: datetime
    ) -> Onboarding:
        """Raises what `must_be_able_to` raises, CreditNegative."""
        must_be_able_to(customer)
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

    @property
    def name(self) -> str:
        return f"onboardings/{self.number}"

    @property
    def etag(self) -> str:
        return str(self.revision)

    def expecting(self, etag: str) -> Onboarding:
        if etag != self.etag:
            raise EtagMismatch(name=self.name, current=self.etag)
        return self

    def deciding_on(self, version: int) -> Onboarding:
        """The onboarding, if `version` is what is to be decided on."""
        if version != self.version:
            raise DocumentChanged(name=self.name, current=self.version)
        return self

    def edit(self, terms: Terms, *, at: datetime) -> Onboarding:
        moved = self._moved(OnboardingVerb.EDIT, at)
        terms.check()
        return replace(moved, terms=terms, edited=True)

    def delete(self, *, at: datetime) -> Onboarding:
        """Raises DocumentHasCase: a case that waits for it would wait for ever."""
        moved = self._moved(OnboardingVerb.DELETE, at)
        if self.case_open:
            raise DocumentHasCase(name=self.name)
        return moved

    def submit(self, customer: Customer, said: Mapping[str, Any], *, at: datetime) -> Onboarding:
        """Freezes the customer, which says `said`. Raises what `must_be_able_to` raises, CreditWithoutTerms."""
        moved = self._moved(OnboardingVerb.SUBMIT, at)
        must_be_able_to(customer)
        if self.terms.credit_limit is not None and not self.terms.payment_terms_days:
            raise CreditWithoutTerms(field="terms.payment_terms_days")
        return replace(
            moved,
            display_name=customer.file.name,
            credit_code=customer.file.credit_code,
            kind=customer.file.kind,
            organisation=customer.organisation,
            frozen=Frozen(customer.version, said),
            version=self.version + 1,
            case_open=True,
            edited=False,
            submit_time=at,
            reason="",
        )

    def approve(self, *, at: datetime) -> Onboarding:
        return self._moved(OnboardingVerb.APPROVE, at)

    def give_back(self, reason: str, *, at: datetime) -> Onboarding:
        return replace(self._moved(OnboardingVerb.RETURN, at), reason=reason)

    def reject(self, reason: str, *, at: datetime) -> Onboarding:
        return replace(self._moved(OnboardingVerb.REJECT, at), reason=reason, case_open=False)

    def withdraw(self, reason: str, *, at: datetime) -> Onboarding:
        return replace(self._moved(OnboardingVerb.WITHDRAW, at), reason=reason, case_open=False)

    def reopen(self, customer: Customer, reason: str, *, at: datetime) -> Onboarding:
        """Decided anew as it is. Raises DocumentHasCase, EditedSince, what `must_be_able_to` raises."""
        moved = self._moved(OnboardingVerb.REOPEN, at)
        if self.case_open:
            raise DocumentHasCase(name=self.name)
        if self.edited:
            raise EditedSince(name=self.name)
        must_be_able_to(customer)
        return replace(moved, reason=reason, case_open=True)

    def register(self, erp_code: str, formal_time: datetime, *, at: datetime) -> Onboarding:
        moved = self._moved(OnboardingVerb.REGISTER, at)
        return replace(moved, erp_code=erp_code, formal_time=formal_time, case_open=False, reason="")

    def refuse_registration(self, reason: str, *, at: datetime) -> Onboarding:
        return replace(self._moved(OnboardingVerb.REFUSE_REGISTRATION, at), reason=reason)

    def _moved(self, verb: OnboardingVerb, at: datetime) -> Onboarding:
        state = move(TRANSITIONS, self.name, self.state, verb, WORDS)
        return replace(self, state=state, revision=self.revision + 1, update_time=at)


def must_be_able_to(customer: Customer) -> None:
    """Whether the customer may become formal at all. Raises CustomerMerged, AlreadyFormal, IllegalTransition, NotDirect."""
    if customer.merged_into:
        raise CustomerMerged(name=customer.name, into=f"customers/{customer.merged_into}")
    if customer.state is CustomerState.FORMAL:
        raise AlreadyFormal(name=customer.name, erp_code=customer.erp_code)
    move(CUSTOMER_TRANSITIONS, customer.name, customer.state, CustomerVerb.BECOME_FORMAL, CUSTOMER_WORDS)
    if customer.file.trade is not Trade.DIRECT:
        raise NotDirect(name=customer.name)
