"""Notices: what people are told about a case without being asked to do anything."""

from __future__ import annotations

from kernel.clock import SystemClock
from kernel.text import Text
from services.approval.domain.cases.notices import NoticeKind
from tests.builders.approval_house import House
from tests.builders.refusals import refused


async def test_whoever_is_told_of_a_case_may_see_it_from_then_on(house: House) -> None:
    case = await house.open("single", "manager")
    stranger = await house.desk("sunli")
    with refused("NOT_FOUND"):
        await stranger.get_case(case.name.resource)
    async with house.parts.units() as uow:
        text = Text("抄送给您", "A copy for you")
        uow.notices.tell(["sunli", "sunli", ""], NoticeKind.COPY, case, text, at=SystemClock().now())
        await uow.commit()
    assert (await stranger.get_case(case.name.resource)).name == case.name.resource
    entries = await house.rows("SELECT person, box, search FROM inbox_entries WHERE person = 'sunli'")
    assert [(entry.person, entry.box) for entry in entries] == [("sunli", "copies")]
    assert "郑州出差" in entries[0].search
    assert "zzcc" in entries[0].search


async def test_where_nobody_is_named_nothing_is_told(house: House) -> None:
    case = await house.open("single", "manager")
    before = await house.dump()
    async with house.parts.units() as uow:
        uow.notices.tell([], NoticeKind.WITHDRAWN, case, Text("撤回", "Taken back"), at=SystemClock().now())
        await uow.commit()
    assert await house.dump() == before
