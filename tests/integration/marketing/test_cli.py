"""`zhupi activity …` and `zhupi activity-change …` against the service."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from cli.activity_filter import Asked
from cli.activity_terms import Terms
from cli.commands import (
    activities,
    activity_changes,
    activity_closing,
    activity_evidence,
    activity_log,
    activity_reports,
    activity_truth,
)
from cli.output import Output
from cli.session import Caller, Options, Session
from tests.builders.callers import Callers
from tests.builders.marketing_desk import NEEDED, Desk
from tests.integration.marketing.test_reconciling import reconcile

Act = Callable[[Session], Coroutine[Any, Any, None]]


async def said(callers: Callers, home: Path, act: Act, person: str = "lihua", *roles: str) -> str:
    where = dict.fromkeys(("marketing", "approval"), callers.server.address)
    (home / "addresses.json").write_text(json.dumps(where))
    out = Output("zh", console=Console(file=io.StringIO(), width=200))
    async with Session(Options(who=person, home=home), out) as session:
        session.caller = Caller(person, callers.edge.token(person, *roles), roles)
        await act(session)
        assert isinstance(session.out.console.file, io.StringIO)
        return session.out.console.file.getvalue()


TERMS = Terms(
    activity_class="academic-meeting",
    start="2026-03-09",
    end="2026-03-10",
    customer=["C1"],
    line=["meeting 3000 2026-03 场地", "travel 2000"],
    settings=["city=郑州"],
)
NUMBER = "AC-2026-000001"


async def test_an_activity_is_made_changed_submitted_and_found(
    callers: Callers, desk: Desk, tmp_path: Path
) -> None:
    async def lihua(act: Act) -> str:
        return await said(callers, tmp_path, act)

    made = await lihua(lambda s: activities.new(s, "学术会议", TERMS))
    assert NUMBER in made
    assert "5,000.00" in made
    more = Terms(change=["2 amount=2500 note=高铁"], line=["gifts 100"], drop=["1"])
    edited = await lihua(lambda s: activities.edit(s, NUMBER, more))
    assert "2,600.00" in edited
    assert "高铁" in edited
    assert "审批中" in await lihua(lambda s: activities.submit(s, NUMBER))
    assert NUMBER in await lihua(lambda s: activities.list_(s, Asked(in_month="2026-03")))
    shown = await lihua(lambda s: activities.calendar(s, "2026-03-01", "2026-03-31", Asked()))
    assert "2026-03-09" in shown
    assert "AC-2026-000002" in await lihua(lambda s: activities.copy(s, NUMBER, "2026-05-04"))
    assert "已删除" in await lihua(lambda s: activities.delete(s, "AC-2026-000002"))
    file = tmp_path / "activities.xlsx"
    await lihua(lambda s: activities.export(s, file, Asked()))
    assert file.read_bytes().startswith(b"PK")


async def test_an_activity_is_closed_with_what_it_cost(callers: Callers, desk: Desk, tmp_path: Path) -> None:
    over = await desk.over()
    evidence = list(await desk.evidence(over, *NEEDED))

    async def lihua(act: Act) -> str:
        return await said(callers, tmp_path, act)

    written = await lihua(
        lambda s: activity_closing.closure(
            s, NUMBER, ["1=3100", "2=2000"], 40, "1200", "到会四十人", evidence
        )
    )
    assert "3,100.00" in written
    again = await lihua(lambda s: activity_closing.closure(s, NUMBER, ["1=3050"], evidence=["all"]))
    assert all(name.partition("/")[2] in again for name in evidence)
    assert "3,050.00" in again
    assert "到会四十人" in again
    assert "结案审批中" in await lihua(lambda s: activity_closing.close(s, NUMBER))


async def test_an_activity_is_cancelled_or_ended_early(callers: Callers, desk: Desk, tmp_path: Path) -> None:
    await desk.approved()
    cancelled = await said(callers, tmp_path, lambda s: activity_closing.cancel(s, NUMBER, "场地取消"))
    assert "已取消" in cancelled
    running = await desk.running()
    ended = await said(callers, tmp_path, lambda s: activity_closing.end_early(s, running.number, "一天讲完"))
    assert "待结案" in ended


async def test_an_approved_activity_is_changed_by_a_document_of_its_own(
    callers: Callers, desk: Desk, tmp_path: Path
) -> None:
    await desk.approved()

    async def lihua(act: Act) -> str:
        return await said(callers, tmp_path, act)

    number = "CH-2026-000001"
    drafted = await lihua(lambda s: activity_changes.new(s, NUMBER, "延期", Terms(end="2026-03-12")))
    assert number in drafted
    edited = await lihua(lambda s: activity_changes.edit(s, number, Terms(line=["gifts 500"])))
    assert "500.00" in edited
    assert "审批中" in await lihua(lambda s: activity_changes.submit(s, number))
    assert number in await lihua(lambda s: activity_changes.list_(s, activity=NUMBER))


async def test_market_management_publishes_classes_from_a_file(
    callers: Callers, desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "classes.yaml"
    file.write_text(
        """
        classes:
          - {key: meeting, label: {zh: 会议, en: Meeting}, evidence: [{kind: photo, at_least: 2}], limit: 3000}
        longest_days: 10
        """
    )
    published = await said(callers, tmp_path, lambda s: activities.configure(s, file), "zhaolei", "market")
    assert "会议" in published
    assert "3,000.00" in await said(callers, tmp_path, activities.settings_)


async def test_evidence_is_brought_listed_saved_and_deleted(
    callers: Callers, desk: Desk, tmp_path: Path
) -> None:
    await desk.running()

    async def lihua(act: Act) -> str:
        return await said(callers, tmp_path, act)

    photo = tmp_path / "现场.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0 a photo")
    taken = activity_evidence.Taken(at="34.75,113.62", taken="2026-03-02T08:30", note="签到处")
    brought = await lihua(lambda s: activity_evidence.prove(s, NUMBER, photo, taken))
    assert "照片" in brought
    assert "34750000" in brought
    (name,) = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", brought.partition("SHA-256")[0])
    assert "签到处" in await lihua(lambda s: activity_evidence.evidence(s, NUMBER, "photo"))
    copy = tmp_path / "copy.jpg"
    await lihua(lambda s: activity_evidence.evidence_save(s, name, copy))
    assert copy.read_bytes() == photo.read_bytes()
    await lihua(lambda s: activity_evidence.evidence_delete(s, name))
    assert name not in await lihua(lambda s: activity_evidence.evidence(s, NUMBER))


async def test_the_log_is_written_and_read(callers: Callers, desk: Desk, tmp_path: Path) -> None:
    await desk.running()
    await said(callers, tmp_path, lambda s: activity_log.log(s, NUMBER, "布置会场", "2026-03-01"))
    read = await said(callers, tmp_path, lambda s: activity_log.logs(s, NUMBER))
    assert "布置会场" in read
    assert "2026-03-01" in read


async def test_a_plan_is_drafted_and_reported_on(callers: Callers, desk: Desk, tmp_path: Path) -> None:
    plan = tmp_path / "计划.csv"
    plan.write_text(
        "计划号,活动名称,活动类别,开始日期,结束日期,预算 meeting\n"
        "1,春季会议,academic-meeting,2026-04-10,2026-04-11,3000\n"
        "2,春季会议,academic-meeting,四月,2026-04-11,3000\n",
        "utf-8",
    )

    async def lihua(act: Act) -> str:
        return await said(callers, tmp_path, act)

    drafted = await lihua(lambda s: activity_reports.plan(s, plan))
    assert NUMBER in drafted
    assert "NOT_A_DAY" in drafted
    assert "已导入" in await lihua(lambda s: activity_reports.plan(s, plan, True))
    assert "3,000.00" in await lihua(lambda s: activity_reports.report(s, Asked(), "month"))
    assert "学术会议" in await lihua(lambda s: activity_reports.report(s, Asked()))
    file = tmp_path / "report.xlsx"
    await lihua(lambda s: activity_reports.report(s, Asked(), "customer", file))
    assert file.read_bytes().startswith(b"PK")


async def test_operators_have_all_of_it_compared_and_see_what_differs(
    callers: Callers, desk: Desk, tmp_path: Path
) -> None:
    approved = await desk.approved()
    desk.clock.advance(timedelta(minutes=5))
    asked = await said(callers, tmp_path, activity_truth.reconcile, "root", "operator")
    assert "对账中" in asked
    await reconcile(desk)
    found = await said(callers, tmp_path, activity_truth.differences, "root", "operator")
    assert "缺少额度" in found
    assert approved.number in found
    of_another = await said(
        callers, tmp_path, lambda s: activity_truth.differences(s, "AC-2026-000009"), "root", "operator"
    )
    assert "缺少额度" not in of_another
    runs = await said(callers, tmp_path, activity_truth.reconciliations, "root", "operator")
    assert "已完成" in runs
