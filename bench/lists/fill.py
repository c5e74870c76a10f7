"""A world's lists, written with SQL: a million through the RPCs would take a day.

The cases they belong to count as closed, so that nobody looks for their workflows; a list does not look at that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import psycopg

from bench.lists.world import PROCESSES, World

TABLES: Final = ("cases", "case_participants", "steps", "work_items", "inbox_entries", "notices")
# So many people have ten thousand things to do each; as many of those who ask ask for thousands.
BUSY_SHARE: Final = 200

FILLED: Final = "SELECT FROM cases WHERE document = 'filled/FILL-1'"
PREPARE: Final = """
CREATE TEMPORARY TABLE people (place int PRIMARY KEY, login text, organisation text);
CREATE TEMPORARY TABLE titles (place int PRIMARY KEY, title text, search text)
"""
# A number that is always the same for the same n, and looks like chance.
CHANCE: Final = (
    "CREATE FUNCTION pg_temp.chance(n bigint, below bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS "
    + ("'SELECT (hashint8extended(n, 7) & 9007199254740991) % below'")
)
CASES: Final = """
INSERT INTO cases (id, process, document, number, n, requested_version, document_version, title, search, amount_minor,
    currency, requester, organisation, policy, facts, snapshot, state, outcome, sealed_for, version, created_at, closed_at)
SELECT process || '/FILL-' || c || '/1', process, 'filled/FILL-' || c, 'FILL-' || c, 1, 1, 1, titles.title,
    titles.search || E'\\nfill-' || c, (100 * exp(3 + pg_temp.chance(c, 8000) / 1000.0))::bigint, 'CNY', people.login,
    people.organisation, 1, '{}', '{}', 'closed', 'approved', '', 1, at, at + interval '3 days'
FROM (
    SELECT c, (%(processes)s::text[])[1 + pg_temp.chance(c, 5)] AS process, 1 + pg_temp.chance(c + 1, %(titles)s) AS title,
        -- One case of ten is of somebody who asks for very much.
        1 + CASE WHEN c %% 10 = 0 THEN c / 10 %% %(busy)s ELSE pg_temp.chance(c + 2, %(people)s) END AS requester,
        now() - (%(cases)s - c) * (interval '730 days' / %(cases)s) AS at
    FROM generate_series(1, %(cases)s) AS c
) AS made JOIN titles ON titles.place = made.title JOIN people ON people.place = made.requester
"""
ITEMS: Final = """
CREATE TEMPORARY TABLE made AS
SELECT numbered.n, uuidv7(at - now()) AS id, of_case.id AS case_id, of_case.id || '/claim/manager#' || numbered.n AS step_id,
    at, owner.login,
    -- Who is busy has five things to do for three that are done, everybody else one for four.
    CASE WHEN pg_temp.chance(numbered.n + 3, 1000) < CASE WHEN is_busy THEN 625 ELSE 200 END THEN 'to_do' ELSE 'done' END
        AS box,
    numbered.n %% 2 = 0 AS has_deadline
FROM (
    SELECT n, 1 + (n - 1)::bigint * %(cases)s / %(items)s AS c, n %% 10 < 4 AS is_busy,
        1 + CASE WHEN n %% 10 < 4 THEN (n / 10 * 4 + n %% 10) %% %(busy)s
            ELSE %(busy)s + pg_temp.chance(n, %(people)s - %(busy)s) END AS place,
        now() - (%(items)s - n) * (interval '730 days' / %(items)s) AS at
    FROM generate_series(1, %(items)s) AS n
) AS numbered
JOIN people AS owner ON owner.place = numbered.place
JOIN cases AS of_case ON of_case.document = 'filled/FILL-' || c
"""
STEPS: Final = """
INSERT INTO steps (id, case_id, stage, key, visit, round, mode, title_zh, title_en, earlier, state, opened_at)
SELECT step_id, case_id, 'claim', 'manager', n, 1, 'single', '直属上级审批', 'Line manager', '[]', 'open', at FROM made
"""
WORK_ITEMS: Final = """
INSERT INTO work_items (id, case_id, step_id, position, candidates, why, post, state, assignee, decision, version, created_at)
SELECT id, case_id, step_id, 0, jsonb_build_array(login), jsonb_build_object(
        'policy', 'policies/expense-claim/versions/1', 'rule', 'stages.claim.steps[0].approvers[0]',
        'directory_version', %(version)s,
        'text', jsonb_build_object('zh', '直属上级', 'en', 'Line manager')
    ), '', CASE box WHEN 'done' THEN 'done' ELSE 'allocated' END, login,
    CASE box WHEN 'done' THEN jsonb_build_object('outcome', 'approved', 'by', login, 'at', at, 'document_version', 1,
        'comment', '同意', 'return_to', '', 'on_behalf_of', '') END, 1, at
FROM made
"""
ENTRIES: Final = """
INSERT INTO inbox_entries (id, person, box, since, case_id, process, requester, organisation, amount_minor, currency, search,
    due_at)
SELECT made.id, made.login, made.box, made.at, cases.id, process, requester, organisation, amount_minor, currency, search,
    CASE WHEN has_deadline AND box = 'to_do' THEN now() + (pg_temp.chance(made.n, 20) - 10) * interval '1 day'
        ELSE '9999-01-01 00:00:00+00' END
