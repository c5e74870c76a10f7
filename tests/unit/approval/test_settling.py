"""What a route leaves open is shown beforehand, and settled when the step opens."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest

from kernel.clock import FixedClock
from services.approval.domain.cases.names import StepName
from services.approval.domain.people.directory import Capability, Person
from services.approval.domain.people.periods import Period
from services.approval.domain.planning.choosing import NobodyToApprove
from services.approval.domain.planning.chosen import PersonNotOffered, TooManyChosen
from services.approval.domain.planning.known import Decided, Known
from services.approval.domain.planning.planner import UnknownRequester
from services.approval.domain.planning.route import RouteStep, Until
from services.approval.domain.policies.authorities import Authority, AuthorityRow
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.facts import Fact, FactOfWrongType, FactType
from services.approval.domain.policies.policy import Choose, Empty, FactDeclaration, OnEmpty, Policy
from services.approval.domain.policies.sources import (
    AuthoritySource,
    CapabilitySource,
    ChosenSource,
    DecidersSource,
    FactSource,
    ManagerSource,
    PersonSource,
    PostSource,
    Source,
)
from services.approval.use_cases.planning import Asked, plan_for, settled
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from tests.builders.approval import (
    NOW,
    a_case,
    a_directory,
    a_plan,
    a_policy,
    a_policy_step,
    a_settled,
    asked,
    text,
    with_people,
    yuan,
)
from tests.builders.snapshot import Snapshot

REVIEWERS = PostSource("finance-reviewer")
ADMINISTRATORS = {"administrators": (PostSource("process-administrator"),)}
ON_EMPTY = Empty(OnEmpty.ADMINISTRATOR)
REVIEWER = FactDeclaration("reviewer", FactType.PERSON, text("reviewer"))
REVIEWERS_NAMED = FactDeclaration("reviewers", FactType.PEOPLE, text("reviewers"), Fact(FactType.PEOPLE, ()))
AMOUNT = FactDeclaration("amount", FactType.MONEY, text("amount"))


def last(policy: Policy, **request: Any) -> RouteStep:
    return a_plan(policy, **request).steps[-1]


def picking(choose: Choose, **changes: Any) -> Policy:
    return a_policy(a_policy_step("review", REVIEWERS, choose=choose, **changes))


# One of several.


@pytest.mark.parametrize(
    ("choose", "known", "person"),
    [
        (Choose.LEAST_LOADED, Known(load={"sunli": 3, "zhoumin": 1}), "zhoumin"),
        (Choose.LEAST_LOADED, Known(), "sunli"),
        (Choose.ROUND_ROBIN, Known(turns={"claim/review": {"sunli": 7, "zhoumin": 6}}), "zhoumin"),
        (Choose.ROUND_ROBIN, Known(turns={"claim/review": {"sunli": 7}}), "zhoumin"),
        (Choose.MOST_EXPERIENCED, Known(experience={"claim/review": {"zhoumin": 2}}), "zhoumin"),
        (Choose.FAMILIAR, Known(decided=(Decided("claim/review", 1, "zhoumin"),)), "zhoumin"),
    ],
)
def test_one_of_the_pool_is_picked_when_the_step_opens(choose: Choose, known: Known, person: str) -> None:
    policy = picking(choose)
    planned = last(policy, known=known)
    assert asked(planned) == [("sunli", "zhoumin")]
    [later] = planned.deferred
    assert (later.until, later.expected) == (Until.PICK, (person,))
    opened = a_settled(policy, planned, known=known)
    assert (asked(opened), opened.deferred) == ([(person,)], ())
    assert opened.approvers[0].why.text.zh.startswith("财务审核，")


@pytest.mark.parametrize("choose", [Choose.LEAST_LOADED, Choose.MOST_EXPERIENCED])
async def test_numbers_are_asked_for_those_alone_who_are_compared(choose: Choose) -> None:
    policy = picking(choose)
    numbers = {"sunli": 3, "zhoumin": 1, "wuhao": 9}
    snapshot = Snapshot(a_directory(), policy, numbers, {})
    uow, clock = cast(ApprovalUnitOfWork, snapshot), FixedClock(NOW)
    with_amount = a_case(facts={"amount": yuan(100)})
    asked_for = Asked(policy, "claim", {"amount": yuan(100)}, "wangfang", "henan")
    [planned] = (await plan_for(asked_for, (), uow, clock)).steps
    assert snapshot.counted == {"sunli", "zhoumin"}
    opened = await settled(planned, StepName(with_amount.name, "claim", "review", 1), with_amount, uow, clock)
    assert asked(opened) == [("zhoumin",) if choose is Choose.LEAST_LOADED else ("sunli",)]
    assert planned.deferred[0].expected == opened.people
    assert snapshot.counted == {"sunli", "zhoumin"}


def test_a_lot_is_drawn_from_the_name_of_the_step_and_falls_on_everybody() -> None:
    policy = picking(Choose.RANDOM)
    planned = last(policy)
    assert planned.deferred[0].expected == ()
    drawn = [asked(a_settled(policy, planned, known=Known(lot=f"case/{n}"))) for n in range(50)]
    assert {people for [people] in drawn} == {("sunli",), ("zhoumin",)}
    assert drawn[0] == asked(a_settled(policy, planned, known=Known(lot="case/0")))


def test_who_is_familiar_with_it_but_no_candidate_any_more_leaves_it_to_the_pool() -> None:
    policy = picking(Choose.FAMILIAR)
    known = Known(decided=(Decided("claim/review", 1, "wuhao"),))
    assert asked(a_settled(policy, last(policy), known=known)) == [("sunli", "zhoumin")]


def test_a_stage_stays_in_one_hand() -> None:
    policy = a_policy(a_policy_step("first", REVIEWERS), a_policy_step("second", REVIEWERS), one_hand=True)
    planned = last(policy)
    opened = a_settled(policy, planned, known=Known(hand="zhoumin"))
    assert asked(opened) == [("zhoumin",)]
    assert asked(a_settled(policy, planned, known=Known(hand="wuhao"))) == [("sunli", "zhoumin")]


# People whom other people name.


def named(source: Source, *facts: FactDeclaration, **changes: Any) -> Policy:
    step = a_policy_step("named", source, on_empty=ON_EMPTY, **changes)
    return a_policy(a_policy_step("manager"), step, facts=(AMOUNT, *facts), **ADMINISTRATORS)


def test_a_fact_names_the_approver() -> None:
    policy = named(FactSource("reviewer"), REVIEWER)
    step = last(policy, facts={"amount": yuan(1), "reviewer": Fact(FactType.PERSON, "wuhao")})
    assert asked(step) == [("wuhao",)]
    assert step.approvers[0].why.text.zh == "“reviewer”为吴昊"


def test_the_requester_chooses_among_those_whom_the_policy_offers() -> None:
    policy = named(FactSource("reviewers", (REVIEWERS,), most=1), REVIEWERS_NAMED)

    def choosing(*people: str) -> RouteStep:
        return last(policy, facts={"amount": yuan(1), "reviewers": Fact(FactType.PEOPLE, people)})

    assert asked(choosing("sunli")) == [("sunli",)]
    assert asked(choosing()) == [("zhengnan",)]
    with pytest.raises(PersonNotOffered) as refusal:
        choosing("wuhao")
    assert refusal.value.violations[0].field == "facts.reviewers"
    with pytest.raises(TooManyChosen):
        choosing("sunli", "zhoumin")


def test_who_was_named_and_has_gone_since_is_refused_beforehand_and_passed_over_while_the_case_runs() -> None:
    gone = with_people(
        a_directory(),
        Person("sunli", "孙丽", "hq", period=Period(None, date(2026, 11, 1))),
        Person("wangfang", "王芳", "henan", period=Period(None, date(2026, 11, 1))),
    )
    policy = named(FactSource("reviewer"), REVIEWER)
    facts = {"amount": yuan(1), "reviewer": Fact(FactType.PERSON, "sunli")}
    with pytest.raises(FactOfWrongType):
        last(policy, facts=facts, directory=gone, requester="lihua")
    with pytest.raises(UnknownRequester):
        last(policy, facts=facts, directory=gone)
    assert asked(last(policy, facts=facts, directory=gone, known=Known(runs=True))) == [("zhengnan",)]


def test_an_approver_names_those_of_a_later_step() -> None:
    policy = named(ChosenSource("manager", (REVIEWERS,), most=2), mode=Mode.ALL)
    planned = last(policy)
    assert (planned.approvers, planned.skipped) == ((), None)
    [later] = planned.deferred
    assert (later.until, later.by, later.text.zh) == (
        Until.CHOICE,
        "claim/manager",
        "由“manager”的审批人选择",
    )
    opened = a_settled(policy, planned, known=Known(choices={"named": ("zhoumin", "sunli")}))
    assert asked(opened) == [("zhoumin",), ("sunli",)]
    assert opened.approvers[0].why.text.zh == "“manager”的审批人选择的周敏、孙丽"
    nobody = a_settled(policy, planned, known=Known())
    assert asked(nobody) == [("zhengnan",)]


def test_those_who_decided_a_step_are_asked_again_by_a_later_one() -> None:
    policy = named(DecidersSource("manager"), mode=Mode.ALL)
    decided = (
        Decided("claim/manager", 1, "lihua"),
        Decided("claim/manager", 2, "zhaoqiang"),
        Decided("claim/manager", 2, "qianlei"),
    )
    opened = a_settled(policy, last(policy), known=Known(decided=decided))
    assert asked(opened) == [("zhaoqiang",), ("qianlei",)]
    requester = a_settled(
        policy, last(policy), known=Known(decided=(Decided("claim/manager", 1, "wangfang"),))
    )
    assert asked(requester) == [("zhengnan",)]


def test_late_people_join_the_pool_of_those_who_were_planned() -> None:
    step = a_policy_step("both", REVIEWERS, DecidersSource("manager"), on_empty=ON_EMPTY)
    policy = a_policy(a_policy_step("manager"), step, **ADMINISTRATORS)
    planned = last(policy)
    assert asked(planned) == [("sunli", "zhoumin")]
    opened = a_settled(policy, planned, known=Known(decided=(Decided("claim/manager", 1, "lihua"),)))
    assert asked(opened) == [("sunli", "zhoumin", "lihua")]


def test_whoever_is_excepted_never_decides() -> None:
    policy = a_policy(a_policy_step("review", REVIEWERS, excepted=(PersonSource("sunli"),)))
    assert asked(last(policy)) == [("zhoumin",)]
    none = a_policy(a_policy_step("review", REVIEWERS, excepted=(REVIEWERS,)))
    with pytest.raises(NobodyToApprove):
        last(none)
    late = a_policy(
        a_policy_step("manager"), a_policy_step("review", REVIEWERS, excepted=(DecidersSource("manager"),))
    )
    planned = last(late)
    assert planned.deferred[0].until is Until.EXCEPT
    opened = a_settled(late, planned, known=Known(decided=(Decided("claim/manager", 1, "sunli"),)))
    assert asked(opened) == [("zhoumin",)]


# What people can do, and how much they may.


def able(*rows: tuple[str, str, str]) -> dict[str, Any]:
    return {"directory": a_directory(capabilities=tuple(Capability(*row) for row in rows))}


def test_people_with_a_capability_are_asked_by_its_level_or_value() -> None:
    group = able(("sunli", "lawyer", "1"), ("wuhao", "lawyer", "3"), ("zhoumin", "lawyer", "tax"))
    for source, people in (
        (CapabilitySource("lawyer"), ("sunli", "wuhao", "zhoumin")),
        (CapabilitySource("lawyer", at_least=2), ("wuhao",)),
        (CapabilitySource("lawyer", value="tax"), ("zhoumin",)),
    ):
        assert asked(last(a_policy(a_policy_step("step", source)), **group)) == [people]


BY_LEVEL = Authority(
    "spending",
    text("spending"),
    (AuthorityRow(1, up_to=500_000), AuthorityRow(2, organisation="east"), AuthorityRow(3)),
    amount="amount",
    grades=("M1", "M3", "M5"),
)


@pytest.mark.parametrize(
    ("amount", "organisation", "person"),
    [(5000, "henan", "lihua"), ("5000.01", "henan", "qianlei"), (6000, "anhui", "zhaoqiang")],
)
def test_managers_are_walked_up_until_one_holds_the_level(
    amount: str, organisation: str, person: str
) -> None:
    policy = a_policy(a_policy_step("step", AuthoritySource("spending")), authorities=(BY_LEVEL,))
    step = last(policy, facts={"amount": yuan(amount)}, organisation=organisation)
    assert asked(step) == [(person,)]
    assert "需要" in step.approvers[0].why.text.zh


def test_a_chain_up_to_an_authority_is_a_step_each_and_nobody_where_nobody_holds_it() -> None:
    step = a_policy_step("step", AuthoritySource("spending", chain=True), on_empty=ON_EMPTY)
    policy = a_policy(step, authorities=(BY_LEVEL,), **ADMINISTRATORS)
    route = a_plan(policy, 6000)
    assert [asked(one) for one in route.steps] == [[("lihua",)], [("zhaoqiang",)], [("qianlei",)]]
    alone = a_plan(policy, 6000, requester="qianlei", organisation="henan")
    assert [asked(one) for one in alone.steps] == [[("zhengnan",)]]


def test_a_level_may_be_a_capability() -> None:
    matrix = Authority("spending", text("spending"), (AuthorityRow(2),), capability="signing")
    policy = a_policy(a_policy_step("step", AuthoritySource("spending")), authorities=(matrix,))
    group = able(("lihua", "signing", "1"), ("zhaoqiang", "signing", "x"), ("qianlei", "signing", "2"))
    assert asked(last(policy, **group)) == [("qianlei",)]


def test_a_step_that_is_settled_already_stays() -> None:
    policy = a_policy(a_policy_step("step", ManagerSource()))
    planned = last(policy)
    assert a_settled(policy, planned) is planned
