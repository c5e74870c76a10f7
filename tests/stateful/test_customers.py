"""Customers under every verb in every order: states move as their table says, nobody buys from themselves, what is merged rests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kernel.errors import IllegalTransition
from services.customer.domain.customer import Agreement, Customer, DirectHasNoUpstream
from services.customer.domain.file import Relation
from services.customer.domain.hierarchy import UpstreamCycle
from services.customer.domain.kinds import Trade
from services.customer.domain.life import TRANSITIONS, CustomerMerged, CustomerState, CustomerVerb
from services.customer.domain.merging import (
    MergedTheWrongWay,
    MergedWithItself,
    absorbing,
    dissolved,
    refuse_merge,
    related_to,
)
from tests.builders.customers import NOW, a_customer, a_file
from tests.stateful.onboarding_model import meant

NUMBERS = [f"C{n:06}" for n in range(1, 6)]
one = st.sampled_from(NUMBERS)
Act = Callable[[Customer, dt.datetime], Customer]
ACTS: dict[CustomerVerb, Act] = {
    CustomerVerb.MARK_OPPORTUNITY: lambda c, at: c.mark_opportunity(at=at),
    CustomerVerb.BECOME_FORMAL: lambda c, at: c.become_formal(f"K-{c.number}", at=at),
    CustomerVerb.MARK_LOST: lambda c, at: c.mark_lost("无", at=at),
    CustomerVerb.STOP_TRADING: lambda c, at: c.stop_trading("无", at=at),
    CustomerVerb.RESUME_TRADING: lambda c, at: c.resume_trading(at=at),
    CustomerVerb.CLOSE_DOWN: lambda c, at: c.close_down("无", at=at),
    CustomerVerb.RATE: lambda c, at: c.rate("A", at=at),
    CustomerVerb.AGREE: lambda c, at: c.agree(
        Agreement("documents/CA-1", "年度协议", at.date(), at.date()), at=at
    ),
    CustomerVerb.WIN_BACK: lambda c, at: c.win_back(at=at),
}


class CustomerMachine(RuleBasedStateMachine):
    """`upstream` and `into` are the model: plain dictionaries beside the customers."""

    def __init__(self) -> None:
        super().__init__()
        self.customers: dict[str, Customer] = {}
        self.upstream: dict[str, str] = {}
        self.into: dict[str, str] = {}
        self.at = NOW

    @initialize()
    def begin(self) -> None:
        for n, number in enumerate(NUMBERS):
            relations = (Relation(NUMBERS[n - 1], "同一实际控制人"),)
            file = a_file(f"客户{n}", trade=Trade.INDIRECT, relations=relations)
            self.customers[number] = a_customer(number, file=file)

    def now(self) -> dt.datetime:
        self.at += dt.timedelta(seconds=1)
        return self.at

    def above(self, number: str) -> Iterator[str]:
        while number:
            yield number
            number = self.upstream.get(number, "")

    @rule(number=one, verb=st.sampled_from(list(ACTS)))
    def act(self, number: str, verb: CustomerVerb) -> None:
        before = self.customers[number]
        expected = TRANSITIONS.get((before.state, meant(verb, before.erp_code)))
        try:
            after = ACTS[verb](before, self.now())
        except CustomerMerged:
            assert number in self.into
            return
        except IllegalTransition:
            assert expected is None
            return
        assert number not in self.into
        assert after.state is expected
        assert after.version == before.version + 1
        if verb is CustomerVerb.BECOME_FORMAL:
            self.upstream.pop(number, None)  # it trades directly from now on
        self.customers[number] = after

    @rule(number=one, to=one | st.just(""))
    def buy_from(self, number: str, to: str) -> None:
        if to in self.into:
            return  # refused where the other is looked up
        try:
            after = self.customers[number].under(to, tuple(self.above(to)), at=self.now())
        except CustomerMerged:
            assert number in self.into
            return
        except UpstreamCycle:
            assert number in self.above(to)
            return
        except DirectHasNoUpstream:
            assert self.customers[number].erp_code
            return
        assert number not in self.above(to)
        self.customers[number], self.upstream[number] = after, to

    @rule(number=one, other=one)
    def merge(self, number: str, other: str) -> None:
        into, gone = self.customers[number], self.customers[other]
        try:
            refuse_merge(into, gone, tuple(self.above(into.upstream)))
            after, gone = absorbing(into, gone, at=self.now()), dissolved(gone, into, at=self.at)
        except CustomerMerged:
            assert number in self.into or other in self.into
            return
        except MergedTheWrongWay:
            assert gone.erp_code
            assert not into.erp_code
            return
        except UpstreamCycle:
            assert other in self.above(self.upstream.get(number, ""))
            return
        except MergedWithItself:
            assert number == other
            return
        self.customers |= {number: after, other: gone}
        self.into[other], self.upstream[other] = number, ""
        for below in [key for key, above in self.upstream.items() if above == other]:
            self.customers[below] = self.customers[below].under(number, (), at=self.at)
            self.upstream[below] = number
        for key, customer in self.customers.items():
            named = {relation.customer for relation in customer.file.relations}
            if other in named and key != number and key not in self.into:
                self.customers[key] = related_to(customer, other, number, at=self.at)

    @invariant()
    def nobody_buys_from_themselves(self) -> None:
        for number in self.customers:
            seen: set[str] = set()
            for above in self.above(number):
                assert above not in seen
                seen.add(above)

    @invariant()
    def customers_say_what_the_model_says(self) -> None:
        for number, customer in self.customers.items():
            assert customer.upstream == self.upstream.get(number, "")
            assert customer.merged_into == self.into.get(number, "")
            assert customer.upstream not in self.into

    @invariant()
    def whoever_is_there_names_nobody_who_is_gone_and_not_themselves(self) -> None:
        for number, customer in self.customers.items():
            named = {relation.customer for relation in customer.file.relations}
            assert number not in named
            assert number in self.into or not named & self.into.keys()

    @invariant()
    def whoever_has_come_to_the_erp_keeps_its_code(self) -> None:
        for customer in self.customers.values():
            formal = customer.state in (CustomerState.FORMAL, CustomerState.STOPPED)
            assert customer.erp_code or not formal


CustomerMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestCustomers = CustomerMachine.TestCase
