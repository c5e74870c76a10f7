"""Deadlines of open steps: reminders, escalation, what the system does in the end, suspension, calendars that change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from google.type.date_pb2 import Date

from kernel.clock import SystemClock, local_date
from services.approval.domain.time.official import official_year
from services.approval.engine.rescheduler import Rescheduler
from tests.builders.approval_desk import request_id
from tests.builders.approval_house import House
from tests.builders.deadlines import Late, a_late_step
from zhupi.approval.v1 import calendar_pb2, case_pb2
from zhupi.approval.v1 import case_protocol_pb2 as pb
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest


async def test_an_item_says_when_it_is_due_and_the_workflow_is_told(house: House) -> None:
    late = await a_late_step(house, "{within: 2wd, remind: [1wd]}")
    step, lihua = await late.step(), await house.desk("lihua")
    (item,) = await lihua.inbox()
    assert item.due_time.ToDatetime() == step.due.replace(tzinfo=None) if step.due else False
    worker = await house.service()
    status = await worker.open_step(late.case, "late", "manager")
    assert set(status.due_times) == {"remind", "overdue"}
    assert status.due_times["overdue"] == item.due_time


async def test_whoever_has_it_is_reminded_and_the_next_reminder_is_set(house: House) -> None:
    late = await a_late_step(house, "{within: 2d, remind: {before: [1d], every: 1d, most: 1}}")
    await late.pass_time(1)
    first = await late.fire("remind")
    assert (first.state, set(first.due_times)) == (pb.StepStatus.STATE_OPEN, {"remind", "overdue"})
    before = await house.dump()
    assert await late.fire("remind") == first
    assert await house.dump() == before
    assert await late.news("lihua") == ["reminder"]
    await late.pass_time(3)
    await late.fire("remind")
    assert (await late.kinds()).count("StepReminded") >= 2
    assert await late.news("lihua") == ["reminder"] * (await late.kinds()).count("StepReminded")


async def test_what_is_left_undone_comes_to_the_attention_of_the_next_up(house: House) -> None:
    late = await a_late_step(house, "{within: 1d, escalate: {to: next_up}}")
    await late.pass_time(2)
    status = await late.fire("escalate")
    assert "escalate" not in status.due_times
    assert await late.news("zhaoqiang") == ["escalated"]
    lihua, zhaoqiang = await house.desk("lihua"), await house.desk("zhaoqiang")
    assert (len(await lihua.inbox()), len(await zhaoqiang.inbox())) == (1, 0)


async def test_what_is_left_undone_becomes_the_work_of_those_whom_the_policy_names(house: House) -> None:
    late = await a_late_step(house, "{within: 1d, escalate: {to: {fallback: desk}, how: gives}}")
    await late.pass_time(2)
    await late.fire("escalate")
    lihua, sunli = await house.desk("lihua"), await house.desk("sunli")
    assert await lihua.inbox() == []
    (item,) = await sunli.inbox()
    assert sorted(item.candidates) == ["people/sunli", "people/zhoumin"]
    decided = await sunli.approve(item)
    assert decided.decider == "people/sunli"
    assert (await late.step()).outcome is not None


@pytest.mark.parametrize(
    ("on_overdue", "outcome"),
    [
        ("approve", pb.STEP_OUTCOME_APPROVED),
        ("reject", pb.STEP_OUTCOME_REJECTED),
        ("return", pb.STEP_OUTCOME_RETURNED),
    ],
)
async def test_an_overdue_step_is_decided_by_the_system_which_names_the_rule(
    house: House, on_overdue: str, outcome: pb.StepOutcome
) -> None:
    late = await a_late_step(house, f"{{within: 1d, on_overdue: {on_overdue}}}")
    await late.pass_time(2)
    status = await late.fire("overdue")
    assert (status.state, status.outcome, status.decider) == (
        pb.StepStatus.STATE_COMPLETED,
        outcome,
        "system",
    )
    assert (status.return_to, status.document_version) == ("", 1)
    assert "stages.late.steps[0].deadline.on_overdue" in status.comment
    assert await late.fire("overdue") == status
    wangfang = await house.desk("wangfang")
    asked = ListTimelineRequest(document=late.case.name.resource)
    rows = {row.kind: row for row in (await wangfang.timelines.ListTimeline(asked)).entries}
    assert rows["StepOverdue"].actor == rows["StepEnded"].actor == "system"
    assert rows["StepOverdue"].details["rule"].endswith("stages.late.steps[0].deadline.on_overdue")
    assert await (await house.desk("lihua")).inbox() == []


async def test_an_overdue_step_that_was_decided_in_time_is_not_decided_again(house: House) -> None:
    late = await a_late_step(house, "{within: 1d, on_overdue: reject}")
    await late.pass_time(2)
    lihua = await house.desk("lihua")
    (item,) = await lihua.inbox()
    await lihua.approve(item)
    status = await late.fire("overdue")
    assert (status.outcome, status.decider) == (pb.STEP_OUTCOME_APPROVED, "people/lihua")
    assert "StepOverdue" not in await late.kinds()


async def test_who_has_decided_before_the_end_is_heard_when_the_rule_decides_for_the_rest(
    house: House,
) -> None:
    late = await a_late_step(
        house, "{within: 1d, on_overdue: approve}", approvers="[{post: finance-reviewer}]", mode="all"
    )
    sunli = await house.desk("sunli")
    (item,) = await sunli.inbox()
    await sunli.approve(item)
    await late.pass_time(2)
    assert (await late.fire("overdue")).outcome == pb.STEP_OUTCOME_APPROVED
    step = await late.step()
    assert sorted(one.decision.by for one in step.items if one.decision) == ["sunli", "system"]


async def test_an_overdue_step_goes_to_the_next_up_and_reminders_go_on_there(house: House) -> None:
    late = await a_late_step(house, "{within: 1d, remind: {every: 1d}, on_overdue: {transfer: next_up}}")
    await late.pass_time(1)
    status = await late.fire("overdue")
    assert (status.state, set(status.due_times)) == (pb.StepStatus.STATE_OPEN, {"remind"})
    zhaoqiang = await house.desk("zhaoqiang")
    (item,) = await zhaoqiang.inbox()
    assert item.assignee == "people/zhaoqiang"
    assert item.due_time.seconds
    await late.fire("remind")
    assert "escalated" in await late.news("zhaoqiang")


async def test_a_step_of_a_suspended_case_stands_still_and_goes_on_with_what_was_left(house: House) -> None:
    late = await a_late_step(house, "{within: 3d, remind: [1d]}")
    before = await late.pass_time(1)
    zhengnan = await house.desk("zhengnan", "administrator")
    case = late.case.name.resource
    suspend = case_pb2.SuspendCaseRequest(name=case, request_id=request_id(), reason="核查")
    await zhengnan.cases.SuspendCase(suspend)
    assert not (await late.fire("remind")).due_times
    assert (await late.step()).due is None
    (item,) = await (await house.desk("lihua")).inbox()
    assert not item.due_time.seconds
    resume = case_pb2.ResumeCaseRequest(name=case, request_id=request_id(), reason="核查完毕")
    await zhengnan.cases.ResumeCase(resume)
    after = await late.step()
    assert before.due is not None
    assert after.due is not None
    assert timedelta() <= after.due - before.due < timedelta(minutes=2)
    assert set(after.timers.due) == {"remind", "overdue"}


async def test_a_transferred_item_keeps_its_deadline(house: House) -> None:
    await a_late_step(house, "{within: 2wd}")
    lihua, qianlei = await house.desk("lihua"), await house.desk("qianlei")
    (item,) = await lihua.inbox()
    await lihua.transfer(item, "qianlei")
    (given,) = await qianlei.inbox()
    assert given.due_time == item.due_time


async def test_a_step_that_is_walked_again_has_all_its_time_or_what_was_left(house: House) -> None:
    for clock, days in (("restart", 3), ("keep", 1)):
        late = await a_late_step(house, f"{{within: 3d, clock: {clock}}}")
        await late.pass_time(2)
        lihua = await house.desk("lihua")
        item = next(one for one in await lihua.inbox() if one.case == late.case.name.resource)
        await lihua.give_back(item)
        worker = await house.service()
        status = await worker.open_step(
            late.case, "late", "manager", visit=2, step=f"{late.case.name}/late/manager#2"
        )
        left = status.due_times["overdue"].ToDatetime() - SystemClock().now().replace(tzinfo=None)
        assert timedelta(days=days) - timedelta(minutes=5) < left <= timedelta(days=days)


async def _close(house: House, late: Late) -> None:
    """Nobody works at the head office on the day on which the step is due."""
    step = await late.step()
    assert step.due is not None
    day = local_date(step.due)
    said = calendar_pb2.SetCalendarDaysRequest.Day(reason="盘点")
    said.day.year, said.day.month, said.day.day = day.year, day.month, day.day
    zhengnan = await house.desk("zhengnan", "administrator")
    await zhengnan.calendars.SetCalendarDays(
        calendar_pb2.SetCalendarDaysRequest(
            name=f"calendars/hq/{day.year}", request_id=request_id(), days=[said]
        )
    )


async def test_deadlines_follow_a_calendar_that_changes_and_the_workflow_is_told(house: House) -> None:
    late = await a_late_step(house, "{within: 3wd}")
    before = await late.step()
    await _close(house, late)
    zhengnan = await house.desk("zhengnan", "administrator")
    asked = calendar_pb2.GetReschedulingRequest()
    assert (await zhengnan.calendars.GetRescheduling(asked)).steps_behind == 1
    rescheduler = Rescheduler(house.parts.database, house.parts.units, 1.0, SystemClock())
    assert await rescheduler.round() == 1
    after = await late.step()
    assert before.due is not None
    assert after.due is not None
    assert after.due > before.due
    (item,) = await (await house.desk("lihua")).inbox()
    assert item.due_time.ToDatetime() == after.due.replace(tzinfo=None)
    assert (await late.kinds())[-1] == "DeadlineMoved"
    told = await house.rows("SELECT body FROM outbox WHERE subject = 'signal' ORDER BY id")
    assert str(after.due.isoformat()).encode() in bytes(told[-1].body)
    assert (await zhengnan.calendars.GetRescheduling(asked)).steps_behind == 0
    assert await rescheduler.round() == 0


async def test_what_the_system_decides_is_told_at_once_and_taken_back_by_nobody(house: House) -> None:
    late = await a_late_step(house, "{within: 1d, on_overdue: approve}", mode="single\n        undo: 10m")
    await late.pass_time(2)
    status = await late.fire("overdue")
    assert (status.state, status.outcome) == (pb.StepStatus.STATE_COMPLETED, pb.STEP_OUTCOME_APPROVED)
    assert dict(status.due_times) == {}
    assert (await late.step()).is_delivered


async def test_a_deadline_in_a_year_that_nobody_has_announced_says_so_and_moves_when_it_is_published(
    house: House,
) -> None:
    late = await a_late_step(house, "{within: 999wd}")
    (item,) = await (await house.desk("lihua")).inbox()
    assert item.due_time_provisional
    before = await late.step()
    today = local_date(SystemClock().now())
    unknown = next(year for year in range(today.year, today.year + 10) if official_year(year) is None)
    zhengnan = await house.desk("zhengnan", "administrator")
    week = [date.fromisocalendar(unknown, 40, n) for n in range(1, 6)]
    days = [Date(year=day.year, month=day.month, day=day.day) for day in week]
    published = await zhengnan.calendars.PublishYear(
        calendar_pb2.PublishYearRequest(
            year=unknown, request_id=request_id(), days_off=days, source="国办发明电"
        )
    )
    assert published.steps_to_move == 1
    rescheduler = Rescheduler(house.parts.database, house.parts.units, 1.0, SystemClock())
    assert await rescheduler.round() == 1
    after = await late.step()
    assert before.due is not None
    assert after.due is not None
    assert timedelta(days=5) <= after.due - before.due
