"""What somebody will surely be asked is decided before it is reached, and takes effect then if all is as it was seen."""

from __future__ import annotations

from typing import Any

import pytest

from services.approval.domain.cases.case import Case
from tests.builders.ahead import Early, early
from tests.builders.approval_desk import request_id
from tests.builders.approval_house import House, a_fact
from tests.builders.refusals import refused
from tests.integration.approval.test_absences import absences, appoint
from zhupi.approval.v1 import absence_pb2, case_pb2
from zhupi.approval.v1 import case_protocol_pb2 as protocol
from zhupi.approval.v1 import upcoming_pb2 as pb
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest, UndoDecisionRequest, WorkItem
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest, TimelineEntry

APPROVED, REJECTED = WorkItem.DECISION_APPROVED, WorkItem.DECISION_REJECTED


@pytest.fixture
async def ahead(house: House) -> Early:
    return await early(house)


async def decide(ahead: Early, person: str, case: Case, step: str, **changes: Any) -> pb.UpcomingStep:
    asked: dict[str, Any] = {
        "name": case.name.resource,
        "request_id": request_id(),
        "step": step,
        "document_version": 1,
        "decision": APPROVED,
        **changes,
    }
    return await (await ahead.desk(person)).upcoming.DecideAhead(pb.DecideAheadRequest(**asked))


async def take_back(ahead: Early, person: str, case: Case, step: str) -> pb.UpcomingStep:
    asked = pb.TakeBackAheadRequest(name=case.name.resource, request_id=request_id(), step=step)
    return await (await ahead.desk(person)).upcoming.TakeBackAhead(asked)


async def told(ahead: Early, case: Case, kind: str) -> list[TimelineEntry]:
    asked = ListTimelineRequest(document=case.name.resource, page_size=200)
    entries = (await (await ahead.desk("wangfang")).timelines.ListTimeline(asked)).entries
    return [entry for entry in entries if entry.kind == kind]


async def news(ahead: Early, person: str) -> list[str]:
    """What the person reads of decisions that have come to nothing."""
    rows = await ahead.house.rows(
        "SELECT zh FROM notices JOIN inbox_entries USING (id)"
        f" WHERE kind = 'ahead_dropped' AND person = '{person}' ORDER BY notices.at"
    )
    return [row.zh for row in rows]


def override(case: Case, **changes: Any) -> dict[str, Any]:
    return {"name": case.name.resource, "request_id": request_id(), "reason": "调整分工", **changes}


async def test_what_was_decided_ahead_takes_effect_when_the_step_opens(ahead: Early) -> None:
    case = await ahead.begun("walk")
    said = await decide(ahead, "zhengnan", case, "last", comment="已看过")
    assert (said.decided.decision, said.decided.comment, said.decided.document_version) == (
        APPROVED,
        "已看过",
        1,
    )
    assert (await ahead.seen("zhengnan"))[0] == said
    await ahead.approve("lihua", case)
    opened = await ahead.open(case, "walk", "last")
    assert (opened.state, opened.outcome) == (
        protocol.StepStatus.STATE_COMPLETED,
        protocol.STEP_OUTCOME_APPROVED,
    )
    assert (opened.decider, opened.comment, opened.document_version) == ("people/zhengnan", "已看过", 1)
    assert not await ahead.seen("zhengnan")
    zhengnan = await ahead.desk("zhengnan")
    assert not await zhengnan.inbox()
    (done,) = await zhengnan.inbox(box=ListWorkItemsRequest.BOX_DONE)
    assert done.decision == APPROVED
    (row,) = [
        row for row in await told(ahead, case, "WorkItemDecided") if row.details["title"]["zh"] == "最后"
    ]
    assert "预先决定" in row.sentence.zh
    assert row.details["said_at"]
    assert row.actor == "people/zhengnan"
    assert len(await ahead.house.rows("SELECT 1 FROM decisions WHERE person = 'zhengnan'")) == 1
    before = await ahead.house.dump()
    assert await ahead.open(case, "walk", "last") == opened  # as often as it is asked
    assert await ahead.house.dump() == before


async def test_a_rejection_ahead_ends_the_stage(ahead: Early) -> None:
    case = await ahead.begun("long")
    with refused("REASON_NEEDED"):
        await decide(ahead, "sunli", case, "end", decision=REJECTED)
    await decide(ahead, "sunli", case, "end", decision=REJECTED, comment="预算不足")
    opened = await ahead.open(case, "long", "end")
    assert (opened.outcome, opened.comment) == (protocol.STEP_OUTCOME_REJECTED, "预算不足")
    assert not await ahead.seen("qianlei")


