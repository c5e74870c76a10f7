"""What may become of customers beside their onboardings: their states, files, licences and merges, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
)
from sqlalchemy import select

from chassis.postgres.database import Database
from kernel.clock import local_date
from kernel.errors import Refusal
from services.customer.domain.file import Address
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.licence import Licence
from services.customer.domain.life import TRANSITIONS as CUSTOMER_MOVES
from services.customer.domain.life import CustomerVerb
from services.customer.store.tables import CustomerRow
from services.customer.use_cases import decided, licences, verbs
from services.customer.use_cases.decided import Approved
from services.customer.use_cases.licence_watch import WatchLicences, watch_licences
from tests.builders.customer_desk import LIHUA, QUALITY, WORKER, Desk
from tests.builders.customers import a_file
from tests.builders.names import clinic
from tests.stateful.onboarding_model import NEEDS, TRADING, TYPES, Paper, Party, meant

# Two of the parties need no licence: most of what may become of them is not about licences.
KINDS: Final = (Kind.CLINIC, Kind.GOVERNMENT, Kind.GOVERNMENT)
BY_OWNER: Final = {
    CustomerVerb.MARK_OPPORTUNITY: verbs.mark_opportunity,
    CustomerVerb.MARK_LOST: verbs.mark_lost,
    CustomerVerb.STOP_TRADING: verbs.stop_trading,
    CustomerVerb.RESUME_TRADING: verbs.resume_trading,
    CustomerVerb.CLOSE_DOWN: verbs.close_down,
}
BACK: Final = (CustomerVerb.RESUME_TRADING, CustomerVerb.WIN_BACK)
_numbers = count(1)
party = st.integers(0, len(KINDS) - 1)


class PartyMachine(RuleBasedStateMachine):
    """`parties` is the model, by the numbers that the service has given."""

    runner: asyncio.Runner
    database: Database

    def open(self) -> None:
        """The customers, new ones each time: what others were lies around, as in life."""
        self.desk = Desk(self.database)
        self.parties: dict[str, Party] = {}
        self.papers = count(1)
        for kind in KINDS:
            file = a_file(clinic(f"machine/{next(_numbers)}"), kind=kind, address=Address())
            self.parties[self.run(self.desk.create(file)).number] = Party(kind)
        self.license(0, "medical-institution", 5)

    def run(self, act: Awaitable[Any]) -> Any:
        async def run() -> Any:
            return await act

        return self.runner.run(run())

    def tried(self, act: Awaitable[Any], due: str) -> Any:
        """The answer; None where it was refused. Either as it is due."""
        answer, reason = None, ""
        try:
            answer = self.run(act)
        except Refusal as refusal:
            reason = refusal.reason
        assert reason == due
        return answer

    @property
    def today(self) -> date:
        return local_date(self.desk.clock.now())

    def number(self, place: int) -> str:
        return list(self.parties)[place]

    # The customer.

    @rule(place=party, verb=st.sampled_from([*BY_OWNER, CustomerVerb.WIN_BACK]))
    def act(self, place: int, verb: CustomerVerb) -> None:
        number = self.number(place)
        one = self.parties[number]
        if verb is CustomerVerb.WIN_BACK:
            act = self.desk.decided(decided.win_back, number, Approved("documents/LR-1", "people/lihua"))
        else:
            customer = self.run(self.desk.customer(number))
            act = self.desk.act(BY_OWNER[verb], customer, "无")
        if self.tried(act, one.may(verb)):
            one.state = CUSTOMER_MOVES[one.state, meant(verb, one.code)]
            if verb is not CustomerVerb.MARK_OPPORTUNITY:
                one.reason = "" if verb in BACK else "无"
            if verb is CustomerVerb.WIN_BACK:
                one.held(self.today)

    @rule(
        place=party,
        kind=st.sampled_from(list(NEEDS)),
        trade=st.sampled_from(list(Trade)),
        street=st.sampled_from(["花园路 1 号", "花园路 2 号"]),
    )
    def edit(self, place: int, kind: Kind, trade: Trade, street: str) -> None:
        number = self.number(place)
        one = self.parties[number]
        customer = self.run(self.desk.customer(number))
        file = replace(customer.file, kind=kind, trade=trade, address=Address(street=street))
        if self.tried(self.desk.edit(customer, file), "CUSTOMER_MERGED" if one.into else ""):
            one.kind, one.trade, one.street = kind, trade, street
            one.held(self.today)

    @rule(place=party, type_=st.sampled_from(TYPES), days=st.sampled_from([-1, 0, 5, 200]))
    def license(self, place: int, type_: str, days: int) -> None:
        number = self.number(place)
        one = self.parties[number]
        paper = Paper(type_, f"L{next(self.papers)}", self.today + timedelta(days=days))
        licence = Licence(customer=number, id="", type=paper.type, number=paper.number, expiry=paper.expiry)
        customer = self.run(self.desk.customer(number))
        keep = partial(licences.keep_licence, directory=self.desk.directory, attachments=self.desk.files)
        act = self.desk.do(keep, licences.KeepLicence(licence, customer.etag), self.keeper(one))
        if kept := self.tried(act, "CUSTOMER_MERGED" if one.into else ""):
            one.papers[kept.id] = paper
            one.held(self.today)

    @rule(place=party)
    def take_the_first_licence_away(self, place: int) -> None:
        number = self.number(place)
        one = self.parties[number]
        if not one.papers or one.into:
            return
        first = min(one.papers, key=int)
        customer = self.run(self.desk.customer(number))
        remove = partial(licences.remove_licence, directory=self.desk.directory)
        self.run(self.desk.do(remove, licences.RemoveLicence(number, first, customer.etag), self.keeper(one)))
        del one.papers[first]
        one.held(self.today)

    @staticmethod
    def keeper(one: Party) -> Any:
        return QUALITY if one.code else LIHUA

    @rule(place=party, other_place=party, chance=st.integers(0, 3))
    def merge(self, place: int, other_place: int, chance: int) -> None:
        if chance:
            return  # who is merged has no life any more: seldom
        number, gone = self.number(place), self.number(other_place)
        one, other = self.parties[number], self.parties[gone]
        into, customer = (self.run(self.desk.customer(each)) for each in (number, gone))
        if self.tried(self.desk.merge(into, customer), self.unmerged(number, gone)):
            other.into, one.names = number, one.names + other.names
            last = max(map(int, one.papers), default=0)
            moved = enumerate(other.papers.values(), last + 1)
            one.papers |= {str(id): paper for id, paper in moved}
            other.papers = {}
            one.held(self.today)

    def unmerged(self, number: str, gone: str) -> str:
        one, other = self.parties[number], self.parties[gone]
        if number == gone:
            return "MERGED_WITH_ITSELF"
        if other.under_way:
            return "ONBOARDING_OPEN"
        if other.code and not one.code:
            return "MERGED_THE_WRONG_WAY"
        return "CUSTOMER_MERGED" if one.into or other.into else ""

    @rule(days=st.sampled_from([1, 6, 60]))
    def days_pass(self, days: int) -> None:
        """Each with its watch, once its last day has begun."""
        self.desk.clock.advance(timedelta(days=days))
        after = "."
        while after:
            command = WatchLicences(self.today, after.strip("."))
            after = self.run(self.desk.do(watch_licences, command, WORKER)).last
        for one in self.parties.values():
            if one.state in TRADING and not one.into:
                one.held(self.today)

    @invariant()
    def customers_are_what_the_model_says(self) -> None:
        rows = self.rows(CustomerRow, CustomerRow.number.in_(self.parties))
        assert {row.number: seen(row) for row in rows} == {
            number: (
                one.state.value,
                one.code,
                one.into or None,
                one.kind.value,
                one.trade.value,
                one.blocked,
            )
            for number, one in self.parties.items()
        }

    def rows(self, table: Any, condition: Any) -> list[Any]:
        async def fetched() -> list[Any]:
            async with self.desk.uow() as uow:
                return list(await uow.session.scalars(select(table).where(condition)))

        found: list[Any] = self.run(fetched())
        return found


def seen(row: CustomerRow) -> tuple[object, ...]:
    return (row.state, row.erp_code, row.merged_into, row.kind, row.trade, bool(row.blocked))
