"""Renewals of licences (换证): the new licence that an owner brings, and what takes the place of what once it is approved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from kernel.decided import Decidable, Life
from kernel.errors import NotFound
from services.customer.domain.configuration import Configuration
from services.customer.domain.customer import Customer
from services.customer.domain.kinds import Kind
from services.customer.domain.licence import Licence, free_id, next_id
from services.customer.domain.licence_rules import must_fit
from services.customer.domain.life import CustomerMerged, CustomerState
from services.customer.domain.renewal_life import (
    TRANSITIONS,
    WORDS,
    CustomerClosed,
    ExpiredAlready,
    LicenceOfAnotherType,
    LicenceToBeNamed,
    NothingRenewed,
    NotRegistered,
    RenewalOpen,
    RenewalState,
    RenewalVerb,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal(Decidable):
    """`licence` is the new one; its id is that of the licence which it renews, empty for one of a type that the customer lacks.

    `display_name` and `kind` are the customer's, `previous` is the licence that it renews: as submitted.
    """

    collection: ClassVar[str] = "licenceRenewals"
    life: ClassVar[Life] = Life(TRANSITIONS, WORDS, RenewalVerb)

    customer: str
    display_name: str
    kind: Kind
    licence: Licence
    note: str = ""
    previous: Licence | None = None
    state: RenewalState = RenewalState.DRAFT
    renew_time: datetime | None = None

    @classmethod
    def draft(
        cls, number: str, customer: Customer, requester: str, licence: Licence, note: str, *, at: datetime
    ) -> Renewal:
        return cls(
            number=number,
            customer=customer.number,
            requester=requester,
            organisation=customer.organisation,
            display_name=customer.file.name,
            kind=customer.file.kind,
            licence=licence,
            note=note,
            edited=True,
            create_time=at,
            update_time=at,
        )

    def edit(self, licence: Licence, note: str, *, at: datetime) -> Renewal:
        """It goes on renewing what it renews."""
        return replace(self.edited_at(at), licence=replace(licence, id=self.licence.id), note=note)

    def submit(self, customer: Customer, previous: Licence | None, *, at: datetime) -> Renewal:
        return replace(
            self.submitted_at(at),
            display_name=customer.file.name,
            kind=customer.file.kind,
            organisation=customer.organisation,
            previous=previous,
        )

    def approve(self, *, at: datetime) -> Renewal:
        return replace(self.moved("approve", at), case_open=False, renew_time=at, reason="")

    def must_be_right(
        self, customer: Customer, licences: Sequence[Licence], configuration: Configuration, day: date
    ) -> Licence | None:
        """The licence that it renews, if it names one; `licences` are the customer's.

        Raises NotRegistered, CustomerClosed, CustomerMerged, UnknownLicenceType, ExpiryBeforeStart, ExpiredAlready,
        LicenceOfWrongKind, NotFound, LicenceOfAnotherType, NothingRenewed, LicenceToBeNamed, LicenceRecorded, TooManyLicences.
        """
        must_be_renewable(customer)
        new = self.licence
        configuration.must_know_licence(new.type, "licence.type")
        new.check("licence.")
        if new.expiry is not None and new.expiry < day:
            raise ExpiredAlready(field="licence.expiry", expiry=new.expiry)
        must_fit(configuration, customer.file.kind, new.type)
        new.must_differ(licences)
        if new.id:
            return _renewed(new, licences)
        _must_be_lacking(new, licences)
        return None

    def touches(self, licence: Licence) -> bool:
        """Whether the licence, as somebody is about to write it, is what this is about."""
        mine = self.licence
        same_place = licence.id == mine.id and (bool(mine.id) or licence.type == mine.type)
        return same_place or (licence.type, licence.number) == (mine.type, mine.number)

    def outcome(self, licences: Iterable[Licence], day: date) -> Outcome:
        """What becomes of the customer's licences on the day of its approval."""
        kept = tuple(licences)
        before = next((one for one in kept if self.licence.id and one.id == self.licence.id), None)
        begins_later = self.licence.valid_from is not None and self.licence.valid_from > day
        # Replaced at once, the customer would be without a licence until the new one begins.
        beside = before is not None and begins_later and before.holds_on(day)
        if before is None or beside:
            return Outcome(replace(self.licence, id=free_id(kept)), before, beside)
        return Outcome(self.licence, before, beside=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`licence` is on record now, in the place of `before` or, until it begins, `beside` it."""

    licence: Licence
    before: Licence | None
    beside: bool


def must_be_renewable(customer: Customer) -> None:
    """Raises CustomerMerged, CustomerClosed, NotRegistered."""
    if customer.merged_into:
        raise CustomerMerged(name=customer.name, into=f"customers/{customer.merged_into}")
    if customer.state is CustomerState.CLOSED:
        raise CustomerClosed(name=customer.name)
    if not customer.erp_code:
        raise NotRegistered(name=customer.name)


def refuse_while_open(licence: Licence, under_way: Iterable[Renewal]) -> None:
    """Whether nobody is being asked about the licence already. Raises RenewalOpen."""
    for renewal in under_way:
        if renewal.touches(licence):
            raise RenewalOpen(customer=f"customers/{renewal.customer}", renewal=renewal.name)


def refuse_with_renewals(under_way: Iterable[Renewal]) -> None:
    """A customer whose licences people are being asked about stays what it is. Raises RenewalOpen."""
    for renewal in under_way:
        raise RenewalOpen(customer=f"customers/{renewal.customer}", renewal=renewal.name)


def _renewed(new: Licence, licences: Sequence[Licence]) -> Licence:
    before = next((one for one in licences if one.id == new.id), None)
    if before is None:
        raise NotFound(name=new.name)
    if new.type != before.type:
        raise LicenceOfAnotherType(field="licence.type", renewed=before.type, type=new.type)
    if (new.number, new.expiry) == (before.number, before.expiry):
        raise NothingRenewed(field="licence.number", licence=before.name)
    return before


def _must_be_lacking(new: Licence, licences: Sequence[Licence]) -> None:
    for one in licences:
        if one.type == new.type:
            raise LicenceToBeNamed(licence=one.name)
    next_id(licences)