async def test_one_of_several_who_has_decided_is_not_asked_again(ahead: Early) -> None:
    case = await ahead.begun("together")
    await decide(ahead, "sunli", case, "all")
    opened = await ahead.open(case, "together", "all")
    assert opened.state == protocol.StepStatus.STATE_OPEN
    assert not await (await ahead.desk("sunli")).inbox()
    await ahead.approve("wuhao", case)
    again = await ahead.open(case, "together", "all")
    assert again.outcome == protocol.STEP_OUTCOME_APPROVED


async def test_who_rejects_ahead_makes_what_others_said_needless_and_they_read_so(ahead: Early) -> None:
    case = await ahead.begun("together")
    await decide(ahead, "sunli", case, "all", decision=REJECTED, comment="不妥")
    await decide(ahead, "wuhao", case, "all")
    opened = await ahead.open(case, "together", "all")
    assert opened.outcome == protocol.STEP_OUTCOME_REJECTED
    assert len(await news(ahead, "wuhao")) == 1


async def test_of_another_version_of_the_document_nothing_takes_effect(ahead: Early) -> None:
    case = await ahead.begun("walk")
    await decide(ahead, "zhengnan", case, "last")
    await ahead.house.tell(a_fact(case.document))
    with refused("DOCUMENT_CHANGED"):
        await decide(ahead, "zhengnan", case, "last")
    opened = await ahead.open(case, "walk", "last")
    assert opened.state == protocol.StepStatus.STATE_OPEN
    assert len(await (await ahead.desk("zhengnan")).inbox()) == 1
    (row,) = await told(ahead, case, "AheadDropped")
    assert "版本 2" in row.sentence.zh
    assert (await news(ahead, "zhengnan"))[0].startswith("您对“最后”的预先决定未生效")


async def test_it_is_taken_back_as_long_as_it_was_not_reached(ahead: Early) -> None:
    case = await ahead.begun("walk")
    with refused("NOTHING_DECIDED_AHEAD"):
        await take_back(ahead, "zhengnan", case, "last")
    await decide(ahead, "zhengnan", case, "last")
    with refused("DECIDED_AHEAD_ALREADY"):
        await decide(ahead, "zhengnan", case, "last", decision=REJECTED, comment="改主意了")
    with refused("NOTHING_DECIDED_AHEAD"):
        await take_back(ahead, "lihua", case, "last")
    assert not (await take_back(ahead, "zhengnan", case, "last")).HasField("decided")
    assert (await ahead.open(case, "walk", "last")).state == protocol.StepStatus.STATE_OPEN
    assert [len(await told(ahead, case, kind)) for kind in ("StepDecidedAhead", "AheadTakenBack")] == [1, 1]


async def test_nobody_decides_ahead_what_is_not_surely_theirs(ahead: Early) -> None:
    pool, walk = await ahead.begun("pool"), await ahead.begun("walk")
    before = await ahead.house.dump()
    for person, case, step, reason in (
        ("sunli", pool, "shared", "NOT_SURELY_ASKED"),
        ("lihua", walk, "last", "NOT_SURELY_ASKED"),
        ("wangfang", walk, "last", "REQUESTER_MAY_NOT_DECIDE"),
        ("lihua", walk, "second", "AHEAD_NOT_ALLOWED"),
        ("lihua", walk, "nowhere", "NO_SUCH_STEP"),
        ("zhoumin", walk, "last", "NOT_FOUND"),
    ):
        with refused(reason):
            await decide(ahead, person, case, step)
    with refused("DOCUMENT_CHANGED"):
        await decide(ahead, "zhengnan", walk, "last", document_version=2)
    with refused("ETAG_MISMATCH"):
        await decide(ahead, "zhengnan", walk, "last", etag="17")
    with refused("INVALID_ARGUMENT"):
        await decide(ahead, "zhengnan", walk, "last", decision=WorkItem.DECISION_RETURNED)
    assert await ahead.house.dump() == before
    await ahead.open(walk, "walk", "last")
    with refused("STEP_REACHED"):
        await decide(ahead, "zhengnan", walk, "last")


async def test_duties_are_kept_apart_when_acting_and_when_it_takes_effect(ahead: Early) -> None:
    done, early_on = await ahead.begun("apart"), await ahead.begun("apart")
    sunli = await ahead.desk("sunli")
    (item,) = await sunli.inbox(document=done.document)
    await sunli.approve(item)
    with refused("SEPARATION_OF_DUTIES"):
        await decide(ahead, "sunli", done, "check")
    await decide(ahead, "sunli", early_on, "check")
    (item,) = await sunli.inbox(document=early_on.document)
    await sunli.approve(item)  # and so may no longer check it
    opened = await ahead.open(early_on, "apart", "check")
    assert opened.state == protocol.StepStatus.STATE_OPEN
    assert not await sunli.inbox(document=early_on.document)
    assert len(await news(ahead, "sunli")) == 1


