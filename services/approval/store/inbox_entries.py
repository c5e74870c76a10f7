"""The rows of people's lists: everything that a list is narrowed, sorted and searched by, in one place for one walk.

An entry is a work item, a case that its person has asked for, or a notice. What it says of the case is copied from the
case in the statement that writes it, and follows the case when that changes. News of something else are of no case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from chassis.postgres.wire import Wire
from kernel.actor import SYSTEM_ID
from kernel.ids import uuid7
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import PersonId
from services.approval.domain.steps.states import DONE, SUSPENDED
from services.approval.domain.steps.work_items import WorkItem
from services.approval.store.inbox_tables import LONG_AGO, NEVER
from services.approval.use_cases.queries import Box
from zhupi.approval.v1.events_pb2 import InboxChanged

# What an entry says of its case.
OF_CASE: Final = "case_id, process, requester, organisation, amount_minor, currency, search"
_COPIED: Final = """
    cases.id, cases.process, cases.requester, cases.organisation, coalesce(cases.amount_minor, 0), cases.currency,
    cases.search
"""
MOVE: Final = f"""
INSERT INTO inbox_entries (id, person, box, until, since, due_at, {OF_CASE})
SELECT moved.id, moved.person, moved.box, coalesce(moved.until, {LONG_AGO}), %(since)s, coalesce(%(due)s::timestamptz, {NEVER}), {_COPIED}
FROM cases, unnest(
    %(ids)s::uuid[], %(people)s::text[], %(boxes)s::text[], %(untils)s::timestamptz[]
) AS moved (id, person, box, until)
WHERE cases.id = %(case)s
ON CONFLICT (id, person) DO UPDATE
SET box = excluded.box, until = excluded.until, since = excluded.since, due_at = excluded.due_at
"""  # noqa: S608 - names of columns
ADD: Final = f"""
INSERT INTO inbox_entries (id, person, box, since, {OF_CASE})
SELECT %(id)s, person, %(box)s, %(since)s, {_COPIED}
FROM cases, unnest(%(people)s::text[]) AS person WHERE cases.id = %(case)s
ON CONFLICT (id, person) DO NOTHING
"""  # noqa: S608 - names of columns
ADD_NEWS: Final = """
INSERT INTO inbox_entries (id, person, box, since, process, requester, organisation, amount_minor, currency, search)
SELECT %(id)s, person, 'news', %(since)s, '', '', '', 0, '', %(search)s FROM unnest(%(people)s::text[]) AS person
"""
FOLLOW: Final = """
UPDATE inbox_entries SET amount_minor = coalesce(cases.amount_minor, 0), currency = cases.currency, search = cases.search
FROM cases WHERE cases.id = %(case)s AND inbox_entries.case_id = cases.id
    AND (inbox_entries.amount_minor, inbox_entries.currency, inbox_entries.search)
        IS DISTINCT FROM (coalesce(cases.amount_minor, 0), cases.currency, cases.search)
"""
FOR_EVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
NOWHERE: Final[tuple[str, datetime | None]] = ("", None)
DUE: Final = f"""
UPDATE inbox_entries SET due_at = coalesce(%(due)s::timestamptz, {NEVER})
WHERE id = ANY(%(items)s::uuid[]) AND due_at <> coalesce(%(due)s::timestamptz, {NEVER})
"""  # noqa: S608 - text of ours


class InboxEntries:
    """Writes them, with whatever else the transaction writes. The case is there already.

    `tell` hears in whose lists something was put; of work items those tell who move them.
    """

    def __init__(self, wire: Wire, tell: Callable[[InboxChanged], None] | None = None) -> None:
        self._wire = wire
        self._tell = tell

    def move(
        self,
        case: CaseName,
        before: Iterable[WorkItem],
        after: Iterable[WorkItem],
        at: datetime,
        due: datetime | None,
    ) -> None:
        """Put the items into the lists where they now belong, and only touch those that change. `due`: their step's."""
        was = {(item.id, who): (box, aside(item)) for item in before for who, box in boxes(item).items()}
        now = {(item.id, who): (box, aside(item)) for item in after for who, box in boxes(item).items()}
        # In one order for all, so that two who put the same items elsewhere do not wait for each other.
        moved = sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key, NOWHERE))
        if moved:
            rows: dict[str, Any] = {
                "case": str(case),
                "ids": [item for item, _ in moved],
                "people": [person for _, person in moved],
                "boxes": [now.get(key, NOWHERE)[0] for key in moved],
                "untils": [now.get(key, NOWHERE)[1] for key in moved],
                "since": at,
                "due": due,
            }
            self._wire.write(MOVE, rows)

    def due(self, items: Iterable[WorkItem], due: datetime | None) -> None:
        """When these items are due, in whosever list they stand; None: never."""
        self._wire.write(DUE, {"items": [item.id for item in items], "due": due})

    def add(self, case: CaseName, id: UUID, people: Iterable[PersonId], box: Box, at: datetime) -> None:
        """Everybody's entry for the same thing."""
        everyone = sorted(set(people))
        self._wire.write(
            ADD, {"case": str(case), "id": id, "people": everyone, "box": box.value, "since": at}
        )
        self._told("" if box is Box.REQUESTED else f"notices/{id}", everyone)

    def add_news(self, id: UUID, people: Iterable[PersonId], search: str, at: datetime) -> None:
        """Everybody's entry for news that are of no case, found by `search`."""
        everyone = sorted(set(people))
        self._wire.write(ADD_NEWS, {"id": id, "people": everyone, "search": search, "since": at})
        self._told(f"notices/{id}", everyone)

    def request(self, case: CaseName, requester: PersonId, at: datetime) -> None:
        """The case, among those that somebody has asked for."""
        self.add(case, uuid7(at), [requester], Box.REQUESTED, at)

    def _told(self, notice: str, people: list[PersonId]) -> None:
        if self._tell:
            self._tell(InboxChanged(notice=notice, people=[f"people/{one}" for one in people]))

    def follow(self, case: CaseName) -> None:
        """The case may have changed: what its entries say of it is what it says now."""
        self._wire.write(FOLLOW, {"case": str(case)})


def boxes(item: WorkItem) -> dict[str, str]:
    """Everyone who has to do with the item, and the list in which it stands for them: empty for none."""
    lists = dict.fromkeys(item.people, "") | dict.fromkeys(item.audience, Box.TO_DO.value)
    return lists | dict.fromkeys(_doers(item), Box.DONE.value)


def aside(item: WorkItem) -> datetime | None:
    """Until when it is put aside; None where it is not."""
    return (item.until or FOR_EVER) if item.state is SUSPENDED else None


def _doers(item: WorkItem) -> frozenset[PersonId]:
    """Who has done it: also the one in whose place somebody did."""
    if item.decision:
        return frozenset({item.decision.by, item.decision.whose}) - {SYSTEM_ID}
    return frozenset({item.assignee}) if item.state is DONE else frozenset()
