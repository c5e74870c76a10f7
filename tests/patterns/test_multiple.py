from __future__ import annotations

from tests.builders.group.group import Group
from tests.builders.group.policies import person, step
from tests.patterns.scenario import Support, scenario


@scenario(
    42,
    Support.YES,
    "Nothing limits how many items somebody has claimed or started; each is decided by itself.",
)
async def test_42_somebody_has_several_items_under_way(group: Group) -> None:
    first = await group.under(step("sign", person("heli")))
    second = await group.once_more()
    third = await group.once_more()
    items = [await case.item("heli") for case in (first, second, third)]
    assert len({item.name for item in items}) == 3
    for case in (second, third, first):
        await case.approve("heli")
    for case in (first, second, third):
        await case.passes()
