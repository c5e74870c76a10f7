"""What is lost besides processes: an hour of the engine's memory, all of the bus's, workflows one by one, and the certainty that there is one relay."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from tests.chaos.copies import copies
from tests.chaos.summary import summary
from tests.chaos.walk import Walk, Walked, Walking, walking

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]
CLAIMS, ONBOARDINGS = 42, 14


@pytest.fixture
async def claiming(chaos_folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Walking]:
    folder = chaos_folder / request.node.name
    async with walking(
        Walk(7, CLAIMS, ONBOARDINGS, most=0), folder, lambda line: print(line, flush=True)
    ) as found:
        yield found


def assert_sound(walked: Walked) -> None:
    told = summary(7, walked)
    print(told, flush=True)
    assert not walked.findings, told
    assert len(walked.state.expense["claims"]) == CLAIMS
    assert len(walked.state.customer["onboardings"]) >= ONBOARDINGS


async def test_an_engine_that_was_restored_from_an_older_copy_is_told_what_it_lacks(
    claiming: Walking,
) -> None:
    database = claiming.installation.home / "temporal" / "temporal.db"
    older = database.with_name("older.db")

    async def restore() -> None:
        await claiming.until_ended(0.2)
        with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(older)) as copy:
            now.backup(copy)
        await claiming.until_ended(0.6)
        with claiming.installation.without("temporal"):
            for file in database.parent.glob(f"{database.name}*"):
                file.unlink()
            older.rename(database)

    assert_sound(await claiming.walk(restore))


async def test_a_bus_that_has_lost_its_store_is_sent_everything_again_and_nothing_happens_twice(
    claiming: Walking,
) -> None:
    async def lose() -> None:
        for share in (0.2, 0.6):
            await claiming.until_ended(share)
            with claiming.installation.without("nats") as folder:
                shutil.rmtree(folder / "store")

    assert_sound(await claiming.walk(lose))


async def test_workflows_that_somebody_ends_by_hand_begin_again(claiming: Walking) -> None:
    engine = await Client.connect(claiming.installation.addresses["temporal"], namespace="zhupi")

    async def end_what_runs() -> None:
        for share in (0.2, 0.4, 0.6):
            await claiming.until_ended(share)
            running = [found async for found in engine.list_workflows("ExecutionStatus = 'Running'")]
            for number, found in enumerate(running):
                handle = engine.get_workflow_handle(found.id)
                with suppress(RPCError):  # it has ended by itself meanwhile
                    await (handle.terminate("by hand") if number % 2 else handle.cancel())

    assert_sound(await claiming.walk(end_what_runs))


async def test_three_copies_of_each_service_share_one_outbox_and_any_of_them_may_be_asked_or_killed(
    claiming: Walking,
) -> None:
    installation = claiming.installation
    wanted = ("approval", "expense", "customer") * 2
    with copies(installation.home, installation.addresses, *wanted) as made:
        for copy in made:
            await copy.answers()
            claiming.people.know(copy.component, copy.address)

        async def kill_one_after_the_other() -> None:
            for share, copy in zip((0.2, 0.3, 0.4, 0.5, 0.6, 0.7), made, strict=True):
                await claiming.until_ended(share)
                copy.process.kill()

        assert_sound(await claiming.walk(kill_one_after_the_other))
