"""Stand-ins as they are kept: for whom somebody may act is found along the chain, and what is over is said to be."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kernel.clock import SystemClock, local_date
from kernel.errors import Refusal
from kernel.ids import uuid7
from services.approval.domain.people.periods import Period
from services.approval.domain.people.stand_ins import Scope, StandIn
from tests.builders.approval_house import House

CLAIMS = "expense-claim"
NOW = SystemClock().now()
TODAY = local_date(NOW)


def a_stand_in(person: str, deputy: str, **changes: Any) -> StandIn:
    made = {"period": Period(TODAY, None), "created_by": person, "created_at": NOW, **changes}
    return StandIn(uuid7(NOW), person, deputy, **made)


async def keep(house: House, *stand_ins: StandIn) -> None:
    async with house.parts.units() as uow:
        for one in stand_ins:
            uow.absences.add(one)
        await uow.commit()


async def test_authority_is_found_along_the_chain_and_within_its_scopes(house: House) -> None:
    central = Scope(organisations=frozenset({"central"}))
    await keep(
        house,
        a_stand_in("lihua", "sunli", scope=central),
        a_stand_in("sunli", "zhoumin"),
        a_stand_in("qianlei", "zhoumin", period=Period(TODAY + dt.timedelta(days=1), None)),
    )
    async with house.parts.units() as uow:
        assert await uow.absences.stood_in_for("zhoumin", CLAIMS, "henan", NOW) == {"lihua", "sunli"}
        assert await uow.absences.stood_in_for("zhoumin", CLAIMS, "anhui", NOW) == {"sunli"}
        assert await uow.absences.stood_in_for("lihua", CLAIMS, "henan", NOW) == frozenset()
        assert {one.person for one in await uow.absences.standings("zhoumin", NOW)} == {"lihua", "sunli"}


async def test_whoever_stood_in_once_is_told_that_it_is_over(house: House) -> None:
    over = a_stand_in("lihua", "sunli").end("lihua", NOW)
    await keep(house, over)
    async with house.parts.units() as uow:
        assert await uow.absences.stood_in_for("sunli", CLAIMS, "henan", NOW) == frozenset()
        with pytest.raises(Refusal) as error:
            await uow.absences.refuse_expired("sunli", frozenset({"lihua"}), NOW)
        await uow.absences.refuse_expired("zhoumin", frozenset({"lihua"}), NOW)
    assert error.value.reason == "STAND_IN_EXPIRED"
