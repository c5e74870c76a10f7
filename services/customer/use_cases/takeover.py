"""Taking over customers that another system has kept so far: many at once, each held to what a new one is held to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from google.protobuf.message import Message

from chassis.cases.attachments import must_belong
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import InvalidArgument, NotFound
from kernel.fields import within
from services.customer import messages
from services.customer.domain.configuration import Configuration
from services.customer.domain.customer import Customer
from services.customer.domain.licence import Licence
from services.customer.domain.takeover import (
    OVER,
    REGISTERED,
    CustomerTakenOver,
    Kept,
    UnknownUpstream,
    must_differ,
)
from services.customer.permissions import require
from services.customer.use_cases.licence_watch import held
from services.customer.use_cases.ports import Directory, LevelChange, Work


class UnknownPerson(InvalidArgument):
    zh = "没有人员 {person}"
    en = "There is no person {person}"


class UnknownOrganisation(InvalidArgument):
    zh = "没有部门 {organisation}"
    en = "There is no organisation {organisation}"


@dataclass(frozen=True, slots=True)
class Taken:
    """`known`: it was here already."""

    number: str
    known: bool = False


async def take_over(
    cmd: Sequence[Kept], *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> tuple[Taken, ...]:
    """All of them or none. Raises what `Kept.check`, `Kept.taken_over` and the configuration raise, about the place in the request."""
    require(actor, "TakeOverCustomers")
    _must_differ(cmd)
    sits_in = await _organisations(cmd, directory)
    async with uow:
        await uow.hierarchy.lock()  # what is merged at this moment takes nobody in any more
        await uow.customers.must_exist(_related(cmd))
        configuration = await uow.configurations.current()
        there = await uow.known_as.numbers_of(
            [(one.file.name, one.file.credit_code, one.erp_code) for one in cmd]
        )
        above = await uow.known_as.numbers_of([("", one.upstream, "") for one in cmd])
        numbers = iter(await uow.customers.next_numbers(there.count("")))
        taking = _Taking(uow, actor, clock, configuration)
        for place, kept in enumerate(cmd):
            with within(f"customers[{place}]"):
                if there[place]:
                    taking.is_known(kept, there[place])
                else:
                    await taking.take(kept, next(numbers), sits_in[place], above[place])
        return await uow.commit(tuple(taking.taken))


class _Taking:
    """One after the other: whoever is taken may be bought from by those behind it."""

    def __init__(self, uow: Work, actor: Actor, clock: Clock, configuration: Configuration) -> None:
        self.taken: list[Taken] = []
        self._uow, self._actor, self._configuration = uow, actor, configuration
        self._now = clock.now()
        self._by_code: dict[str, str] = {}

    def is_known(self, kept: Kept, number: str) -> None:
        self._remember(kept, Taken(number, known=True))

    async def take(self, kept: Kept, number: str, organisation: str, above: str) -> None:
        kept = self._checked(kept)
        if kept.upstream and not (above := above or self._by_code.get(kept.upstream, "")):
            raise UnknownUpstream(field="upstream", credit_code=kept.upstream)
        with within("file"):
            customer = kept.taken_over(number, organisation, above, at=self._now)
        licences = tuple(
            replace(licence, customer=number, id=str(n)) for n, licence in enumerate(kept.licences, 1)
        )
        self._uow.record(self._event(customer, licences), *_told(customer))
        if customer.state in REGISTERED:
            customer = held(
                customer,
                licences,
                self._configuration,
                local_date(self._now),
                uow=self._uow,
                actor=self._actor,
                at=self._now,
            )
        await self._uow.customers.add(customer)
        for licence in licences:
            await self._uow.licences.put(licence)
        if customer.level:
            change = LevelChange(
                at=self._now, before="", after=customer.level, actor=self._actor.id, document="", reason=""
            )
            await self._uow.levels.add(number, change)
        self._remember(kept, Taken(number))

    def _checked(self, kept: Kept) -> Kept:
        kept.check()
        if kept.progress:
            self._configuration.must_know_progress(kept.progress)
        if kept.level:
            self._configuration.must_know_level(kept.level)
        for place, licence in enumerate(kept.licences):
            with within(f"licences[{place}]"):
                self._configuration.must_know_licence(licence.type)
                if licence.scan:  # nothing can have been uploaded for it yet
                    must_belong((licence.scan,), frozenset(), field="scan")
        return replace(kept, progress=kept.progress or self._configuration.first_progress)

    def _event(self, customer: Customer, licences: tuple[Licence, ...]) -> CustomerTakenOver:
        return CustomerTakenOver.of(
            customer,
            self._actor,
            file=customer.file.masked(),
            organisation=customer.organisation,
            salesperson=customer.salesperson,
            state=customer.state.value,
            erp_code=customer.erp_code,
            level=customer.level,
            aliases=customer.aliases,
            licences=licences,
        )

    def _remember(self, kept: Kept, taken: Taken) -> None:
        self.taken.append(taken)
        if kept.file.credit_code:
            self._by_code[kept.file.credit_code] = taken.number


def _told(customer: Customer) -> Iterator[Message]:
    """What others hear of it, as if it had come to its state here."""
    yield messages.created(customer)
    if customer.erp_code:
        yield messages.became_formal(customer)
    if customer.level:
        yield messages.level_changed(replace(customer, level=""), customer)
    if customer.state in OVER:
        yield messages.left(customer)


def _related(cmd: Sequence[Kept]) -> frozenset[str]:
    return frozenset(relation.customer for one in cmd for relation in one.file.relations)


def _must_differ(cmd: Sequence[Kept]) -> None:
    """Raises ListedTwice."""
    must_differ("customers", [one.file.credit_code for one in cmd])
    must_differ("customers", [one.erp_code for one in cmd])


async def _organisations(cmd: Sequence[Kept], directory: Directory) -> list[str]:
    """Where each belongs. Raises UnknownPerson, UnknownOrganisation."""
    known = await directory.organisations()
    sits_in: dict[str, str] = {}
    for place, one in enumerate(cmd):
        with within(f"customers[{place}]"):
            if one.organisation and one.organisation not in known:
                raise UnknownOrganisation(field="organisation", organisation=one.organisation)
            if one.salesperson not in sits_in:
                try:
                    sits_in[one.salesperson] = (await directory.employee(one.salesperson)).organisation
                except NotFound as refusal:
                    raise UnknownPerson(field="salesperson", person=one.salesperson) from refusal
    return [one.organisation or sits_in[one.salesperson] for one in cmd]
