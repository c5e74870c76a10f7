"""Customers on their way to become formal, under every act in every order, on a real PostgreSQL: each is done or refused as a
small model says, one onboarding of a customer at a time, what is agreed on can always be registered, what was submitted stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from chassis.postgres.database import Database
from services.customer.domain.kinds import Trade
from services.customer.domain.life import CustomerState
from services.customer.domain.onboarding import Onboarding, Terms
from services.customer.domain.onboarding_life import OnboardingState, OnboardingVerb
from services.customer.store.onboarding_tables import OnboardingRow
from services.customer.use_cases import onboarding_case
from services.customer.use_cases.ports import EVERYTHING
from tests.builders import onboarding_desk
from tests.stateful.onboarding_model import Ask
from tests.stateful.party_machine import KINDS, PartyMachine, party

UNDECIDED: Final = {
    OnboardingVerb.RETURN: onboarding_case.return_onboarding,
    OnboardingVerb.REJECT: onboarding_case.reject_onboarding,
    OnboardingVerb.WITHDRAW: onboarding_case.withdraw_onboarding,
    OnboardingVerb.REFUSE_REGISTRATION: onboarding_case.refuse_registration,
}


class OnboardingMachine(PartyMachine):
    """`asks` is the model of onboardings beside that of `parties`, by the numbers that the service has given."""

    asked = Bundle("asked")

    @initialize(target=asked)
    def begin(self) -> Any:
        self.open()
        self.asks: dict[str, Ask] = {}
        self.said: dict[str, object] = {}
        self.effects = count(1)
        self.last: Callable[[], Awaitable[Onboarding]] | None = None
        return multiple(*(self.draft(place) for place in range(len(KINDS))))

    # What is asked for it.

    @rule(target=asked, place=party)
    def draft_another(self, place: int) -> Any:
        made = self.draft(place)
        return multiple() if made is None else made

    def draft(self, place: int) -> str | None:
        number = self.number(place)
        one = self.parties[number]
        due = one.cannot_be_formal() or ("ONBOARDING_OPEN" if one.under_way else "")
        customer = self.run(self.desk.customer(number))
        made = self.tried(onboarding_desk.draft(self.desk, customer, Terms()), due)
        if made is None:
            return None
        self.asks[made.number] = Ask(number)
        return str(made.number)

    @rule(number=asked, throw_away=st.booleans())
    def change_or_delete(self, number: str, throw_away: bool) -> None:
        ask = self.asks[number]
        if throw_away:
            self.delete(number, ask)
            return
        act = onboarding_desk.edit(self.desk, self.stored(number), Terms(note="补充"))
        if self.tried(act, ask.may(OnboardingVerb.EDIT)):
            ask.edited = True

    def delete(self, number: str, ask: Ask) -> None:
        due = ask.may(OnboardingVerb.DELETE) or ("DOCUMENT_HAS_CASE" if ask.case_open else "")
        if self.tried(onboarding_desk.delete(self.desk, self.stored(number)), due):
            ask.moved(OnboardingVerb.DELETE)

    @rule(number=asked)
    def go_on(self, number: str) -> None:
        """What comes next of it if everybody agrees."""
        match self.asks[number].state:
            case OnboardingState.DRAFT:
                self.submit(number)
            case OnboardingState.IN_APPROVAL:
                self.approve(number)
            case OnboardingState.REGISTERING:
                self.register(number)
            case _:
                self.reopen(number)

    @rule(number=asked)
    def go_on_with_this_one_as_well(self, number: str) -> None:
        self.go_on(number)

    def submit(self, number: str) -> None:
        ask = self.asks[number]
        one = self.parties[ask.customer]
        elsewhere = "ONBOARDING_OPEN" if one.under_way not in ("", number) else ""
        due = ask.may(OnboardingVerb.SUBMIT) or one.cannot_be_formal() or elsewhere
        due = due or one.unlicensed(self.today)
        if submitted := self.tried(onboarding_desk.submit(self.desk, self.stored(number)), due):
            ask.moved(OnboardingVerb.SUBMIT)
            ask.version, ask.edited, ask.case_open = ask.version + 1, False, True
            ask.frozen, one.under_way = one.facts, number
            self.said[number] = submitted.frozen

    # What its case does.

    @rule(number=asked, verb=st.sampled_from(["submit", "approve", "register", "reopen"]))
    def whatever_comes_next(self, number: str, verb: str) -> None:
        getattr(self, verb)(number)

    def approve(self, number: str) -> None:
        ask, effect = self.asks[number], self.effect()
        act = partial(onboarding_desk.decide, self.desk, self.stored(number), effect)
        if self.by_case(act, ask.may(OnboardingVerb.APPROVE)):
            ask.moved(OnboardingVerb.APPROVE)

    @rule(number=asked, verb=st.sampled_from(list(UNDECIDED)))
    def say(self, number: str, verb: OnboardingVerb) -> None:
        ask, effect = self.asks[number], self.effect()
        act = partial(onboarding_desk.say, self.desk, UNDECIDED[verb], self.stored(number), "无", effect)
        if self.by_case(act, ask.may(verb)):
            ask.moved(verb)
            if verb in (OnboardingVerb.REJECT, OnboardingVerb.WITHDRAW):
                self.ends(number)

    def register(self, number: str) -> None:
        """What was agreed on can always be registered: the ERP has done so."""
        ask, effect = self.asks[number], self.effect()
        one, code = self.parties[ask.customer], f"K-{number}"
        act = partial(onboarding_desk.register, self.desk, self.stored(number), code, effect)
        if self.by_case(act, ask.may(OnboardingVerb.REGISTER)):
            ask.moved(OnboardingVerb.REGISTER)
            one.state, one.code, one.trade = CustomerState.FORMAL, code, Trade.DIRECT
            one.held(self.today)
            self.ends(number)

    def reopen(self, number: str) -> None:
        ask, effect = self.asks[number], self.effect()
        one = self.parties[ask.customer]
        due = ask.may(OnboardingVerb.REOPEN) or ("DOCUMENT_HAS_CASE" if ask.case_open else "")
        due = due or ("EDITED_SINCE" if ask.edited else "") or one.cannot_be_formal()
        due = due or ("ONBOARDING_OPEN" if one.under_way else "")
        act = partial(onboarding_desk.reopen, self.desk, self.stored(number), effect)
        if self.by_case(act, due):
            ask.moved(OnboardingVerb.REOPEN)
            ask.case_open, one.under_way = True, number

    @rule()
    def a_workflow_asks_again(self) -> None:
        """What was done for an effect stays done: the answer is how it stands."""
        if self.last is not None:
            answer = self.run(self.last())
            assert answer == self.stored(answer.number)

    def effect(self) -> str:
        return f"effect/{next(self.effects)}"

    def by_case(self, act: Callable[[], Awaitable[Onboarding]], due: str) -> Onboarding | None:
        answer: Onboarding | None = self.tried(act(), due)
        if answer is not None:
            self.last = act
        return answer

    def ends(self, number: str) -> None:
        ask = self.asks[number]
        ask.case_open = False
        one = self.parties[ask.customer]
        if one.under_way == number:
            one.under_way = ""

    def stored(self, number: str) -> Onboarding:
        async def found() -> Onboarding:
            async with self.desk.uow() as uow:
                return await uow.onboardings.get(number, EVERYTHING)

        return self.runner.run(found())

    # What holds whatever happens.

    @invariant()
    def onboardings_are_what_the_model_says(self) -> None:
        rows = self.rows(OnboardingRow, OnboardingRow.number.in_(self.asks))
        assert {row.number: (row.state, row.version, row.case_open, row.edited) for row in rows} == {
            number: (ask.state.value, ask.version, ask.case_open, ask.edited)
            for number, ask in self.asks.items()
        }
        open_ = [ask.customer for ask in self.asks.values() if ask.case_open]
        assert len(open_) == len(set(open_))

    @rule(number=asked)
    def whoever_looks_sees_what_was_submitted_and_whether_it_is_still_so(self, number: str) -> None:
        ask = self.asks[number]
        if ask.frozen is not None:
            looked = self.run(onboarding_desk.look(self.desk, self.stored(number)))
            assert looked.onboarding.frozen == self.said[number]
            assert (looked.since == ()) == (self.parties[ask.customer].facts == ask.frozen)


@pytest.mark.timeout(600)  # minutes on a busy machine
def test_onboardings_in_postgresql(migrated_database: Callable[[str], str]) -> None:
    # A loop of its own: the machine is not a coroutine.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        database = Database(migrated_database("services/customer/migrations"), name="customer")

        class Stored(OnboardingMachine):
            pass

        Stored.runner, Stored.database = runner, database
        few = settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # Whoever explains a failure traces every line of the driver: for longer than a test may take.
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
        )
        run_state_machine_as_test(Stored, settings=few)
        runner.run(database.close())
