"""Customers: what a customer is, and what its verbs do to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from kernel.errors import EtagMismatch, FailedPrecondition, InvalidArgument, NotFound
from kernel.transitions import move
from services.customer.domain.file import File
from services.customer.domain.hierarchy import refuse_cycle
from services.customer.domain.kinds import Trade
from services.customer.domain.life import TRANSITIONS, WORDS, CustomerMerged, CustomerState, CustomerVerb


class DirectHasNoUpstream(FailedPrecondition):
    zh = "{name} 为直接交易客户，不能有上游客户"
    en = "{name} trades directly and has no upstream customer"


class UnknownAlias(NotFound):
    zh = "{name} 没有别名“{alias}”"
    en = "{name} has no alias {alias}"


class TooManyAliases(FailedPrecondition):
    zh = "别名不能超过 {most} 个"
    en = "There cannot be more than {most} aliases"


class NoPhone(FailedPrecondition):
    zh = "{name} 未登记该电话"
    en = "{name} has no number in this place"


class RelatedToItself(InvalidArgument):
    zh = "{name} 不能与自己关联"
    en = "{name} cannot be related to itself"


MOST_ALIASES: Final = 100


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
    `blocked` is a Block of the licence watch, empty: orders are taken; `reason` why it was lost, stopped or closed down.
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

    def progressed(self, progress: str, *, at: datetime) -> Customer:
        return replace(self._moved(CustomerVerb.EDIT, at), progress=progress)

    def mark_opportunity(self, *, at: datetime) -> Customer:
        return self._moved(CustomerVerb.MARK_OPPORTUNITY, at)

    def become_formal(self, erp_code: str, *, at: datetime) -> Customer:
        """Registered with the ERP, and so a customer of the group itself: it buys from nobody else any more."""
        moved = self._moved(CustomerVerb.BECOME_FORMAL, at)
        file = replace(self.file, trade=Trade.DIRECT)
        return replace(moved, erp_code=erp_code, file=file, upstream="")

    def mark_lost(self, reason: str, *, at: datetime) -> Customer:
        return replace(self._moved(CustomerVerb.MARK_LOST, at), reason=reason)

    def stop_trading(self, reason: str, *, at: datetime) -> Customer:
        return replace(self._moved(CustomerVerb.STOP_TRADING, at), reason=reason)

    def resume_trading(self, *, at: datetime) -> Customer:
        return replace(self._moved(CustomerVerb.RESUME_TRADING, at), reason="")

    def close_down(self, reason: str, *, at: datetime) -> Customer:
        return replace(self._moved(CustomerVerb.CLOSE_DOWN, at), reason=reason)

    def win_back(self, *, at: datetime) -> Customer:
        """A lost customer is worked on again; whoever is registered with the ERP is formal at once."""
        verb = CustomerVerb.WIN_BACK_FORMAL if self.erp_code else CustomerVerb.WIN_BACK
        return replace(self._moved(verb, at), reason="")

    def rate(self, level: str, *, at: datetime) -> Customer:
        return replace(self._moved(CustomerVerb.RATE, at), level=level)

    def agree(self, agreement: Agreement, *, at: datetime) -> Customer:
        """Once for each document: a second time it is replaced."""
        others = tuple(one for one in self.agreements if one.document != agreement.document)
        return replace(self._moved(CustomerVerb.AGREE, at), agreements=(*others, agreement))

    def block(self, why: str, *, at: datetime) -> Customer:
        """No orders are taken, because of this Block; empty: they are again."""
        return replace(self._moved(CustomerVerb.EDIT, at), blocked=why)

    def under(self, upstream: str, above: Sequence[str], *, at: datetime) -> Customer:
        """Buys from `upstream` (empty: from the group); `above` is it and those it buys from in turn.

        Raises DirectHasNoUpstream, UpstreamCycle.
        """
        after = replace(self._moved(CustomerVerb.EDIT, at), upstream=upstream)
        refuse_cycle(self.number, above)
        after._check_around()
        return after

    def called(self, alias: str, *, at: datetime) -> Customer:
        """Raises TooManyAliases."""
        moved = self._moved(CustomerVerb.EDIT, at)
        if len(self.aliases) >= MOST_ALIASES:
            raise TooManyAliases(most=MOST_ALIASES)
        return replace(moved, aliases=(*self.aliases, alias))

    def called_no_more(self, alias: str, *, at: datetime) -> Customer:
        """Raises UnknownAlias."""
        moved = self._moved(CustomerVerb.EDIT, at)
        if alias not in self.aliases:
            raise UnknownAlias(name=self.name, alias=alias)
        return replace(moved, aliases=tuple(one for one in self.aliases if one != alias))

    def handed_to(self, salesperson: str, organisation: str, *, at: datetime) -> Customer:
        """Empty organisation: stays where it is."""
        moved = self._moved(CustomerVerb.EDIT, at)
        return replace(moved, salesperson=salesperson, organisation=organisation or self.organisation)

    def changed(self, *, at: datetime) -> Customer:
        """A version later. Raises CustomerMerged."""
        return self._moved(CustomerVerb.EDIT, at)

    def phone_at(self, place: str) -> str:
        """`phone`, `responsible_phone` or `people/1`. Raises NoPhone."""
        people = {f"people/{person.id}": person.phone for person in self.file.people}
        phones = {"phone": self.file.phone, "responsible_phone": self.file.responsible_phone, **people}
        if not phones.get(place):
            raise NoPhone(name=self.name)
        return phones[place]

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
