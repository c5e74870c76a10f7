"""Administrators have a document decided anew whose case ended without approval."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from kernel.errors import Refusal
from services.approval.domain.cases.case import Case
from services.approval.use_cases.messages import case_start
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import POLICY, House, a_fact, a_request
from tests.builders.documents import publish
from tests.builders.refusals import refused
from tests.integration.approval.test_documents import deciding, in_approval
from tests.integration.approval.test_overrides import overrides, told
from zhupi.approval.v1 import case_pb2 as pb
from zhupi.approval.v1 import case_protocol_pb2 as protocol
from zhupi.approval.v1 import document_pb2, policy_pb2

REASON = "误拒，重新审批"


async def reopen(desk: Desk, name: str, **changes: Any) -> pb.Case:
    asked = {"name": name, "request_id": request_id(), "reason": REASON, **changes}
    return await desk.cases.ReopenCase(pb.ReopenCaseRequest(**asked))


async def ended(house: House, outcome: pb.CaseOutcome.ValueType = pb.CASE_OUTCOME_REJECTED) -> Case:
    """A case in which Li Hua has said no, or that ended in another way."""
    case = await house.open("single", "manager")
    if outcome == pb.CASE_OUTCOME_REJECTED:
        lihua = await house.desk("lihua")
        await lihua.reject((await lihua.inbox())[0])
    if outcome == pb.CASE_OUTCOME_WITHDRAWN:
        await (await house.desk("wangfang")).withdraw(case)
    if outcome == pb.CASE_OUTCOME_TERMINATED:
        admin = await house.desk("zhengnan", "administrator")
        await admin.cases.TerminateCase(
            pb.TerminateCaseRequest(name=case.name.resource, request_id=request_id(), reason=REASON)
        )
    await close(house, str(case.name), outcome)
    return case


async def close(house: House, case: str, outcome: pb.CaseOutcome.ValueType) -> None:
    worker = await house.service()
    await worker.protocol.CloseCase(protocol.CloseCaseRequest(case=case, outcome=outcome))


def after(case: Case) -> str:
    return f"cases/{case.name.process}/{case.name.number}/{case.name.n + 1}"


@pytest.mark.parametrize(
    "outcome", [pb.CASE_OUTCOME_REJECTED, pb.CASE_OUTCOME_WITHDRAWN, pb.CASE_OUTCOME_TERMINATED]
)
async def test_what_was_not_approved_is_decided_anew_in_a_case_that_says_so(
    house: House, outcome: pb.CaseOutcome.ValueType
) -> None:
    former = await ended(house, outcome)
    admin = await house.desk("zhengnan", "administrator")
    before = await admin.get_case(former.name.resource)
    case = await reopen(admin, former.name.resource)
    assert (case.name, case.reopens, case.state) == (after(former), before.name, pb.Case.STATE_OPEN)
    kept = (
        "document",
        "document_version",
        "title",
        "amount",
        "requester",
        "organisation",
        "policy",
        "snapshot",
    )
    assert [getattr(case, field) for field in kept] == [getattr(before, field) for field in kept]
    assert (await admin.get_case(former.name.resource)) == before
    assert (await admin.get_case(former.document)).name == case.name
    # It is walked like any other.
    worker, lihua = await house.service(), await house.desk("lihua")
    again = await worker.protocol.PlanStage(
        protocol.PlanStageRequest(case=case.name.removeprefix("cases/"), stage="single", round=1)
    )
    assert [step.key for step in again.steps] == ["manager"]
    await worker.protocol.OpenStep(
        protocol.OpenStepRequest(
            case=case.name.removeprefix("cases/"),
            step=f"{case.name.removeprefix('cases/')}/single/manager#1",
            stage="single",
            key="manager",
            visit=1,
            round=1,
        )
    )
    (item,) = await lihua.inbox()
    await lihua.approve(item)


async def test_both_cases_tell_of_it_as_an_override_and_who_took_part_hears_of_it(house: House) -> None:
    former = await ended(house)
    admin = await house.desk("zhengnan", "administrator")
    case = await reopen(admin, former.name.resource, reason=f"  {REASON} ")
    assert await overrides(admin, former) == [("CaseReopened", REASON)]
    (new,) = await house.rows("SELECT reopens FROM cases ORDER BY place DESC LIMIT 1")
    assert new.reopens == {
        "case": {"process": "expense-claim", "number": former.name.number, "n": 1},
        "reason": REASON,
        "document_version": 1,
        "policy": 1,
    }
    kinds = await house.rows(f"SELECT kind FROM timeline WHERE document = '{case.name}' ORDER BY sequence")
    assert [row.kind for row in kinds] == ["CaseStarted", "CaseReopens"]
    for person in ("wangfang", "lihua"):  # who asked, and who said no
        assert await told(house, person) == [("overridden", REASON)]
        assert (await (await house.desk(person)).get_case(case.name)).name == case.name


async def test_its_workflow_is_told_what_is_reopened_and_why(house: House) -> None:
    former = await ended(house)
    case = await reopen(await house.desk("zhengnan", "administrator"), former.name.resource)
    (row,) = await house.rows(
        f"SELECT body FROM outbox WHERE lane LIKE '%{case.name.removeprefix('cases/')}' AND subject = 'start'"
    )
    start = json.loads(bytes(row.body))["start"]
    assert (start["reopens"], start["reopened_version"], start["reopening_reason"]) == (
        str(former.name),
        1,
        REASON,
    )
    async with house.parts.units() as uow:
        stored = (await uow.cases.of_document(former.document))[-1]
    again = case_start(stored, again=True)
    assert (again.reopens, again.reopened_version, again.reopening_reason) == (
        str(former.name),
        1,
        REASON,
    )


async def test_a_case_that_lives_took_effect_or_was_followed_is_not_reopened(house: House) -> None:
    admin = await house.desk("zhengnan", "administrator")
    running = await house.start_case()
    approved = await ended(house, pb.CASE_OUTCOME_APPROVED)
    followed = await ended(house)
    newer = await reopen(admin, followed.name.resource)
    changed = await ended(house)
    await house.tell(a_fact(changed.document))
    before = await house.dump()
    for case, reason in (
        (running, "DOCUMENT_HAS_OPEN_CASE"),
        (approved, "CASE_APPROVED"),
        (followed, "DOCUMENT_HAS_OPEN_CASE"),
        (changed, "NEWER_VERSION"),
    ):
        with refused(reason):
            await reopen(admin, case.name.resource)
    assert await house.dump() == before
    await close(house, newer.name.removeprefix("cases/"), pb.CASE_OUTCOME_REJECTED)
    with refused("NEWER_CASE"):
        await reopen(admin, followed.name.resource)
    assert (await reopen(admin, newer.name)).reopens == newer.name


async def test_only_administrators_reopen_and_never_without_a_reason(house: House) -> None:
    former = await ended(house)
    admin = await house.desk("zhengnan", "administrator")
    before = await house.dump()
    for person, roles, reason in (
        ("wangfang", (), "NOT_PERMITTED"),
        ("lihua", (), "NOT_PERMITTED"),
        ("zhoumin", ("operator",), "NOT_PERMITTED"),
        ("sunli", (), "NOT_FOUND"),
    ):
        with refused(reason):
            await reopen(await house.desk(person, *roles), former.name.resource)
    for words in ("", "   "):
        with refused("INVALID_ARGUMENT"):
            await reopen(admin, former.name.resource, reason=words)
    with refused("ETAG_MISMATCH"):
        await reopen(admin, former.name.resource, etag="17")
    with refused("NOT_FOUND"):
        await reopen(admin, "cases/expense-claim/EC-1999-000001/1")
    assert await house.dump() == before


async def test_a_repeated_request_answers_the_same_case(house: House) -> None:
    former = await ended(house)
    admin, id = await house.desk("zhengnan", "administrator"), request_id()
    first = await reopen(admin, former.name.resource, request_id=id)
    assert await reopen(admin, former.name.resource, request_id=id) == first


async def test_of_two_who_reopen_it_at_once_one_does(house: House) -> None:
    former = await ended(house)
    desks = [await house.desk(person, "administrator") for person in ("zhengnan", "zhoumin")]
    answers = await asyncio.gather(
        *(reopen(desk, former.name.resource) for desk in desks), return_exceptions=True
    )
    (case,) = [answer for answer in answers if isinstance(answer, pb.Case)]
    (refusal,) = [answer for answer in answers if isinstance(answer, Refusal)]
    assert (case.name, refusal.reason) == (after(former), "DOCUMENT_HAS_OPEN_CASE")


async def test_a_retired_policy_gives_way_to_the_one_in_force(house: House) -> None:
    former = await ended(house)
    admin = await house.desk("zhengnan", "administrator")
    await admin.policies.PublishPolicy(
        policy_pb2.PublishPolicyRequest(request_id=request_id(), yaml=POLICY.replace("单人", "一人"))
    )
    kept = await reopen(admin, former.name.resource)
    assert kept.policy == "policies/expense-claim/versions/1"  # superseded, not retired
    await close(house, kept.name.removeprefix("cases/"), pb.CASE_OUTCOME_REJECTED)
    async with house.parts.database.engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO policy_retirements (process, version, retired_by, retired_at, reason)"
            " VALUES ('expense-claim', 1, 'zhengnan', now(), '')"
        )
    renewed = await reopen(admin, kept.name)
    assert renewed.policy == "policies/expense-claim/versions/2"
    await close(house, renewed.name.removeprefix("cases/"), pb.CASE_OUTCOME_REJECTED)
    await admin.policies.RetirePolicy(
        policy_pb2.RetirePolicyRequest(
            name="policies/expense-claim", request_id=request_id(), reason="停止报销"
        )
    )
    with refused("NO_POLICY"):
        await reopen(admin, renewed.name)


async def test_a_request_that_follows_waits_until_the_reopened_case_has_ended(house: House) -> None:
    request = a_request()
    case = await house.request(request)
    assert case is not None
    await close(house, str(case.name), pb.CASE_OUTCOME_REJECTED)
    admin = await house.desk("zhengnan", "administrator")
    newer = await reopen(admin, case.name.resource)
    assert await house.request(request) is None  # a repetition is none the less one
    await close(house, newer.name.removeprefix("cases/"), pb.CASE_OUTCOME_REJECTED)
    request.document_version = 2
    third = await house.request(request)
    assert third is not None
    assert (third.name.n, third.reopens) == (3, None)


async def test_a_document_of_our_own_is_reopened_under_the_policy_that_its_new_case_has(house: House) -> None:
    await publish(house)
    wangfang, worker = await house.desk("wangfang"), await house.service()
    admin = await house.desk("zhengnan", "administrator")
    document, case = await in_approval(house, wangfang)
    await worker.document_cases.WithdrawDocument(
        document_pb2.WithdrawDocumentRequest(**deciding(document, reason="不用了"))
    )
    await wangfang.withdraw(case)
    await close(house, str(case.name), pb.CASE_OUTCOME_WITHDRAWN)
    new = await reopen(admin, case.name.resource)
    stages = await worker.document_cases.GetStages(
        document_pb2.GetStagesRequest(case=new.name.removeprefix("cases/"), round=1)
    )
    assert list(stages.stages)
    reopened = await worker.document_cases.ReopenDocument(
        document_pb2.ReopenDocumentRequest(**deciding(document, version=1, reason=REASON))
    )
    assert reopened.state == document_pb2.Document.STATE_IN_APPROVAL


async def test_a_document_of_our_own_that_was_submitted_again_is_not_reopened_in_its_old_version(
    house: House,
) -> None:
    await publish(house)
    wangfang, worker = await house.desk("wangfang"), await house.service()
    document, case = await in_approval(house, wangfang)
    back = await worker.document_cases.WithdrawDocument(
        document_pb2.WithdrawDocumentRequest(**deciding(document, reason="不用了"))
    )
    await wangfang.withdraw(case)
    await close(house, str(case.name), pb.CASE_OUTCOME_WITHDRAWN)
    await wangfang.documents.SubmitDocument(
        document_pb2.SubmitDocumentRequest(name=back.name, request_id=request_id(), etag=back.etag)
    )
    with refused("NEWER_VERSION"):
        await reopen(await house.desk("zhengnan", "administrator"), case.name.resource)
