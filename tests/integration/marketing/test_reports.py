"""Reports: what was planned, is held, was spent and what it brought, and that the rows add up to the totals."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from google.type.money_pb2 import Money as MoneyMessage

from chassis.postgres.paging import PageRequest
from chassis.rpc.values import time_to_message
from kernel.actor import Actor
from kernel.money import Money
from services.marketing.books import allotment_from_message
from services.marketing.domain.report import Report, ReportBy, Reported
from services.marketing.domain.terms import Product
from services.marketing.use_cases import activity_case, allotments, reports
from services.marketing.use_cases.activity_queries import ListActivities
from services.marketing.use_cases.ports import ActivityQuery
from tests.builders.activities import NOW, a_line, terms
from tests.builders.callers import Callers
from tests.builders.marketing_desk import BOSS, LIHUA, STRANGER, WORKER, Desk
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV
from zhupi.expense.v1.allotment_pb2 import Allotment, AllotmentLine
from zhupi.expense.v1.events_pb2 import AllotmentChanged
from zhupi.marketing.v1 import report_pb2 as pb
from zhupi.marketing.v1.activity_pb2 import ActivityFilter
from zhupi.marketing.v1.report_pb2_grpc import ReportServiceStub

ALL = ListActivities(ActivityQuery(), PageRequest())


def yuan(amount: str) -> MoneyMessage:
    whole, _, fen = amount.partition(".")
    return MoneyMessage(currency_code="CNY", units=int(whole), nanos=int((fen + "00")[:2]) * 10_000_000)


async def holds(desk: Desk, activity: str, version: int, *lines: dict[str, Any]) -> None:
    told = AllotmentChanged(
        activity=activity,
        version=version,
        state=Allotment.STATE_SETTLED,
        lines=[AllotmentLine(**line) for line in lines],
        time=time_to_message(NOW),
    )
    await desk.do(allotments.take_allotment, allotment_from_message(told), WORKER)


async def report(desk: Desk, by: ReportBy, asked: ListActivities = ALL, asker: Actor = LIHUA) -> Report:
    command = reports.ReportActivities(by, asked)
    return await desk.ask(  # type: ignore[return-value]  # a report
        reports.report_activities, command, asker, "directory"
    )


def said(rows: tuple[Reported, ...], name: str) -> dict[str, str]:
    return {row.key: str(getattr(row, name).amount) for row in rows}


async def test_a_report_says_what_was_planned_is_held_was_spent_and_what_it_brought(desk: Desk) -> None:
    settled = await desk.settled(None, 2800, 1900)
    await holds(
        desk,
        settled.name,
        3,
        {
            "id": "1",
            "month": "2026-03",
            "claimable": yuan("2800"),
            "committed": yuan("1299.50"),
            "spent": yuan("1500.50"),
        },
        {"id": "2", "month": "2026-03", "claimable": yuan("1900"), "reserved": yuan("0.07")},
    )
    (row,) = (await report(desk, ReportBy.ORGANISATION)).rows
    assert row == Reported(
        key="henan",
        activities=1,
        settled=1,
        planned=Money.of(5000),
        reserved=Money.of("0.07"),
        committed=Money.of("1299.50"),
        actual=Money.of(4700),
        claimable=Money.of(4700),
        spent=Money.of("1500.50"),
        sales=Money.of(0),
        attendance=40,
    )


async def test_customers_and_products_share_the_money_of_an_activity_to_the_last_fen(desk: Desk) -> None:
    shared = terms(
        customers=("C000001", "C000002", "C000003"),
        products=(Product("P1", "甲"), Product("P2", "乙")),
        lines=(a_line(100),),
    )
    await desk.draft(shared)
    await desk.draft(terms(customers=(), products=(), lines=(a_line(7),)))
    by_customer = await report(desk, ReportBy.CUSTOMER)
    assert said(by_customer.rows, "planned") == {
        "": "7.00",
        "C000001": "33.34",
        "C000002": "33.33",
        "C000003": "33.33",
    }
    assert [row.activities for row in by_customer.rows] == [1, 1, 1, 1]
    assert said(by_customer.totals, "planned") == {"": "107.00"}
    assert by_customer.totals[0].activities == 2
    by_product = await report(desk, ReportBy.PRODUCT)
    assert said(by_product.rows, "planned") == {"": "7.00", "P1": "50.00", "P2": "50.00"}


async def test_money_counts_in_the_months_of_its_lines(desk: Desk) -> None:
    lines = (a_line(100, month="2026-03"), a_line(30, "travel", month="2026-04"))
    await desk.draft(terms(start_date=date(2026, 3, 30), end_date=date(2026, 4, 2), lines=lines))
    found = await report(desk, ReportBy.MONTH)
    assert said(found.rows, "planned") == {"2026-03": "100.00", "2026-04": "30.00"}
    assert [row.activities for row in found.rows] == [1, 1]
    assert found.totals[0].activities == 1


@pytest.mark.parametrize("by", ReportBy)
async def test_the_rows_add_up_to_the_totals(desk: Desk, by: ReportBy) -> None:
    settled = await desk.settled(terms(customers=("C000001", "C000002")), 2801, 1900)
    # Its second line is held for a month that it has left by now; and one that nobody plans any more.
    await holds(
        desk,
        settled.name,
        3,
        {"id": "1", "month": "2026-03", "spent": yuan("1500.51")},
        {"id": "2", "month": "2026-04", "spent": yuan("0.01")},
        {"id": "9", "month": "2026-05", "committed": yuan("3.33")},
    )
    await desk.running(terms(customers=("C000003", "C000004", "C000005"), activity_class="display"))
    await desk.draft(terms(lines=()))
    found = await report(desk, by)
    (total,) = found.totals
    for name in ("planned", "actual", "committed", "spent", "claimable", "reserved", "sales"):
        assert sum(getattr(row, name).minor for row in found.rows) == getattr(total, name).minor, name
    assert (total.spent, total.committed) == (Money.of("1500.52"), Money.of("3.33"))
    assert (total.activities, total.attendance) == (3, 40)


async def test_a_report_counts_what_the_caller_sees_and_asks_for(desk: Desk) -> None:
    await desk.draft()
    running = await desk.running(terms(customers=("C000002",)))
    rejected = await desk.submit(await desk.draft(terms(customers=("C000003",))))
    await desk.say(activity_case.reject_activity, rejected, "不办")
    assert (await report(desk, ReportBy.CLASS)).totals[0].activities == 2
    assert (await report(desk, ReportBy.CLASS, asker=BOSS)).totals[0].activities == 1
    assert (await report(desk, ReportBy.CLASS, asker=STRANGER)).rows == ()
    only = ListActivities(ActivityQuery(state=running.state), PageRequest())
    assert (await report(desk, ReportBy.CLASS, only)).totals[0].activities == 1


async def test_a_report_is_a_sheet_too(callers: Callers, desk: Desk) -> None:
    await desk.draft()
    lihua = await callers.person("lihua", ReportServiceStub)
    asked = pb.ExportActivityReportRequest(by=pb.REPORT_BY_CLASS, format=SHEET_FORMAT_CSV)
    content = b"".join([piece.content async for piece in lihua.ExportActivityReport(asked)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        lines = archive.read(name).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("key,currency,activities,settled,planned")
    assert lines[1].startswith("academic-meeting,CNY,1,0,5000.00")
    assert lines[2].startswith("total,CNY,1,0,5000.00")
    by_customer = await lihua.GetActivityReport(pb.GetActivityReportRequest(by=pb.REPORT_BY_CUSTOMER))
    assert [row.key for row in by_customer.rows] == ["customers/C000001"]
    assert [total.key for total in by_customer.totals] == [""]
    month = pb.GetActivityReportRequest(by=pb.REPORT_BY_MONTH, filter=ActivityFilter(month="2026-04"))
    assert not (await lihua.GetActivityReport(month)).rows