async def test_a_stand_in_decides_ahead_for_as_long_as_they_stand_in(ahead: Early) -> None:
    stays, ends = await ahead.begun("walk"), await ahead.begun("walk")
    zhengnan = await ahead.desk("zhengnan")
    stand_in = await appoint(zhengnan, "zhoumin")
    said = await decide(ahead, "zhoumin", stays, "last")
    assert (said.person, said.decided.decider) == ("people/zhengnan", "people/zhoumin")
    assert (await ahead.open(stays, "walk", "last")).decider == "people/zhoumin"
    (row,) = await ahead.house.rows("SELECT person, on_behalf_of FROM decisions")
    assert (row.person, row.on_behalf_of) == ("zhoumin", "zhengnan")
    await decide(ahead, "zhoumin", ends, "last")
    await absences(zhengnan).EndStandIn(
        absence_pb2.EndStandInRequest(name=stand_in.name, request_id=request_id())
    )
    assert (await ahead.open(ends, "walk", "last")).state == protocol.StepStatus.STATE_OPEN
    assert [len(await news(ahead, person)) for person in ("zhengnan", "zhoumin")] == [1, 1]


@pytest.mark.parametrize("what", ["reassigned", "removed", "jumped", "returned"])
async def test_what_no_longer_fits_is_dropped_and_said_so(ahead: Early, what: str) -> None:
    case = await ahead.begun("long")
    await decide(ahead, "sunli", case, "end")
    admin = (await ahead.house.desk("zhengnan", "administrator")).cases
    match what:
        case "reassigned":
            given = override(case, step="end", people=["people/wuhao"])
            await admin.ReassignStep(case_pb2.ReassignStepRequest(**given))
        case "removed":
            await admin.RemoveStep(case_pb2.RemoveStepRequest(**override(case, step="end")))
        case "jumped":
            await admin.JumpCase(case_pb2.JumpCaseRequest(**override(case, step="middle")))
        case _:
            lihua = await ahead.desk("lihua")
            await lihua.give_back((await lihua.inbox())[0])
            await (await ahead.house.service()).protocol.BeginStage(
                protocol.BeginStageRequest(case=str(case.name), stage="long", round=2, visits={"begin": 1})
            )
    dropped = (
        [] if what == "jumped" else ["您对“财务”的预先决定未生效：路线已改变"]
    )  # what follows is still walked
    assert await news(ahead, "sunli") == dropped
    assert len(await told(ahead, case, "AheadDropped")) == len(dropped)
    rows = await ahead.house.rows("SELECT 1 FROM decided_ahead")
    assert len(rows) == 1 - len(dropped)


async def test_what_a_policy_keeps_from_others_is_not_told_by_a_decision_ahead(ahead: Early) -> None:
    case = await ahead.begun("kept")
    await decide(ahead, "sunli", case, "secret", comment="同意")
    (row,) = await told(ahead, case, "StepDecidedAhead")
    assert (row.actor, row.sentence.zh) == ("", "按策略不显示")
    assert "sunli" not in str(row)


async def test_what_took_effect_at_once_may_be_taken_back_within_the_window_of_the_policy(
    ahead: Early,
) -> None:
    case = await ahead.begun("kept")
    await decide(ahead, "sunli", case, "secret")
    opened = await ahead.open(case, "kept", "secret")
    assert (opened.state, list(opened.due_times)) == (protocol.StepStatus.STATE_OPEN, ["deliver"])
    sunli = await ahead.desk("sunli")
    (done,) = await sunli.inbox(box=ListWorkItemsRequest.BOX_DONE)
    undone = UndoDecisionRequest(name=done.name, request_id=request_id(), etag=done.etag)
    await sunli.items.UndoDecision(undone)
    assert [item.name for item in await sunli.inbox()] == [done.name]


async def test_a_repeated_request_is_answered_as_it_was(ahead: Early) -> None:
    case, id = await ahead.begun("walk"), request_id()
    said = await decide(ahead, "zhengnan", case, "last", request_id=id)
    before = await ahead.house.dump()
    assert await decide(ahead, "zhengnan", case, "last", request_id=id) == said
    assert await ahead.house.dump() == before
