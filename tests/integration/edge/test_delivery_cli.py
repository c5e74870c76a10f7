"""`zhupi outbox …` against services with databases: every service in one table, and each message tried where it is."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from rich.console import Console
from sqlalchemy import func, insert

from chassis.bus.dead_letters import failed, letters
from chassis.outbox.admin import parked
from chassis.postgres.database import Database
from chassis.postgres.tables import outbox as table
from chassis.rpc.delivery_servicer import DeliveryServicer
from chassis.rpc.server import GrpcServer
from chassis.security.authorisation import INSTALLATION, Policies
from chassis.transaction.envelope import Envelope
from cli.commands import outbox
from cli.output import Output
from cli.people import caller
from cli.refusals import NothingNamed
from cli.session import Options, Session
from kernel.actor import Actor
from kernel.errors import NotFound
from tests.builders.callers import calling
from tests.builders.edge import Edge
from tests.integration.edge.test_delivery import SCHEMA
from zhupi.common.v1.delivery_pb2_grpc import add_DeliveryServiceServicer_to_server

Run = Callable[..., Awaitable[str]]


@pytest.fixture
async def databases(migrated_database: Callable[[str], str]) -> AsyncIterator[dict[str, Database]]:
    """Of approval and of expense: one parked message and one dead letter in each."""
    made = {name: Database(migrated_database("tests/notes/migrations")) for name in ("approval", "expense")}
    for name, database in made.items():
        row = {"destination": "bus", "lane": f"claims/of-{name}", "subject": "a", "body": b"", "headers": {}}
        async with database.engine.begin() as connection:
            await connection.execute(insert(table).values(row | {"parked_at": func.clock_timestamp()}))
        await failed(database, f"{name}-reader", Envelope("17", "a"), b"", "ValueError: no", most=1)
    yield made
    for database in made.values():
        await database.close()


@pytest.fixture
async def run(
    edge: Edge, databases: dict[str, Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Run]:
    """Runs an act as an operator and gives what it wrote."""
    (tmp_path / "notes.cedarschema").write_text(SCHEMA, "utf-8")
    policies = Policies(tmp_path)

    def require(actor: Actor, action: str) -> None:
        policies.require(actor, action, INSTALLATION, "notes")

    def serve(servicer: DeliveryServicer, server: GrpcServer) -> None:
        server.add(add_DeliveryServiceServicer_to_server, servicer)

    async def act(
        command: Callable[..., Awaitable[Any]], *given: Any, as_json: bool = False, **more: Any
    ) -> str:
        written = io.StringIO()
        output = Output("zh", as_json=as_json, console=Console(file=written, width=240))
        async with Session(Options("wutao", edge.home, roles=("operator",), **more), output) as session:
            session.caller = await caller(session)
            await command(session, *given)
        return written.getvalue()

    async with AsyncExitStack() as stack:
        addresses = {}
        for name, database in databases.items():
            serving = calling(edge, name, partial(serve, DeliveryServicer(database, require)))
            addresses[name] = (await stack.enter_async_context(serving)).server.address
        monkeypatch.setenv("ZHUPI_PEERS", json.dumps(addresses))
        yield act


async def test_what_every_service_could_not_deliver_stands_in_one_table(run: Run) -> None:
    shown = await run(outbox.parked, 50)
    for word in ("目的地", "approval", "expense", "of-approval", "of-expense"):
        assert word in shown
    shown = await run(outbox.dead, 50)
    for word in ("死信", "approval-reader/17", "expense-reader/17", "ValueError: no"):
        assert word in shown
    found = json.loads(await run(outbox.parked, 50, as_json=True))
    assert {name: [row["lane"] for row in rows] for name, rows in found.items()} == {
        "approval": ["claims/of-approval"],
        "expense": ["claims/of-expense"],
    }


async def test_a_message_is_retried_where_it_is_and_a_repeated_command_gets_the_same_answer(
    run: Run, databases: dict[str, Database]
) -> None:
    [row] = await parked(databases["expense"])
    request_id = str(uuid4())
    said = await run(outbox.retry, [row.id], False, request_id=request_id)
    assert "of-expense" in said
    assert await run(outbox.retry, [row.id], False, request_id=request_id) == said
    assert not await parked(databases["expense"])
    assert len(await parked(databases["approval"])) == 1
    with pytest.raises(NotFound):
        await run(outbox.retry, [row.id], False)


async def test_a_letter_is_revived_where_it_is(run: Run, databases: dict[str, Database]) -> None:
    assert "expense-reader/17" in await run(outbox.revive, ["expense-reader/17"], False)
    assert not await letters(databases["expense"], dead_only=True)
    assert len(await letters(databases["approval"], dead_only=True)) == 1


async def test_everything_is_tried_again_at_a_word_and_only_at_that_word(
    run: Run, databases: dict[str, Database]
) -> None:
    for command in (outbox.retry, outbox.revive):
        for given in ((None, False), (["17"], True)):
            with pytest.raises(NothingNamed):
                await run(command, *given)
    counts = json.loads(await run(outbox.retry, None, True, as_json=True))
    assert counts == {"approval": [{"retried": "1"}], "expense": [{"retried": "1"}]}
    await run(outbox.revive, None, True)
    for database in databases.values():
        assert not await parked(database)
        assert not await letters(database, dead_only=True)
    assert "（无）" in await run(outbox.parked, 50)
