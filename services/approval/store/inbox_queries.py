"""Lists as SQL: whose entries, which of them, in which order, from which place on.

Without any narrowing a page is one walk along an index, cut where it is full, and its total a walk along a much smaller
one; with some, the walk goes along all that the person has in the folder once, looks at the index only, and both the
page and its total are taken from what is found.

PostgreSQL keeps one plan of each statement for everybody, whether they have ten entries or ten thousand: a statement
must leave it no choice that would be good for the many and bad for the few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final
from uuid import UUID

from services.approval.domain.people.stand_ins import Standing
from services.approval.use_cases.ports.inbox import Whose
from services.approval.use_cases.queries import Folder, Narrowed, Order

# Nobody counts further by eye, and counting must not cost more than the page.
COUNTED: Final = 10_000

# Lists are written into the statements: the planner must see which index serves them.
FOLDERS: Final = {
    Folder.TO_DO: "entry.box = 'to_do' AND entry.until <= %(now)s",
    Folder.SET_ASIDE: "entry.box = 'to_do' AND entry.until > %(now)s",
    Folder.DONE: "entry.box = 'done'",
    Folder.REQUESTED: "entry.box = 'requested'",
    Folder.COPIES: "entry.box = 'copies'",
    Folder.TO_READ: "entry.read_at IS NULL AND entry.box IN ('copies', 'news')",
}
KEYS: Final = {
    Order.NEWEST: ("since", "id"),
    Order.OLDEST: ("since", "id"),
    Order.DUE: ("due_at", "id"),
    Order.LARGEST: ("currency", "amount_minor", "id"),
}
DESCENDING: Final = frozenset({Order.NEWEST, Order.LARGEST})
FIRST: Final = datetime.min.replace(tzinfo=UTC), UUID(int=0)
LAST: Final = datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1)
# Behind which a list begins. With a place the walk along the index of the order is also the cheapest for those who have
# so little that sorting all of it would cost the same, so that there is one plan for everybody.
BEGINNING: Final[dict[Order, tuple[Any, ...]]] = {
    Order.NEWEST: LAST,
    Order.OLDEST: FIRST,
    Order.DUE: FIRST,
    Order.LARGEST: ("zzz", 2**63 - 1, LAST[1]),
}
_PAGE: Final = "id, person, case_id, since, due_at, currency, amount_minor"
# What a page says of each entry, beside what it is joined to.
ENTRY: Final = """
    page.id AS entry_id, page.person AS entry_person, page.since AS entry_since, page.due_at AS entry_due_at,
    page.currency AS entry_currency, page.amount_minor AS entry_amount_minor, page.read_at AS entry_read_at
"""


@dataclass
class Values:
    """Parameters of a statement, each under a name of its own."""

    named: dict[str, Any] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def __call__(self, value: Any, type: str = "") -> str:
        name = f"p{next(self._numbers)}"
        self.named[name] = value
        return f"%({name})s{type and '::' + type}"


@dataclass(frozen=True, slots=True)
class Listing:
    """One folder of somebody's, narrowed. `arms` are the conditions on `entry`, one for each person whose list it is."""

    folder: Folder
    arms: tuple[str, ...]
    values: Values
    is_narrowed: bool

    @classmethod
    def of(cls, folder: Folder, whose: Whose, narrowed: Narrowed, at: datetime) -> Listing:
        values = Values({"now": at, "person": whose.person})
        common = [FOLDERS[folder], *conditions(narrowed, values)]
        standings = whose.standings if folder is Folder.TO_DO else frozenset()
        arms = [" AND ".join((arm, *common)) for arm in people(standings, values)]
        return cls(folder, tuple(arms), values, len(common) > 1)

    def walk(self, order: Order, after: Sequence[Any] | None, limit: int) -> str:
        """The first so many entries behind a place: each arm is cut on its own, then all of them together."""
        behind = _behind(order, after, self.values, "entry.")
        cut = f"ORDER BY {ordered(order, 'entry.')} LIMIT {limit}"
        if len(self.arms) == 1:
            return f"{self._select(self.arms[0])} AND {behind} {cut}"
        arms = " UNION ALL ".join(f"({self._select(arm)} AND {behind} {cut})" for arm in self.arms)
        return f"SELECT * FROM ({arms}) AS entry ORDER BY {ordered(order, 'entry.')} LIMIT {limit}"  # noqa: S608

    def everything(self) -> str:
        return " UNION ALL ".join(map(self._select, self.arms))

    def counted(self, and_also: str = "true") -> str:
        """How many there are, no further than is counted."""
        arms = " UNION ALL ".join(
            f"(SELECT 1 FROM inbox_entries AS entry WHERE {arm} AND {and_also} LIMIT {COUNTED})"  # noqa: S608
            for arm in self.arms
        )
        return f"SELECT count(*) AS total FROM (SELECT 1 FROM ({arms}) AS listed LIMIT {COUNTED}) AS counted"  # noqa: S608

    def _select(self, arm: str) -> str:
        # What is not read yet has no such column in its index, and needs none.
        read = "NULL::timestamptz AS read_at" if self.folder is Folder.TO_READ else "read_at"
        return f"SELECT {_PAGE}, {read} FROM inbox_entries AS entry WHERE {arm}"  # noqa: S608 - text of ours


