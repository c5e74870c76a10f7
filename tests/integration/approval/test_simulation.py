"""Policies side by side: what changes in words, and who would decide the cases there were."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.rpc.values import money_to_message
from kernel.errors import Refusal
from kernel.money import Money
from tests.builders.approval_desk import request_id
from tests.builders.approval_house import POLICY, House
from zhupi.approval.v1 import policy_pb2 as pb
from zhupi.approval.v1.fact_pb2 import Fact

NAME = pb.PolicyChoice(name="policies/expense-claim/versions/1")


def choice(yaml: str) -> pb.PolicyChoice:
    return pb.PolicyChoice(yaml=yaml)


def with_manager_two() -> str:
    assert "manager: 1" in POLICY
    return POLICY.replace("manager: 1", "manager: 2", 1)


def last(count: int, policy: pb.PolicyChoice, **changes: Any) -> pb.SimulatePolicyRequest:
    sample = pb.SimulatePolicyRequest.LastCases(count=count, **changes)
    return pb.SimulatePolicyRequest(policy=policy, last_cases=sample)


async def test_differences_are_told_between_versions_drafts_and_texts(house: House) -> None:
    admin = await house.desk("zhengnan", "administrator")
    await admin.policies.SavePolicyDraft(
        pb.SavePolicyDraftRequest(request_id=request_id(), yaml=with_manager_two())
    )
    draft = pb.PolicyChoice(name="policies/expense-claim/draft")
    by_draft = await admin.policies.DiffPolicies(pb.DiffPoliciesRequest(before=NAME, after=draft))
    by_text = await admin.policies.DiffPolicies(
        pb.DiffPoliciesRequest(before=NAME, after=choice(with_manager_two()))
    )
    assert by_draft == by_text
    assert by_draft.differences
    assert all(one.sentence.zh and one.sentence.en and one.path for one in by_draft.differences)
    same = await admin.policies.DiffPolicies(pb.DiffPoliciesRequest(before=NAME, after=choice(POLICY)))
    assert not same.differences

    lihua = await house.desk("lihua")
    with pytest.raises(Refusal) as error:
        await lihua.policies.DiffPolicies(pb.DiffPoliciesRequest(before=NAME, after=draft))
    assert error.value.reason == "NOT_PERMITTED"


async def test_policies_of_two_processes_are_not_compared(house: House) -> None:
    lihua = await house.desk("lihua")
    with pytest.raises(Refusal) as error:
        await lihua.policies.DiffPolicies(
            pb.DiffPoliciesRequest(before=NAME, after=choice("process: seal-use"))
        )
    assert (error.value.reason, error.value.field) == ("POLICIES_OF_TWO_PROCESSES", "after")
    with pytest.raises(Refusal) as error:
        await lihua.policies.DiffPolicies(pb.DiffPoliciesRequest(before=NAME, after=choice("- 1")))
    assert error.value.reason == "POLICY_NOT_READABLE"


@pytest.mark.parametrize("as_of_request", [True, False])
async def test_the_cases_there_were_say_whose_approvers_would_change(
    house: House, as_of_request: bool
) -> None:
    admin = await house.desk("zhengnan", "administrator")
    cases = [await house.start_case() for _ in range(3)]
    before = await house.dump()
    answer = await admin.policies.SimulatePolicy(
        last(2, choice(with_manager_two()), as_of_request=as_of_request)
    )
    assert [one.case for one in answer.cases] == [case.name.resource for case in reversed(cases[1:])]
    for one in answer.cases:
        assert one.compared_with == "policies/expense-claim/versions/1"
        (change,) = [change for change in one.changes if change.stage == "single"]
        assert (change.step, change.kind) == ("manager", pb.SimulatedChange.KIND_APPROVERS)
        assert (list(change.joining), list(change.leaving)) == (["people/zhaoqiang"], ["people/lihua"])
        assert "赵强" in change.sentence.zh
    assert await house.dump() == before
    same = await admin.policies.SimulatePolicy(last(10, NAME))
    assert [list(one.changes) for one in same.cases] == [[], [], []]


async def test_a_case_that_could_not_be_planned_says_why(house: House) -> None:
    admin = await house.desk("zhengnan", "administrator")
    await house.start_case()
    wants_more = POLICY.replace("facts:\n", "facts:\n  city: {type: text, title: {zh: 城市, en: city}}\n", 1)
    assert wants_more != POLICY
    (found,) = (await admin.policies.SimulatePolicy(last(1, choice(wants_more)))).cases
    assert (found.refusal, list(found.changes)) == ("MISSING_FACT", [])
    assert "city" in found.refusal_sentence.en or "城市" in found.refusal_sentence.zh


async def test_given_facts_show_their_routes_and_what_is_in_force_beside_them(house: House) -> None:
    admin = await house.desk("zhengnan", "administrator")
    facts = {"amount": Fact(money=money_to_message(Money.of(100)))}
    given = pb.SimulatePolicyRequest.GivenFacts(requester="people/wangfang", facts=facts)
    (found,) = (
        await admin.policies.SimulatePolicy(
            pb.SimulatePolicyRequest(policy=choice(with_manager_two()), given=given)
        )
    ).cases
    assert found.compared_with.endswith("/versions/1")
    (single,) = (route for route in found.routes if route.stage == "single")
    assert list(single.steps[0].approvers[0].candidates) == ["people/zhaoqiang"]
    assert "single" in {change.stage for change in found.changes}


async def test_a_policy_that_could_not_be_published_is_not_simulated_nor_by_anybody(house: House) -> None:
    admin, lihua = await house.desk("zhengnan", "administrator"), await house.desk("lihua")
    with pytest.raises(Refusal) as wrong:
        await admin.policies.SimulatePolicy(last(1, choice(POLICY.replace("finance-reviewer", "nobody"))))
    with pytest.raises(Refusal) as forbidden:
        await lihua.policies.SimulatePolicy(last(1, NAME))
    assert (wrong.value.reason, forbidden.value.reason) == ("POLICY_NOT_VALID", "NOT_PERMITTED")