FROM made JOIN cases ON cases.id = made.case_id
UNION ALL
SELECT uuidv7(created_at - now()), requester, 'requested', created_at, id, process, requester, organisation, amount_minor,
    currency, search, '9999-01-01 00:00:00+00'
FROM cases WHERE number LIKE 'FILL-%%'
"""
# One case of two was sent to somebody as a copy, and one copy of three was not read yet.
NOTICES: Final = """
CREATE TEMPORARY TABLE told AS
SELECT uuidv7(created_at - now()) AS notice_id, cases.id AS case_id, cases.place, people.login, c
FROM cases, LATERAL (SELECT substring(number FROM 6)::bigint AS c) AS numbered
JOIN people ON people.place = 1 + CASE WHEN c %% 4 = 0 THEN pg_temp.chance(c, %(busy)s) ELSE pg_temp.chance(c, %(people)s) END
WHERE number LIKE 'FILL-%%' AND c %% 2 = 0
"""
SAY: Final = """
INSERT INTO notices (id, case_id, kind, by, zh, en, comment, at)
SELECT notice_id, case_id, 'copy', requester, '抄送给您', 'A copy for you', '请知悉', created_at
FROM told JOIN cases ON cases.id = case_id
"""
COPIES: Final = """
INSERT INTO inbox_entries (id, person, box, since, case_id, process, requester, organisation, amount_minor, currency, search,
    read_at)
SELECT notice_id, login, 'copies', created_at, case_id, process, requester, organisation, amount_minor, currency, search,
    CASE WHEN c % 3 > 0 THEN created_at + interval '1 hour' END
FROM told JOIN cases ON cases.id = case_id
"""
PARTICIPANTS: Final = """
INSERT INTO case_participants (case_id, person, place)
SELECT cases.id, part.person, cases.place FROM cases JOIN (
    SELECT case_id, login AS person FROM made
    UNION SELECT case_id, login FROM told
    UNION SELECT id, requester FROM cases WHERE number LIKE 'FILL-%'
) AS part ON part.case_id = cases.id
"""


async def fill(database: str, world: World, items: int) -> None:
    """So many work items, their cases, and what else stands in people's lists; the people as well, as a new directory.

    A home that was kept is filled once.
    """
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        if await (await connection.execute(FILLED)).fetchone():
            return
        async with connection.transaction():
            # Nothing here can refer to what is not there; and whoever loses it makes it anew.
            await connection.execute("SET LOCAL session_replication_role = replica")
            for setting in (
                "synchronous_commit = off",
                "work_mem = '256MB'",
                "maintenance_work_mem = '512MB'",
            ):
                await connection.execute(f"SET LOCAL {setting}".encode())
            version = await _directory(connection, world)
            indexes = await _without_indexes(connection)
            values = {
                "processes": list(PROCESSES),
                "titles": len(world.titles),
                "people": len(world.people),
                "busy": busy(world),
                "cases": max(1, items * 9 // 20),
                "items": items,
                "version": version,
            }
            for statement in (CASES, ITEMS, STEPS, WORK_ITEMS, ENTRIES, NOTICES, SAY, COPIES, PARTICIPANTS):
                given = {key: value for key, value in values.items() if f"%({key})s" in statement}
                await connection.execute(statement.encode(), given or None)
            for index in indexes:
                await connection.execute(index.encode())
        # What PostgreSQL does by itself some minutes later.
        await connection.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}".encode())


def busy(world: World) -> int:
    """How many have ten thousand things to do where there are a million items and five thousand people."""
    return max(2, len(world.people) // BUSY_SHARE)


async def _without_indexes(connection: psycopg.AsyncConnection[Any]) -> list[str]:
    """Drop them for the while. Returns the statements that make them again."""
    found = await connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON relname = indexname"
        " WHERE tablename = ANY(%s) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = pg_class.oid)",
        [list(TABLES)],
    )
    rows = await found.fetchall()
    for name, _ in rows:
        await connection.execute(f"DROP INDEX {name}".encode())
    return [made for _, made in rows]


async def _directory(connection: psycopg.AsyncConnection[Any], world: World) -> int:
    await connection.execute(PREPARE.encode())
    await connection.execute(CHANCE.encode())
    found = await (
        await connection.execute("SELECT coalesce(max(version), 0) + 1 FROM directory_versions")
    ).fetchone()
    assert found is not None
    version: int = found[0]
    await connection.execute("INSERT INTO directory_versions VALUES (%s, now(), 'bench')", [version])
    organisations = (
        (version, line, key, title, title, parent)
        for line, (key, (title, parent)) in enumerate(world.organisations.items())
    )
    columns = "directory_organisations (version, line, id, title_zh, title_en, parent)"
    await _copy(connection, columns, organisations)
    people = (
        (version, line, one.login, one.name, one.organisation, "", "", one.reading)
        for line, one in enumerate(world.people)
    )
    columns = "directory_people (version, line, id, name, organisation, grade, email, pinyin)"
    await _copy(connection, columns, people)
    logins = ((place, one.login, one.organisation) for place, one in enumerate(world.people, 1))
    await _copy(connection, "people", logins)
    titles = ((place, *title) for place, title in enumerate(world.titles, 1))
    await _copy(connection, "titles", titles)
    await connection.execute("ANALYZE people, titles")
    return version


async def _copy(
    connection: psycopg.AsyncConnection[Any], into: str, rows: Iterable[tuple[object, ...]]
) -> None:
    async with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN".encode()) as copy:
        for row in rows:
            await copy.write_row(row)
