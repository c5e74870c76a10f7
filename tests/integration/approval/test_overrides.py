"""What administrators do to a case from outside: with a reason, told apart on the timeline, and nobody else may."""

from __future__ import annotations

from typing import Any

import pytest

from services.approval.domain.cases.case import Case
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from zhupi.approval.v1 import case_pb2 as pb
from zhupi.approval.v1 import case_protocol_pb2 as protocol
from zhupi.common.v1 import timeline_pb2

REASON = "等待内审结论"


def on(case: Case, **changes: Any) -> dict[str, Any]:
    return {"name": case.name.resource, "request_id": request_id(), "reason": REASON, **changes}


async def suspend(desk: Desk, case: Case, **changes: Any) -> pb.Case:
    return await desk.cases.SuspendCase(pb.SuspendCaseRequest(**on(case, **changes)))


async def resume(desk: Desk, case: Case, **changes: Any) -> pb.Case:
    return await desk.cases.ResumeCase(pb.ResumeCaseRequest(**on(case, **changes)))


async def terminate(desk: Desk, case: Case, **changes: Any) -> pb.Case:
    return await desk.cases.TerminateCase(pb.TerminateCaseRequest(**on(case, **changes)))


async def overrides(desk: Desk, case: Case) -> list[tuple[str, str]]:
    """The rows of the timeline that are marked, and their reasons."""
    asked = timeline_pb2.ListTimelineRequest(document=case.name.resource)
    entries = (await desk.timelines.ListTimeline(asked)).entries
    return [(entry.kind, entry.details["reason"]) for entry in entries if entry.override]


async def told(house: House, person: str) -> list[tuple[str, str]]:
    """What the person was told of the case, and in which words."""
    rows = await house.rows(
        "SELECT kind, comment FROM notices JOIN inbox_entries ON inbox_entries.id = notices.id"
        f" WHERE person = '{person}' ORDER BY notices.at"
    )
    return [(row.kind, row.comment) for row in rows]


async def test_a_suspended_case_rests_until_it_is_resumed(house: House) -> None:
    case = await house.open("single", "manager")
    admin, lihua = await house.desk("zhengnan", "administrator"), await house.desk("lihua")
    (item,) = await lihua.inbox()
    assert (await suspend(admin, case)).state == pb.Case.STATE_SUSPENDED
    before = await house.dump()
    with refused("CASE_SUSPENDED"):
        await lihua.approve(item)
    with refused("CASE_SUSPENDED"):
        await suspend(admin, case)
    assert await house.dump() == before
    assert (await resume(admin, case, reason="结论已出")).state == pb.Case.STATE_OPEN
    with refused("CASE_NOT_SUSPENDED"):
        await resume(admin, case)
    await lihua.approve(item)
    assert await overrides(admin, case) == [("CaseSuspended", REASON), ("CaseResumed", "结论已出")]
    for person in ("wangfang", "lihua"):
        assert await told(house, person) == [("overridden", REASON), ("overridden", "结论已出")]
    (signal,) = await house.rows("SELECT args FROM signals")
    assert signal.args["kind"] == "retry"  # what could not be sealed is tried at once


async def test_a_terminated_case_asks_nobody_and_tells_who_had_a_part_in_it(house: House) -> None:
    case = await house.open("two", "first")
    admin, lihua, worker = (
        await house.desk("zhengnan", "administrator"),
        await house.desk("lihua"),
        await house.service(),
    )
    await lihua.approve((await lihua.inbox())[0])
    await worker.open_step(case, "two", "second")
    qianlei = await house.desk("qianlei")
    assert (await terminate(admin, case)).state == pb.Case.STATE_TERMINATING
    assert not await qianlei.inbox()
    for person in ("wangfang", "lihua", "qianlei"):
        assert await told(house, person) == [("overridden", REASON)]
    (signal,) = await house.rows("SELECT args FROM signals")
    assert (signal.args["kind"], signal.args["args"]) == ("terminate", {"reason": REASON})
    with refused("CASE_TERMINATED"):
        await (await house.desk("wangfang")).withdraw(case)
    for outcome in (pb.CASE_OUTCOME_APPROVED, pb.CASE_OUTCOME_WITHDRAWN):
        with refused("CASE_TERMINATED"):
            await worker.protocol.CloseCase(protocol.CloseCaseRequest(case=str(case.name), outcome=outcome))
    await worker.protocol.CloseCase(
        protocol.CloseCaseRequest(case=str(case.name), outcome=pb.CASE_OUTCOME_TERMINATED)
    )
    closed = await admin.get_case(case.name.resource)
    assert (closed.state, closed.outcome) == (pb.Case.STATE_CLOSED, pb.CASE_OUTCOME_TERMINATED)


