"""`zhupi customer …` against the service."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from cli.commands import customer_follow_ups as follow_ups
from cli.commands import customer_takeover as takeover
from cli.commands import customer_verbs as verbs
from cli.commands import customers as commands
from cli.commands import licences
from cli.licence_said import Said
from cli.output import Output
from cli.session import Caller, Options, Session
from services.customer.use_cases.follow_ups import follow_up
from tests.builders.callers import Callers
from tests.builders.customer_desk import Desk
from tests.builders.customers import a_follow_up


@asynccontextmanager
async def session_of(callers: Callers, home: Path, person: str, *roles: str) -> AsyncIterator[Session]:
    (home / "addresses.json").write_text(
        json.dumps(dict.fromkeys(("customer", "approval"), callers.server.address))
    )
    out = Output("zh", console=Console(file=io.StringIO(), width=200))
    async with Session(Options(who=person, home=home), out) as session:
        session.caller = Caller(person, callers.edge.token(person, *roles), roles)
        yield session


async def said(
    callers: Callers,
    home: Path,
    act: Callable[[Session], Coroutine[Any, Any, None]],
    person: str,
    *roles: str,
) -> str:
    async with session_of(callers, home, person, *roles) as session:
        await act(session)
        assert isinstance(session.out.console.file, io.StringIO)
        return session.out.console.file.getvalue()


async def test_a_customer_is_made_changed_looked_at_and_lost(callers: Callers, tmp_path: Path) -> None:
    async def lihua(act: Callable[[Session], Coroutine[Any, Any, None]]) -> str:
        return await said(callers, tmp_path, act, "lihua")

    made = await lihua(lambda s: commands.new(s, "康源医药", kind="pharmacy", settings=["phone=13812345678"]))
    assert "C000001" in made
    assert "潜在" in made
    edited = await lihua(
        lambda s: commands.edit(s, "C1", settings=["address.city=郑州市", "phone=13987654321"])
    )
    assert "郑州市" in edited
    assert "康源医药" in await lihua(lambda s: commands.list_(s, kind="pharmacy"))
    await lihua(lambda s: verbs.alias(s, "C1", "康源"))
    await lihua(lambda s: verbs.progress(s, "C1", "negotiation"))
    assert "流失" in await lihua(lambda s: verbs.lost(s, "C1", "被竞品取代"))
    assert "被竞品取代" in await lihua(lambda s: commands.show(s, "C1"))
    report = await lihua(lambda s: commands.report(s, "kind"))
    assert "药店" in report
    sheet = tmp_path / "report.xlsx"
    await lihua(lambda s: commands.report(s, "month", file=sheet))
    assert sheet.read_bytes()[:2] == b"PK"
    revealed = await said(
        callers, tmp_path, lambda s: verbs.reveal(s, "C1", purpose="回访"), "chenjing", "master-data"
    )
    assert "13987654321" in revealed


async def test_settings_are_published_from_a_file(callers: Callers, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("reveals_per_hour: 5\n", "utf-8")
    await said(callers, tmp_path, lambda s: commands.configure(s, file), "chenjing", "master-data")
    shown = await said(callers, tmp_path, commands.settings_, "lihua")
    assert "5" in shown
    assert "negotiation 商务洽谈" in shown


async def test_licences_are_recorded_changed_listed_and_removed(callers: Callers, tmp_path: Path) -> None:
    async def lihua(act: Callable[[Session], Coroutine[Any, Any, None]]) -> str:
        return await said(callers, tmp_path, act, "lihua")

    await lihua(lambda s: commands.new(s, "康源医药", kind="pharmacy"))
    made = await lihua(
        lambda s: licences.record(s, "C1", Said("business", "B-1", expiry="2030-01-31", scope="批发"))
    )
    assert "C000001/licences/1" in made
    assert "批发" in made
    assert "长期" in await lihua(lambda s: licences.update(s, "C1/1", Said("business", "B-1", scope="长期")))
    assert "B-1" in await lihua(lambda s: licences.list_(s, customer="C1"))
    assert "B-1" not in await lihua(
        lambda s: licences.list_(s, within=30)
    )  # not registered: nobody waits for it
    assert "B-1" in await lihua(lambda s: licences.remove(s, "C1/1"))


async def test_what_was_not_done_is_listed_and_settled(callers: Callers, desk: Desk, tmp_path: Path) -> None:
    customer = await desk.create()
    await follow_up(a_follow_up(customer, level="Z"), None, uow=desk.uow(), clock=desk.clock)

    async def operator(act: Callable[[Session], Coroutine[Any, Any, None]]) -> str:
        return await said(callers, tmp_path, act, "wutao", "operator")

    listed = await operator(lambda s: follow_ups.follow_ups(s, state="not-done", customer="C1"))
    assert "LC-2026-000001" in listed
    assert "没有等级 Z" in await operator(lambda s: follow_ups.follow_up(s, "LC-2026-000001"))
    settled = await operator(lambda s: follow_ups.settle(s, "LC-2026-000001", reason="已口头说明"))
    assert "已另行处理" in settled
    assert "LC-2026-000001" not in await operator(lambda s: follow_ups.follow_ups(s, state="not-done"))


async def test_customers_of_another_system_are_taken_over_from_a_file(
    callers: Callers, tmp_path: Path
) -> None:
    file = tmp_path / "kept.yaml"
    file.write_text(
        """
customers:
  - file: {display_name: 康源医药, kind: other-commercial, trade: direct, people: [{display_name: 陈静, phone: "14200000001"}]}
    salesperson: people/lihua
    state: formal
    erp_code: "10000001"
    licences: [{type: business, number: B-1, expiry: 2030-01-31}]
  - file: {display_name: 和平药店, kind: pharmacy, trade: indirect}
    salesperson: people/lihua
    state: lost
    reason: 改由其他厂家供货
""",
        "utf-8",
    )
    for known in (0, 2):
        shown = await said(
            callers, tmp_path, lambda s: takeover.take_over_(s, file), "zhengjie", "administrator"
        )
        assert shown.count("是") == known
    listed = await said(callers, tmp_path, commands.list_, "lihua")
    for word in ("C000001", "正式", "C000002", "流失"):
        assert word in listed
    expiring = await said(callers, tmp_path, lambda s: licences.list_(s, within=4000), "lihua")
    assert "2030-01-31" in expiring
    assert "营业执照" in expiring
    assert "营业执照" in await said(callers, tmp_path, lambda s: commands.show(s, "C1"), "lihua")
    counted = await said(callers, tmp_path, lambda s: commands.report(s, "state"), "lihua")
    assert "流失" in counted
    assert "lost" not in counted
