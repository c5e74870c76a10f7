"""`zhupi ahead`: what it asks for, by the case and the version that are there now."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
import typer
from rich.console import Console

from cli.commands.ahead import ahead
from cli.output import Output
from cli.people import caller
from cli.session import Session
from tests.unit.cli.served import Zhupi
from zhupi.approval.v1 import upcoming_pb2 as pb
from zhupi.approval.v1.case_pb2 import Case
from zhupi.approval.v1.case_pb2_grpc import CaseServiceServicer, add_CaseServiceServicer_to_server
from zhupi.approval.v1.upcoming_pb2_grpc import UpcomingServiceServicer, add_UpcomingServiceServicer_to_server
from zhupi.approval.v1.work_item_pb2 import WorkItem

CASE = "cases/expense-claim/EC-2026-1/1"


class Coming(UpcomingServiceServicer, CaseServiceServicer):
    """One case, at version 7 of its document, and what is asked of its steps to come."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def GetCase(self, request: Any, context: Any) -> Case:
        return Case(name=CASE, document="claims/EC-2026-1", document_version=7)

    async def DecideAhead(self, request: Any, context: Any) -> pb.UpcomingStep:
        self.asked.append(request)
        decided = pb.DecisionAhead(decision=request.decision, comment=request.comment)
        return pb.UpcomingStep(step=request.step, decided=decided)

    async def TakeBackAhead(self, request: Any, context: Any) -> pb.UpcomingStep:
        self.asked.append(request)
        return pb.UpcomingStep(step=request.step)


class WithWhatComes(Zhupi):
    coming: Coming

    def add_to(self, server: grpc.aio.Server) -> None:
        super().add_to(server)
        add_UpcomingServiceServicer_to_server(self.coming, server)
        add_CaseServiceServicer_to_server(self.coming, server)


@pytest.fixture
async def coming(tmp_path: Path) -> AsyncIterator[tuple[Session, Coming]]:
    zhupi = WithWhatComes(tmp_path)
    zhupi.coming = Coming()  # type: ignore[abstract]  # what it does not serve answers UNIMPLEMENTED
    async with zhupi.running():
        out = Output("zh", console=Console(file=io.StringIO(), width=100))
        async with Session(zhupi.options(), out) as session:
            session.caller = await caller(session)
            yield session, zhupi.coming


async def test_a_step_to_come_is_approved_on_the_version_that_is_there(
    coming: tuple[Session, Coming],
) -> None:
    session, recording = coming
    await ahead.act(session, "EC-2026-1", "final", comment="预先同意")
    (asked,) = recording.asked
    assert (asked.name, asked.step, asked.document_version) == (CASE, "final", 7)
    assert (asked.decision, asked.comment) == (WorkItem.DECISION_APPROVED, "预先同意")
    shown = session.out.console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "final" in shown
    assert "同意" in shown


async def test_it_may_be_rejected_and_the_version_seen_may_be_named(coming: tuple[Session, Coming]) -> None:
    session, recording = coming
    await ahead.act(session, "EC-2026-1", "final", decision="reject", version=6)
    (asked,) = recording.asked
    assert (asked.decision, asked.document_version) == (WorkItem.DECISION_REJECTED, 6)


async def test_what_was_decided_ahead_is_taken_back(coming: tuple[Session, Coming]) -> None:
    session, recording = coming
    await ahead.act(session, "EC-2026-1", "final", take_back=True)
    (asked,) = recording.asked
    assert isinstance(asked, pb.TakeBackAheadRequest)
    assert (asked.name, asked.step) == (CASE, "final")


async def test_nothing_else_can_be_decided_ahead(coming: tuple[Session, Coming]) -> None:
    session, recording = coming
    with pytest.raises(typer.BadParameter):
        await ahead.act(session, "EC-2026-1", "final", decision="return")
    assert not recording.asked
