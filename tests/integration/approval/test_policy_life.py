"""A policy from its draft to its end, and cases that keep the version under which they were submitted."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.errors import Refusal
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import POLICY, House
from tests.integration.approval.test_directory import asking
from zhupi.approval.v1 import policy_pb2 as pb
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest

CHANGED = POLICY.replace("费用报销", "费用报销（新）")
DRAFT = "policies/expense-claim/draft"


async def administrator(house: House) -> Desk:
    return await house.desk("zhengnan", "administrator")


def saving(yaml: str, **changes: Any) -> pb.SavePolicyDraftRequest:
    return pb.SavePolicyDraftRequest(**{"request_id": request_id(), "yaml": yaml, **changes})


def retiring(**changes: Any) -> pb.RetirePolicyRequest:
    asked = {"name": "policies/expense-claim", "request_id": request_id(), "reason": "改用新流程"}
    return pb.RetirePolicyRequest(**{**asked, **changes})


def publishing(draft: pb.Policy) -> pb.PublishPolicyDraftRequest:
    return pb.PublishPolicyDraftRequest(name=draft.name, request_id=request_id(), etag=draft.etag)


async def test_a_draft_may_be_wrong_until_it_is_published(house: House) -> None:
    admin = await administrator(house)
    wrong = await admin.policies.SavePolicyDraft(saving(POLICY.replace("finance-reviewer", "nobody")))
    assert (wrong.name, wrong.state, bool(wrong.problems)) == (DRAFT, pb.Policy.STATE_DRAFT, True)
    with pytest.raises(Refusal) as error:
        await admin.policies.PublishPolicyDraft(publishing(wrong))
    assert error.value.reason == "POLICY_NOT_VALID"

    right = await admin.policies.SavePolicyDraft(saving(CHANGED, etag=wrong.etag))
    assert not right.problems
    assert await admin.policies.GetPolicy(pb.GetPolicyRequest(name=DRAFT)) == right
    assert (await wangfangs_policy(house)).endswith("/1")  # nobody is asked by a draft
    published = await admin.policies.PublishPolicyDraft(publishing(right))
    assert (published.version, published.state) == (2, pb.Policy.STATE_PUBLISHED)
    assert (await wangfangs_policy(house)).endswith("/2")
    assert not (await admin.policies.ListPolicyDrafts(pb.ListPolicyDraftsRequest())).drafts


async def test_a_draft_whose_text_is_published_by_another_way_is_gone(house: House) -> None:
    admin = await administrator(house)
    draft = await admin.policies.SavePolicyDraft(saving(CHANGED))
    await admin.policies.PublishPolicy(pb.PublishPolicyRequest(request_id=request_id(), yaml=POLICY))
    assert await admin.policies.GetPolicy(pb.GetPolicyRequest(name=DRAFT)) == draft
    await admin.policies.PublishPolicy(pb.PublishPolicyRequest(request_id=request_id(), yaml=f"{CHANGED}\n"))
    assert not (await admin.policies.ListPolicyDrafts(pb.ListPolicyDraftsRequest())).drafts


async def wangfangs_policy(house: House, **changes: Any) -> str:
    wangfang = await house.desk("wangfang")
    return (await wangfang.policies.PreviewRoute(asking(**changes))).policy


async def test_of_two_who_write_a_draft_the_second_is_told(house: House) -> None:
    admin = await administrator(house)
    first = await admin.policies.SavePolicyDraft(saving(POLICY))
    await admin.policies.SavePolicyDraft(saving(CHANGED, etag=first.etag))
    refused = []
    for late in (
        admin.policies.SavePolicyDraft(saving(POLICY, etag=first.etag)),
        admin.policies.PublishPolicyDraft(publishing(first)),
        admin.policies.DiscardPolicyDraft(
            pb.DiscardPolicyDraftRequest(name=DRAFT, request_id=request_id(), etag=first.etag)
        ),
    ):
        with pytest.raises(Refusal) as error:
            await late
        refused.append(error.value.reason)
    assert refused == ["ETAG_MISMATCH"] * 3
    assert (await admin.policies.GetPolicy(pb.GetPolicyRequest(name=DRAFT))).yaml == CHANGED


async def test_what_says_no_process_is_no_draft_and_a_discarded_one_is_gone(house: House) -> None:
    admin = await administrator(house)
    for nothing in ("a: [", "- 1", "title: {zh: 一, en: one}", "process: Big Letters"):
        with pytest.raises(Refusal) as error:
            await admin.policies.SavePolicyDraft(saving(nothing))
        assert error.value.reason == "POLICY_NOT_READABLE"
        assert error.value.violations
    await admin.policies.SavePolicyDraft(saving("process: seal-use"))
    asked = pb.DiscardPolicyDraftRequest(name="policies/seal-use/draft", request_id=request_id())
    await admin.policies.DiscardPolicyDraft(asked)
    with pytest.raises(Refusal) as error:
        await admin.policies.GetPolicy(pb.GetPolicyRequest(name="policies/seal-use/draft"))
    assert error.value.reason == "NOT_FOUND"


async def test_a_retired_policy_takes_no_new_cases_until_another_is_published(house: House) -> None:
    admin, wangfang = await administrator(house), await house.desk("wangfang")
    retired = await admin.policies.RetirePolicy(retiring())
    assert (retired.state, retired.retirer, retired.retire_reason) == (
        pb.Policy.STATE_RETIRED,
        "people/zhengnan",
        "改用新流程",
    )
    with pytest.raises(Refusal) as error:
        await wangfang.policies.PreviewRoute(asking())
    assert (error.value.reason, "停用" in error.value.text.zh) == ("NO_POLICY", True)
    with pytest.raises(Refusal) as again:
        await admin.policies.RetirePolicy(retiring())
    assert again.value.reason == "POLICY_RETIRED"

    await admin.policies.PublishPolicy(pb.PublishPolicyRequest(request_id=request_id(), yaml=CHANGED))
    assert (await wangfangs_policy(house)).endswith("/2")
    states = (await wangfang.policies.ListPolicies(pb.ListPoliciesRequest(process="expense-claim"))).policies
    assert [one.state for one in states] == [pb.Policy.STATE_PUBLISHED, pb.Policy.STATE_SUPERSEDED]
    told = (
        await admin.timelines.ListTimeline(ListTimelineRequest(document="policies/expense-claim"))
    ).entries
    assert [row.kind for row in told] == ["PolicyRetired", "PolicyPublished"]


async def test_whoever_saw_another_version_does_not_retire_this_one(house: House) -> None:
    admin = await administrator(house)
    seen = await admin.policies.GetPolicy(pb.GetPolicyRequest(name="policies/expense-claim"))
    await admin.policies.PublishPolicy(pb.PublishPolicyRequest(request_id=request_id(), yaml=CHANGED))
    with pytest.raises(Refusal) as error:
        await admin.policies.RetirePolicy(retiring(etag=seen.etag))
    with pytest.raises(Refusal) as unknown:
        await admin.policies.RetirePolicy(retiring(name="policies/no-such"))
    assert (error.value.reason, unknown.value.reason) == ("ETAG_MISMATCH", "NOT_FOUND")


@pytest.mark.parametrize("retire", [True, False])
async def test_a_running_case_keeps_its_version_also_when_it_is_submitted_again(
    house: House, retire: bool
) -> None:
    admin = await administrator(house)
    case = await house.start_case()
    if retire:
        await admin.policies.RetirePolicy(retiring())
    else:
        await admin.policies.PublishPolicy(pb.PublishPolicyRequest(request_id=request_id(), yaml=CHANGED))
    assert (await wangfangs_policy(house, document=case.document)).endswith("/1")
    await house.open_step(case, "single", "manager")
    lihua = await house.desk("lihua")
    assert [item.document for item in await lihua.inbox()] == [case.document]


async def test_only_administrators_write_publish_and_retire(house: House) -> None:
    lihua = await house.desk("lihua")
    name = "policies/expense-claim"
    refused = []
    for act in (
        lihua.policies.SavePolicyDraft(saving(POLICY)),
        lihua.policies.GetPolicy(pb.GetPolicyRequest(name=DRAFT)),
        lihua.policies.ListPolicyDrafts(pb.ListPolicyDraftsRequest()),
        lihua.policies.DiscardPolicyDraft(pb.DiscardPolicyDraftRequest(name=DRAFT, request_id=request_id())),
        lihua.policies.PublishPolicyDraft(
            pb.PublishPolicyDraftRequest(name=DRAFT, request_id=request_id(), etag="1")
        ),
        lihua.policies.RetirePolicy(retiring(name=name)),
    ):
        with pytest.raises(Refusal) as error:
            await act
        refused.append(error.value.reason)
    assert refused == ["NOT_PERMITTED"] * 6