@pytest.mark.parametrize("act", [suspend, resume, terminate])
async def test_only_administrators_interfere_and_never_without_a_reason(house: House, act: Any) -> None:
    case = await house.open("single", "manager")
    admin = await house.desk("zhengnan", "administrator")
    before = await house.dump()
    for person, roles, reason in (
        ("wangfang", (), "NOT_PERMITTED"),
        ("lihua", (), "NOT_PERMITTED"),
        ("zhoumin", ("operator",), "NOT_PERMITTED"),
        ("sunli", (), "NOT_FOUND"),
    ):
        with refused(reason):
            await act(await house.desk(person, *roles), case)
    for words in ("", "   "):
        with refused("INVALID_ARGUMENT"):
            await act(admin, case, reason=words)
    with refused("ETAG_MISMATCH"):
        await act(admin, case, etag="17")
    assert await house.dump() == before


async def test_a_sealed_case_is_not_interfered_with(house: House) -> None:
    case = await house.open("single", "manager")
    admin, worker = await house.desk("zhengnan", "administrator"), await house.service()
    await worker.protocol.SealCase(protocol.SealCaseRequest(case=str(case.name), point="payment", n=1))
    before = await house.dump()
    for act in (suspend, terminate):
        with refused("CASE_SEALED"):
            await act(admin, case)
    assert await house.dump() == before


async def test_a_case_of_which_the_execution_has_begun_is_steered_and_not_given_up(house: House) -> None:
    case = await house.open("three", "first")
    admin, worker, wangfang = (
        await house.desk("zhengnan", "administrator"),
        await house.service(),
        await house.desk("wangfang"),
    )
    seal = protocol.SealCaseRequest(case=str(case.name), point="execution", n=1, steerable=True)
    await worker.protocol.SealCase(seal)
    before = await house.dump()
    with refused("CASE_SEALED", point="execution"):
        await terminate(admin, case)
    with refused("CASE_SEALED", point="execution"):
        await wangfang.withdraw(case)
    assert (await worker.protocol.SealCase(seal)).answer == protocol.SealCaseResponse.ANSWER_SEALED
    assert await house.dump() == before
    rests = await suspend(admin, case)
    assert (rests.state, rests.sealed) == (pb.Case.STATE_SUSPENDED, True)
    await resume(admin, case)
    jumped = await admin.cases.JumpCase(pb.JumpCaseRequest(**on(case, step="third")))
    assert jumped.sealed
    assert [kind for kind, _ in await overrides(admin, case)] == [
        "CaseSuspended",
        "CaseResumed",
        "CaseJumped",
    ]


async def test_who_had_approved_hears_that_it_was_taken_back(house: House) -> None:
    case = await house.open("two", "first")
    lihua, worker, wangfang = await house.desk("lihua"), await house.service(), await house.desk("wangfang")
    await lihua.approve((await lihua.inbox())[0])
    await worker.open_step(case, "two", "second")
    await wangfang.withdraw(case, reason="金额有误")
    assert await told(house, "lihua") == [("withdrawn", "金额有误")]
    assert await told(house, "qianlei") == []
    asked = timeline_pb2.ListTimelineRequest(document=case.name.resource)
    entries = (await wangfang.timelines.ListTimeline(asked)).entries
    asked_back = next(entry for entry in entries if entry.kind == "WithdrawalAsked")
    assert list(asked_back.details["told"]) == ["lihua"]
    assert not asked_back.override
