"""Work items as their people see them, and how much everyone has to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from chassis.postgres.wire import Wire
from kernel.errors import NotFound
from services.approval.domain.people.directory import PersonId
from services.approval.store.item_views import COLUMNS, JOINED, item_view
from services.approval.store.sight import SEEN, seen_by
from services.approval.use_cases.views import ItemView, Sight

# Nobody counts further by eye, and counting must not cost more than the page.
COUNTED: Final = 10_000

FIND: Final = f"SELECT {COLUMNS} FROM {JOINED} WHERE item.id = %(item)s AND {SEEN}"  # noqa: S608 - text of ours
LOAD: Final = """
SELECT person, (
    SELECT count(*) FROM (
        SELECT FROM inbox_entries AS item WHERE item.person = asked.person AND box = 'to_do' LIMIT %(counted)s
    ) AS open_items
) AS items FROM unnest(%(people)s::text[]) AS asked (person)
"""


class Items:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def find(self, item: UUID, sight: Sight) -> ItemView:
        found = (await self._wire.fetch((FIND, {"item": item} | seen_by(sight))))[0]
        if not found:
            raise NotFound(name=f"workItems/{item}")
        return item_view(found[0])

    async def load(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        rows = (await self._wire.fetch((LOAD, {"people": list(people), "counted": COUNTED})))[0]
        return {row.person: row.items for row in rows if row.items}
