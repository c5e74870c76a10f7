"""The tables are what the code says and keep what they are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from chassis.cases.sight import EVERYTHING
from chassis.postgres.migrations import differences
from kernel.money import Money
from services.marketing.domain.activity import FormerTerms
from services.marketing.domain.closure import Cost
from services.marketing.domain.life import ActivityState
from services.marketing.domain.terms import PromoItem
from services.marketing.store.tables import Table
from tests.builders.activities import NOW, a_closure, an_activity, terms
from tests.builders.marketing_desk import Desk
from tests.integration.marketing.conftest import MIGRATIONS


def test_the_migrated_tables_are_those_of_the_code(migrated_database: Callable[[str], str]) -> None:
    assert differences(migrated_database(MIGRATIONS), Table.metadata) == []


async def test_an_activity_comes_back_as_it_was(desk: Desk) -> None:
    full = an_activity(
        terms=terms(promo_items=(PromoItem("易拉宝", 2, "个"),), expected_result="到会四十人\n意向五家"),
        attachments=("attachments/1",),
        state=ActivityState.SETTLED,
        version=3,
        closure=a_closure(3100, 0, sales=Money.of("1200.50"), evidence=("evidence/1",)),
        claimable=(Cost("1", Money.of(3100)), Cost("2", Money.of(0))),
        claimable_until=date(2026, 6, 1),
        overdue_date=date(2026, 4, 7),
        closer="boss",
        ended_early=True,
        history=(FormerTerms(1, terms(title="从前"), "CH-2026-000001", NOW),),
        start_time=NOW,
        end_time=NOW,
        settle_time=NOW,
    )
    async with desk.uow() as uow:
        await uow.activities.add(full)
        await uow.commit()
    assert await desk.stored(full) == full
    async with desk.uow() as uow:
        locked = await uow.activities.get_for_update(full.number, EVERYTHING)
        changed = replace(locked, claimable=(), reason="x")
        await uow.activities.save(changed)
        await uow.commit()
    assert await desk.stored(full) == changed
