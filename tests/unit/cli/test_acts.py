"""Acts of the command line against a real gRPC server: what is asked, in which order, and what is said when it is refused."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cli.command import again, perform
from cli.commands import claims, decisions, inbox
from cli.exits import Exit
from cli.finding import find_work_item
from cli.output import Output
from cli.people import caller, find_person
from cli.refusals import (
    NoSuchService,
    NothingToDecide,
    NotRunning,
    SayWhoActs,
    SeveralPeople,
    SeveralWorkItems,
    UnknownPerson,
)
from cli.session import Options, Session
from demo.waiting import until
from kernel.errors import EtagMismatch, Refusal
from tests.unit.cli.served import Zhupi
from zhupi.approval.v1.work_item_pb2 import InboxEvent, WorkItem
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceServicer

SessionOf = Callable[..., Awaitable[Session]]


@pytest.fixture
async def zhupi(tmp_path: Path) -> AsyncIterator[Zhupi]:
    async with Zhupi(tmp_path).running() as running:
        yield running


@pytest.fixture
async def session_of(zhupi: Zhupi) -> AsyncIterator[SessionOf]:
    async with AsyncExitStack() as opened:

        async def make(**changes: Any) -> Session:
            out = Output(
                "zh", as_json=changes.get("as_json", False), console=Console(file=io.StringIO(), width=200)
            )
            session = Session(zhupi.options(**changes), out)
            session.caller = await caller(session)
            return await opened.enter_async_context(session)

        yield make


def written(session: Session) -> str:
    assert isinstance(session.out.console.file, io.StringIO)
    return session.out.console.file.getvalue()


async def test_a_person_acts_by_login_or_by_chinese_name_with_the_roles_of_the_directory(
    session_of: SessionOf,
) -> None:
    by_login, by_name = await session_of(who="sunli"), await session_of(who="孙丽")

    assert by_login.caller.login == by_name.caller.login == "sunli"
    assert by_name.caller.roles == ("finance",)


async def test_somebody_whom_nobody_knows_or_of_whom_there_are_two_cannot_act(session_of: SessionOf) -> None:
    with pytest.raises(UnknownPerson):
        await session_of(who="nobody")
    with pytest.raises(UnknownPerson):
        await session_of(who="无名")
    with pytest.raises(SeveralPeople) as refused:
        await session_of(who="王芳")
    assert "wangfang2" in refused.value.text.zh


async def test_a_token_from_outside_is_used_as_it_is(zhupi: Zhupi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUPI_TOKEN", "abc")

    async with Session(zhupi.options(who="")) as session:
        assert (await caller(session)).token == "abc"


async def test_nobody_acts_without_saying_who(zhupi: Zhupi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHUPI_AS", raising=False)
    async with Session(zhupi.options(who="")) as session:
        with pytest.raises(SayWhoActs):
            await caller(session)


async def test_another_person_is_found_with_the_callers_own_token(session_of: SessionOf) -> None:
    session = await session_of()

    assert (await find_person(session, "孙丽")).name == "people/sunli"


async def test_where_nothing_runs_that_is_said(tmp_path: Path) -> None:
    async with Session(Options(who="lihua", home=tmp_path)) as session:
        with pytest.raises(NotRunning):
            await caller(session)


async def test_a_part_that_was_left_out_is_named(session_of: SessionOf) -> None:
    session = await session_of()

    with pytest.raises(NoSuchService):
        session.stub(ClaimServiceServicer, "traces")  # type: ignore[arg-type]  # never made


async def test_a_submission_names_the_etag_that_it_has_just_read(zhupi: Zhupi, session_of: SessionOf) -> None:
    session = await session_of()

    await claims.submit(session, "EC-2026-1")

    (asked,) = zhupi.claims.asked
    assert asked.name == "claims/EC-2026-1"
    assert asked.etag == "e7"
    assert len(asked.request_id) == 36
    assert "审批中" in written(session)


async def test_a_repeated_submission_is_the_same_request(zhupi: Zhupi, session_of: SessionOf) -> None:
    first = await session_of()
    await claims.submit(first, "EC-2026-1")

    second = await session_of(request_id=first.wrote)
    await claims.submit(second, "EC-2026-1", etag=first.pins["--etag"])

    assert zhupi.claims.asked[0] == zhupi.claims.asked[1]
    assert again(first) == f"--request-id {first.wrote} --etag e7"


async def test_a_refusal_reaches_the_person_as_a_sentence(zhupi: Zhupi, session_of: SessionOf) -> None:
    zhupi.claims.refusal = EtagMismatch(name="claims/EC-2026-1", current="e8", field="etag")
    session = await session_of()

    with pytest.raises(Refusal) as refused:
        await claims.submit(session, "EC-2026-1")

    assert refused.value.reason == "ETAG_MISMATCH"
    assert "已被更改" in refused.value.text.zh
    assert refused.value.violations[0].field == "etag"


def test_the_exit_code_tells_what_went_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = Options(who="lihua", home=tmp_path, language="en")

    code = perform(lambda session: claims.submit(session, "EC-2026-1"), options)

    assert code is Exit.UNAVAILABLE
    assert "not running" in capsys.readouterr().err


async def test_the_work_item_of_a_document_is_found_unless_there_is_none_or_there_are_several(
    zhupi: Zhupi, session_of: SessionOf
) -> None:
    session = await session_of()
    item = WorkItem(name="workItems/1", document="claims/EC-2026-1", case="cases/expense-claim/EC-2026-1/1")

    with pytest.raises(NothingToDecide):
        await find_work_item(session, "EC-2026-1")
    zhupi.items.items = [item]
    assert await find_work_item(session, "EC-2026-1") == item
    assert await find_work_item(session, "expense-claim/EC-2026-1/1") == item
    with pytest.raises(NothingToDecide):
        await find_work_item(session, "expense-claim/EC-2026-1/2")
    zhupi.items.items = [item, WorkItem(name="workItems/2", document=item.document)]
    with pytest.raises(SeveralWorkItems):
        await find_work_item(session, "EC-2026-1")


async def test_a_decision_names_what_the_person_has_seen(zhupi: Zhupi, session_of: SessionOf) -> None:
    session = await session_of()
    zhupi.items.items = [
        WorkItem(name="workItems/1", document="claims/EC-2026-1", etag="e1", document_version=3)
    ]

    now = await decisions.seen(session, "EC-2026-1", "", 0)
    earlier = await decisions.seen(session, "EC-2026-1", "e0", 2)

    assert (now.etag, now.document_version) == ("e1", 3)
    assert (earlier.etag, earlier.document_version) == ("e0", 2)


async def test_what_a_watched_inbox_tells_again_after_a_restart_is_shown_once(session_of: SessionOf) -> None:
    session = await session_of()
    item = WorkItem(name="workItems/1", document="claims/EC-2026-1", title="出差", etag="e1")
    present = InboxEvent(kind=InboxEvent.KIND_PRESENT, work_item=item)
    gone = InboxEvent(kind=InboxEvent.KIND_GONE, work_item=item)
    shown: dict[str, str] = {}

    for event in (present, InboxEvent(kind=InboxEvent.KIND_CAUGHT_UP), present, gone, gone):
        inbox.tell(session, event, shown)

    lines = [line for line in written(session).splitlines() if "EC-2026-1" in line]
    assert [line[0] for line in lines] == ["＋", "－"]
    assert not shown


async def test_a_watched_inbox_goes_on_when_the_service_has_been_away(
    zhupi: Zhupi, session_of: SessionOf
) -> None:
    session = await session_of()
    zhupi.items.events = [
        InboxEvent(
            kind=InboxEvent.KIND_PRESENT,
            work_item=WorkItem(name=f"workItems/{n}", document=f"claims/EC-2026-{n}", etag="e1"),
        )
        for n in (1, 2)
    ]

    async def second_is_shown() -> bool | None:
        return "EC-2026-2" in written(session) or None

    watching = asyncio.create_task(inbox.follow(session))
    await until(second_is_shown, "the second work item", patience=20)
    watching.cancel()

    assert "EC-2026-1" in written(session)
