"""A claim under every verb in every order moves exactly as its table says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kernel.decided import EditedSince
from kernel.errors import IllegalTransition
from services.expense.domain.claim import Claim
from services.expense.domain.life import (
    TRANSITIONS,
    ClaimHasOpenCase,
    ClaimState,
    ClaimVerb,
    NothingWouldBePaid,
)
from services.expense.domain.lines import ClaimHasNoLines
from tests.builders.expense import NOW, a_catalogue, a_claim, a_cut, a_line, yuan

CATALOGUE = a_catalogue()
DECIDED_ON = (ClaimVerb.SUBMIT, ClaimVerb.CUT_LINE)
OPENS, CLOSES = (ClaimVerb.SUBMIT, ClaimVerb.REOPEN), (ClaimVerb.REJECT, ClaimVerb.WITHDRAW, ClaimVerb.PAY)


class ClaimMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.claim = a_claim(a_line("100"), a_line("60"))
        self.at = NOW

    def do(self, verb: ClaimVerb, act: Callable[[Claim], Claim]) -> None:
        before, expected = self.claim, TRANSITIONS.get((self.claim.state, verb))
        self.at += dt.timedelta(seconds=1)
        try:
            after = act(before)
        except IllegalTransition:
            assert expected is None
            return
        except ClaimHasOpenCase:
            assert verb in (ClaimVerb.DELETE, ClaimVerb.REOPEN)
            assert before.case_open
            return
        except EditedSince:
            assert verb is ClaimVerb.REOPEN
            assert before.edited
            return
        except ClaimHasNoLines:
            assert verb is ClaimVerb.SUBMIT
            assert not before.lines
            return
        except NothingWouldBePaid:
            assert verb is ClaimVerb.CUT_LINE
            return
        assert after.state is expected
        assert after.revision == before.revision + 1
        assert after.version == before.version + (verb in DECIDED_ON)
        assert after.update_time == self.at
        assert after.case_open == (verb in OPENS or (before.case_open and verb not in CLOSES))
        changed = verb is ClaimVerb.EDIT or (before.edited and verb is not ClaimVerb.SUBMIT)
        assert after.edited == changed
        self.claim = after

    @rule(count=st.integers(0, 3))
    def edit(self, count: int) -> None:
        lines = [*self.claim.lines, a_line("30")][:count]
        self.do(ClaimVerb.EDIT, lambda claim: claim.edit("改", lines, (), at=self.at))

    @rule()
    def submit(self) -> None:
        self.do(ClaimVerb.SUBMIT, lambda claim: claim.submit(CATALOGUE, "S1", at=self.at))

    @rule()
    def delete(self) -> None:
        self.do(ClaimVerb.DELETE, lambda claim: claim.delete(at=self.at))

    @rule()
    def approve(self) -> None:
        self.do(ClaimVerb.APPROVE, lambda claim: claim.approve(at=self.at))

    @rule()
    def return_to_claimant(self) -> None:
        self.do(ClaimVerb.RETURN, lambda claim: claim.return_to_claimant("改", at=self.at))

    @rule()
    def reject(self) -> None:
        self.do(ClaimVerb.REJECT, lambda claim: claim.reject("不符", at=self.at))

    @rule()
    def withdraw(self) -> None:
        self.do(ClaimVerb.WITHDRAW, lambda claim: claim.withdraw("", at=self.at))

    @rule()
    def reopen(self) -> None:
        # A claim that nobody has seen yet has no case; its owner asks for the version that was decided on.
        if self.claim.version:
            self.do(ClaimVerb.REOPEN, lambda claim: claim.reopen("误拒", at=self.at))

    @rule(amount=st.integers(0, 60), index=st.integers(0, 2))
    def cut_line(self, amount: int, index: int) -> None:
        line = self.claim.lines[index % len(self.claim.lines)] if self.claim.lines else a_line(id="0")
        cut = a_cut(min(amount, int(line.amount.amount)))
        self.do(ClaimVerb.CUT_LINE, lambda claim: claim.cut_line(line.id, cut, at=self.at))

    @rule()
    def pass_finance(self) -> None:
        self.do(ClaimVerb.PASS, lambda claim: claim.pass_finance(at=self.at))

    @rule()
    def pay(self) -> None:
        self.do(ClaimVerb.PAY, lambda claim: claim.pay("PAY-1", self.at, at=self.at))

    @rule()
    def refuse_payment(self) -> None:
        self.do(ClaimVerb.REFUSE_PAYMENT, lambda claim: claim.refuse_payment("账号错误", at=self.at))

    @invariant()
    def a_claim_is_what_a_claim_must_be(self) -> None:
        claim = self.claim
        assert yuan(0) <= claim.payable <= claim.total
        assert len({line.id for line in claim.lines}) == len(claim.lines)
        assert all(0 < int(line.id) <= claim.lines_given for line in claim.lines)
        assert claim.case_open or claim.state in (
            ClaimState.DRAFT,
            ClaimState.REJECTED,
            ClaimState.PAID,
            ClaimState.DELETED,
        )
        if claim.state is ClaimState.PAID:
            assert claim.payment
            assert claim.payable.is_positive
        assert sum((m.minor for m in claim.budget_needs.values()), 0) == claim.payable.minor


ClaimMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestClaims = ClaimMachine.TestCase
