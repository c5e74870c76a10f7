"""Yearly plans: a row becomes a draft, once, and the report says of each row what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from chassis.files.workbooks import write_workbook
from kernel.actor import Actor
from kernel.money import Money
from kernel.sheets import Sheet
from services.marketing.domain.year_plan import PlanOutcome
from services.marketing.grpc_api_year_plan import let_in
from services.marketing.use_cases import year_plan
from services.marketing.use_cases.year_plan import YearPlanReport
from tests.builders.callers import Callers
from tests.builders.marketing_desk import BOSS, LIHUA, Desk
from tests.builders.refusals import refused
from zhupi.marketing.v1 import year_plan_pb2 as pb
from zhupi.marketing.v1.year_plan_pb2_grpc import YearPlanServiceStub

HEADING = (
    "计划号",
    "活动名称",
    "活动类别",
    "开始日期",
    "结束日期",
    "客户",
    "产品",
    "预算 meeting",
    "amount travel",
)
FIRST = (
    "2026-001",
    "春季学术会议",
    "academic-meeting",
    "2026-04-10",
    "2026-04-11",
    "C000001 C000002",
    "P1",
    "3000",
    "1,200.50",
)
SECOND = ("2026-002", "门店陈列", "display", "2026-05-01", "2026-05-31", "C000003", "", "", "800")


def a_plan(*rows: Sequence[str], heading: Sequence[str] = HEADING, name: str = "计划") -> bytes:
    return write_workbook([Sheet(name, [heading, *rows])])


async def take(desk: Desk, content: bytes, by: Actor = LIHUA, *, dry_run: bool = False) -> YearPlanReport:
    command = year_plan.ImportYearPlan("2026年计划.xlsx", content, dry_run)

    async def use_case(cmd: Any, **needed: Any) -> YearPlanReport:
        return await year_plan.import_year_plan(cmd, check=let_in, **needed)

    return await desk.ask(use_case, command, by, "directory", "around")  # type: ignore[return-value]  # a report


def outcomes(report: YearPlanReport) -> list[tuple[PlanOutcome, str]]:
    return [(row.outcome, row.activity) for row in report.rows]


def rules(report: YearPlanReport) -> dict[tuple[int, str], str]:
    return {(one.row.line, fault.field): fault.rule for one in report.rows for fault in one.row.faults}


async def test_rows_become_drafts_and_the_same_file_once_more_makes_nothing(desk: Desk) -> None:
    plan = a_plan(FIRST, SECOND)
    made = [(PlanOutcome.CREATED, "AC-2026-000001"), (PlanOutcome.CREATED, "AC-2026-000002")]
    assert outcomes(await take(desk, plan)) == made
    before = await desk.everything()
    there = [(PlanOutcome.UNCHANGED, number) for _, number in made]
    assert outcomes(await take(desk, plan)) == there
    assert await desk.everything() == before
    draft = await desk.stored_number("AC-2026-000001")
    assert (draft.requester, draft.organisation) == ("lihua", "henan")
    assert (draft.terms.title, draft.terms.start_date) == ("春季学术会议", date(2026, 4, 10))
    assert draft.terms.customers == ("C000001", "C000002")
    assert [(line.expense_type, line.month, line.amount) for line in draft.terms.lines] == [
        ("meeting", "2026-04", Money.of(3000)),
        ("travel", "2026-04", Money.of("1200.50")),
    ]
    assert await desk.kinds(draft.name) == ["ActivityCreated"]


async def test_a_row_that_says_something_else_now_changes_nothing_and_names_its_draft(desk: Desk) -> None:
    await take(desk, a_plan(FIRST))
    before = await desk.everything()
    later = (*FIRST[:3], "2026-04-17", "2026-04-18", *FIRST[5:])
    assert outcomes(await take(desk, a_plan(later))) == [(PlanOutcome.DIFFERENT, "AC-2026-000001")]
    assert await desk.everything() == before


async def test_a_row_whose_draft_was_deleted_makes_another(desk: Desk) -> None:
    await take(desk, a_plan(FIRST))
    await desk.delete(await desk.stored_number("AC-2026-000001"))
    assert outcomes(await take(desk, a_plan(FIRST))) == [(PlanOutcome.CREATED, "AC-2026-000002")]
    assert outcomes(await take(desk, a_plan(FIRST))) == [(PlanOutcome.UNCHANGED, "AC-2026-000002")]


async def test_a_dry_run_says_the_same_and_changes_nothing(desk: Desk) -> None:
    before = await desk.everything()
    report = await take(desk, a_plan(FIRST, ("", *SECOND[1:])), dry_run=True)
    assert outcomes(report) == [(PlanOutcome.CREATED, ""), (PlanOutcome.REFUSED, "")]
    assert await desk.everything() == before


async def test_every_row_that_is_wrong_says_why_and_the_others_are_taken(desk: Desk) -> None:
    heading = (*HEADING, "部门")
    wrong = [
        ("A", "春季学术会议", "academic", "2026-04-11", "2026-04-10", "C000999", "", "0", "x", ""),
        ("B", "", "display", "四月", "2026-04-10", "", "", "100", "", "nowhere"),
        ("C", "x" * 201, "display", "2026-04-10", "2026-04-10", "", "", "100", "", ""),
        ("D", "陈列", "display", "2026-04-10", "2026-04-10", "", "", "100", "", "hebei"),
        ("E", "陈列", "display", "2026-04-10", "2026-04-10", "", "", "100", "", ""),
        ("E", "陈列", "display", "2026-04-10", "2026-04-10", "", "", "100", "", ""),
        ("F", "陈列", "display", "2026-04-10", "2026-04-10", "", "", "-1", "", ""),
        ("G", "陈列", "academic", "2026-04-11", "2026-04-10", "C000999", "", "", "", ""),
    ]
    report = await take(desk, a_plan(*wrong, heading=heading))
    found = rules(report)
    assert found[2, "amount travel"] == "NOT_AN_AMOUNT"
    assert found[3, "title"] == "CELL_EMPTY"
    assert found[3, "start_date"] == "NOT_A_DAY"
    assert found[3, "organisation"] == "UNKNOWN_ORGANISATION"
    assert (4, "title") in found
    assert found[5, "organisation"] == "NOT_YOUR_ORGANISATION"
    assert found[7, "key"] == "PLAN_KEY_TWICE"
    assert found[8, "amount meeting"] == "AMOUNT_NOT_POSITIVE"
    assert found[9, "customers"] == "UNKNOWN_CUSTOMER"
    assert found[9, "class"] == "CLASS_HAS_SUBCLASSES"
    assert found[9, "end_date"] == "DATES_REVERSED"
    assert [row.outcome for row in report.rows].count(PlanOutcome.CREATED) == 1


async def test_whoever_is_responsible_plans_for_an_organisation(desk: Desk) -> None:
    content = a_plan((*FIRST, "henan"), heading=(*HEADING, "organisation"))
    assert outcomes(await take(desk, content, BOSS)) == [(PlanOutcome.CREATED, "AC-2026-000001")]
    # Whoever brings the same row of that organisation finds it there.
    assert outcomes(await take(desk, content)) == [(PlanOutcome.UNCHANGED, "AC-2026-000001")]


async def test_of_two_that_bring_the_same_plan_at_once_one_drafts_it(desk: Desk) -> None:
    plan = a_plan(FIRST, SECOND)
    reports = await asyncio.gather(*(take(desk, plan) for _ in range(4)))
    made = [outcome for report in reports for outcome, _ in outcomes(report)]
    assert made.count(PlanOutcome.CREATED) == 2
    assert made.count(PlanOutcome.UNCHANGED) == 6


def parts(content: bytes, **said: Any) -> Iterator[pb.ImportYearPlanRequest]:
    usual = {"request_id": str(uuid4()), "file_name": "计划.xlsx"}
    yield pb.ImportYearPlanRequest(header=pb.ImportYearPlanRequest.Header(**usual | said))
    for start in range(0, len(content), 65536):
        yield pb.ImportYearPlanRequest(content=content[start : start + 65536])


@pytest.mark.parametrize(
    ("reason", "content"),
    [
        ("FILE_EMPTY", b"  "),
        ("FILE_OF_ANOTHER_KIND", b"%PDF-1.7 x"),
        ("NO_PLAN_ROWS", a_plan()),
        ("PLAN_COLUMN_UNKNOWN", a_plan(FIRST, heading=("计划号", "天气", *HEADING[2:]))),
        ("PLAN_COLUMN_MISSING", a_plan(FIRST, heading=("计划号", "", *HEADING[2:]))),
        ("PLAN_COLUMN_TWICE", a_plan(FIRST, heading=("计划号", "key", *HEADING[2:]))),
        (
            "PLAN_SHEET_UNCLEAR",
            write_workbook([Sheet("一", [HEADING, FIRST]), Sheet("二", [HEADING, FIRST])]),
        ),
    ],
)
async def test_a_file_that_is_no_plan_is_refused(
    callers: Callers, desk: Desk, reason: str, content: bytes
) -> None:
    lihua = await callers.person("lihua", YearPlanServiceStub)
    before = await desk.everything()
    with refused(reason):
        await lihua.ImportYearPlan(parts(content))
    assert await desk.everything() == before


async def test_a_repeated_import_answers_what_it_answered(callers: Callers, desk: Desk) -> None:
    lihua, same = await callers.person("lihua", YearPlanServiceStub), str(uuid4())
    plan = a_plan(FIRST)
    first = await lihua.ImportYearPlan(parts(plan, request_id=same))
    assert await lihua.ImportYearPlan(parts(plan, request_id=same)) == first
    assert [(count.outcome, count.rows) for count in first.counts] == [(pb.PLAN_OUTCOME_CREATED, 1)]
    (row,) = first.rows
    assert (row.line, row.key, row.activity) == (2, "2026-001", "activities/AC-2026-000001")
