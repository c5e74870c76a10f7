"""Facts as people type them: of the kind that the policy declares, or that they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.facts import facts_of
from cli.people import caller
from cli.refusals import UnknownPerson
from cli.session import Session
from tests.unit.cli.served import Zhupi
from zhupi.approval.v1.fact_pb2 import Fact, PersonList

POLICY = """
facts:
  amount: {type: money, title: {zh: 金额, en: amount}}
  copies: {type: whole, title: {zh: 份数, en: copies}}
  keeper: {type: person, title: {zh: 保管人, en: keeper}}
  reviewers: {type: people, title: {zh: 评审人, en: reviewers}}
"""


async def test_a_fact_is_of_the_kind_that_its_policy_declares(tmp_path: Path) -> None:
    async with Zhupi(tmp_path).running() as zhupi, Session(zhupi.options()) as session:
        session.caller = await caller(session)
        typed = ["amount=1280.50", "copies=2", "keeper=孙丽", "reviewers=李华,sunli", "other=x", "n:whole=3"]
        found = await facts_of(session, typed, POLICY)
        assert (found["amount"].money.units, found["amount"].money.nanos) == (1280, 500_000_000)
        assert found["copies"] == Fact(whole=2)
        assert found["keeper"] == Fact(person="people/sunli")
        assert found["reviewers"] == Fact(people=PersonList(people=["people/lihua", "people/sunli"]))
        assert (found["other"], found["n"]) == (Fact(text="x"), Fact(whole=3))
        with pytest.raises(UnknownPerson):
            await facts_of(session, ["keeper=无此人"], POLICY)


@pytest.mark.parametrize("policy", ["", "- a", "facts: [", "facts: {amount: money}"])
async def test_of_a_policy_that_says_nothing_a_fact_is_a_text(tmp_path: Path, policy: str) -> None:
    async with Zhupi(tmp_path).running() as zhupi, Session(zhupi.options()) as session:
        assert await facts_of(session, ["amount=5"], policy) == {"amount": Fact(text="5")}