def page(listing: Listing, order: Order, after: Sequence[Any] | None, limit: int, shown: str) -> str:
    """The page, joined by `shown` to what it shows; nothing is looked up in other tables for what is not on it.

    Each row says the `total`; there is one row without an id where the page is empty.
    """
    if listing.is_narrowed:
        pages = f"""
            matching AS MATERIALIZED ({listing.everything()}), page AS (
                SELECT * FROM matching WHERE {_behind(order, after, listing.values)} ORDER BY {ordered(order)} LIMIT {limit}
            )
        """  # noqa: S608 - text of ours; values are parameters
        total = f"SELECT count(*) AS total FROM (SELECT FROM matching LIMIT {COUNTED}) AS counted"  # noqa: S608 - likewise
    else:
        pages = f"page AS ({listing.walk(order, after, limit)})"
        total = listing.counted()
    return f"""
        WITH {pages} SELECT total.total, shown.*
        FROM ({total}) AS total LEFT JOIN ({shown}) AS shown ON true ORDER BY {ordered(order, "shown.entry_")}
    """  # noqa: S608 - likewise


def key_of(row: Any, order: Order) -> tuple[Any, ...]:
    """The place of a row, for the token of the page behind it."""
    return tuple(getattr(row, f"entry_{key}") for key in KEYS[order])


def ordered(order: Order, of: str = "") -> str:
    turn = " DESC" if order in DESCENDING else ""
    return ", ".join(f"{of}{key}{turn}" for key in KEYS[order])


def _behind(order: Order, after: Sequence[Any] | None, values: Values, of: str = "") -> str:
    types = {"since": "timestamptz", "due_at": "timestamptz", "id": "uuid", "amount_minor": "bigint"}
    keys = KEYS[order]
    there = BEGINNING[order] if after is None else after
    place = ", ".join(values(value, types.get(key, "text")) for key, value in zip(keys, there, strict=True))
    columns = ", ".join(f"{of}{key}" for key in keys)
    return f"({columns}) {'<' if order in DESCENDING else '>'} ({place})"


def people(standings: frozenset[Standing], values: Values) -> list[str]:
    """Whose entries: their own, then those of each person they stand in for, but for what was among the ones before.

    What they have asked for themselves is not theirs to decide for anybody.
    """
    arms = ["entry.person = %(person)s"]
    before = ["nearer.person = %(person)s"]
    for person in sorted({standing.person for standing in standings}):
        this = values(person)
        scope = " OR ".join(_scope(one, values) for one in _in_order(standings) if one.person == person)
        arms.append(
            f"entry.person = {this} AND entry.requester <> %(person)s AND ({scope}) AND NOT EXISTS ("
            "SELECT FROM inbox_entries AS nearer WHERE nearer.id = entry.id AND nearer.box = 'to_do'"
            f" AND ({' OR '.join(before)}))"
        )
        before.append(f"nearer.person = {this} AND ({scope})")
    return arms


def _in_order(standings: frozenset[Standing]) -> list[Standing]:
    return sorted(
        standings, key=lambda one: (one.person, sorted(one.processes or ()), sorted(one.organisations or ()))
    )


def _scope(standing: Standing, values: Values) -> str:
    parts = []
    if standing.processes is not None:
        parts.append(f"entry.process = ANY({values(sorted(standing.processes), 'text[]')})")
    if standing.organisations is not None:
        parts.append(f"entry.organisation = ANY({values(sorted(standing.organisations), 'text[]')})")
    return " AND ".join(parts) or "true"


def conditions(narrowed: Narrowed, values: Values) -> Iterator[str]:
    """On `entry`, and on nothing that is not in its index."""
    same: Mapping[str, str] = {"process": narrowed.process, "requester": narrowed.requester}
    yield from (f"entry.{column} = {values(value)}" for column, value in same.items() if value)
    if narrowed.document:
        document = values(narrowed.document)
        of_case = f"entry.case_id = ANY(ARRAY(SELECT id FROM cases WHERE document = {document}))"  # noqa: S608
        news = f"SELECT id FROM notices WHERE about = {document} AND case_id IS NULL"  # noqa: S608
        yield f"({of_case} OR entry.id = ANY(ARRAY({news})))"
    if narrowed.organisations:
        yield f"entry.organisation = ANY({values(list(narrowed.organisations), 'text[]')})"
    for amount, compared in ((narrowed.amount_from, ">="), (narrowed.amount_to, "<=")):
        if amount is not None:
            yield f"entry.currency = {values(amount.currency)}"
            yield f"entry.amount_minor {compared} {values(amount.minor, 'bigint')}"
    for moment, compared in ((narrowed.arrived_from, ">="), (narrowed.arrived_before, "<")):
        if moment is not None:
            yield f"entry.since {compared} {values(moment)}"
    if narrowed.overdue:
        yield "entry.due_at < %(now)s"
    for word in narrowed.words:
        found = f"strpos(entry.search, {values(word.text)}) > 0"
        if word.people:
            found = f"({found} OR entry.requester = ANY({values(list(word.people), 'text[]')}))"
        yield found
