"""Customers: what a customer is, and what its verbs do to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from kernel.errors import EtagMismatch, FailedPrecondition, InvalidArgument
from kernel.transitions import move
from services.customer.domain.file import File
from services.customer.domain.kinds import Trade
from services.customer.domain.life import TRANSITIONS, WORDS, CustomerMerged, CustomerState, CustomerVerb


class DirectHasNoUpstream(FailedPrecondition):
    zh = "{name} 为直接交易客户，不能有上游客户"
    en = "{name} trades directly and has no upstream customer"


class RelatedToItself(InvalidArgument):
    zh = "{name} 不能与自己关联"
    en = "{name} cannot be related to itself"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed, once its approval has ended. `document` names what was approved."""

    document: str
    title: str
    valid_from: date
    valid_to: date
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer. `organisation`, `salesperson`, `upstream` and `merged_into` are ids; empty: none.

    `version` grows with every change and is the etag. `people_given` is the highest id ever given to a key person.
    `blocked` says why no orders are taken; `reason` why it was lost, stopped or closed down.
    """

    number: str
    file: File
    organisation: str
    salesperson: str
    state: CustomerState = CustomerState.POTENTIAL
    reason: str = ""
    progress: str = ""
    level: str = ""
    erp_code: str = ""
    upstream: str = ""
    aliases: tuple[str, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    blocked: str = ""
    merged_into: str = ""
    people_given: int = 0
    version: int = 1
    create_time: datetime
    update_time: datetime

    @classmethod
    def new(
        cls, number: str, file: File, organisation: str, salesperson: str, *, upstream: str = "", at: datetime
    ) -> Customer:
        """Raises what `File.check` and `File.written_over` raise, DirectHasNoUpstream, RelatedToItself."""
        file.check()
        kept, given = file.written_over(None, 0)
        made = cls(
            number=number,
            file=kept,
            organisation=organisation,
            salesperson=salesperson,
            upstream=upstream,
            people_given=given,
            create_time=at,
            update_time=at,
        )
        made._check_around()
        return made

    @property
    def name(self) -> str:
        return f"customers/{self.number}"

    @property
    def owner(self) -> str:
        return self.salesperson

    @property
    def etag(self) -> str:
        return str(self.version)

    def expecting(self, etag: str) -> Customer:
        if etag != self.etag:
            raise EtagMismatch(name=self.name, current=self.etag)
        return self

    def masked(self) -> Customer:
        """As it is shown to whoever does not own it."""
        return replace(self, file=self.file.masked())

    def edit(self, file: File, *, at: datetime) -> Customer:
        """Replaces the file. Raises what `new` raises."""
        moved = self._moved(CustomerVerb.EDIT, at)
        file.check()
        kept, given = file.written_over(self.file, self.people_given)
        after = replace(moved, file=kept, people_given=given)
        after._check_around()
        return after

    def _moved(self, verb: CustomerVerb, at: datetime) -> Customer:
        if self.merged_into:
            raise CustomerMerged(name=self.name, into=f"customers/{self.merged_into}")
        state = move(TRANSITIONS, self.name, self.state, verb, WORDS)
        return replace(self, state=state, version=self.version + 1, update_time=at)

    def _check_around(self) -> None:
        if self.upstream and self.file.trade is Trade.DIRECT:
            raise DirectHasNoUpstream(name=self.name)
        if any(relation.customer == self.number for relation in self.file.relations):
            raise RelatedToItself(field="relations", name=self.name)
