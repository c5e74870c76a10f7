"""A page of an inbox when there are very many work items.

They are written with SQL, into a home that nobody else uses: a million through the RPCs would take a day. The cases they
belong to count as closed, so that nobody looks for their workflows; a list does not look at that.
"""

from __future__ import annotations

import random
from typing import Final

import psycopg

from bench.load import timed
from bench.people import DECIDERS, REVIEWERS, People
from bench.spread import Spread
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

PAGE: Final = 50

# One case, step and work item for each number, all like one that is there, among the people in turn.
FILL: Final = (
    """
    CREATE TEMPORARY TABLE filled AS
    SELECT n, 'FILL-' || n AS number, 'expense-claim/FILL-' || n || '/1' AS case_id, uuidv7() AS item_id,
        (%(people)s::text[])[1 + n %% cardinality(%(people)s::text[])] AS person,
        clock_timestamp() - n * interval '1 second' AS at
    FROM generate_series(1, %(items)s) AS n
    """,
    """
    INSERT INTO cases (id, process, document, number, n, requested_version, document_version, title, search,
        amount_minor,
        currency, requester, organisation, policy, facts, snapshot, state, outcome, sealed_for, version, created_at)
    SELECT case_id, process, 'claims/' || filled.number, filled.number, 1, 1, 1, title, search, amount_minor, currency, requester,
        organisation, policy, facts, snapshot, 'closed', 'approved', '', 1, at
    FROM filled, (SELECT * FROM cases LIMIT 1) AS model
    """,
    """
    INSERT INTO steps (id, case_id, stage, key, visit, round, mode, title_zh, title_en, earlier, state, opened_at)
    SELECT filled.case_id || '/claim/line-manager#1', filled.case_id, 'claim', 'line-manager', 1, 1, mode, title_zh,
        title_en, '[]', 'open', at
    FROM filled, (SELECT * FROM steps LIMIT 1) AS model
    """,
    """
    INSERT INTO work_items (id, case_id, step_id, position, candidates, why, post, state, assignee, version, created_at)
    SELECT item_id, filled.case_id, filled.case_id || '/claim/line-manager#1', 0, jsonb_build_array(person), why, '',
        'allocated', person, 1, at
    FROM filled, (SELECT * FROM work_items LIMIT 1) AS model
    """,
    """
    INSERT INTO inbox_entries (id, person, box, since, case_id, process, requester, organisation, amount_minor, currency,
        search)
    SELECT item_id, person, 'to_do', at, case_id, process, requester, organisation, coalesce(amount_minor, 0), currency,
        search
    FROM filled JOIN cases ON cases.id = case_id
    """,
    """
    INSERT INTO case_participants (case_id, person, place)
    SELECT cases.id, filled.person, cases.place FROM filled JOIN cases ON cases.id = filled.case_id
    """,
)
# What PostgreSQL does by itself some minutes later.
TIDY: Final = "VACUUM (ANALYZE) cases, steps, work_items, inbox_entries, case_participants"


async def fill(database: str, people: list[str], items: int) -> None:
    """`items` more work items to do, among `people`. Some case must have been there already."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        async with connection.transaction():
            for statement in FILL:
                given = {"people": people, "items": items} if "%(" in statement else None
                await connection.execute(statement.encode(), given)
        await connection.execute(TIDY)


def owners(people: People) -> list[str]:
    return people.with_post(*DECIDERS, REVIEWERS)


async def pages(people: People, wanted: int, seed: int = 1) -> Spread:
    """How long a page takes: the first of somebody's inbox, and the one after it, for one person after the other."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    took: list[float] = []
    for login in owners(people):
        await people.actors.session(login)
    for _ in range(wanted // 2):
        session = await people.actors.session(chance.choice(owners(people)))
        rpc, request = session.stub(WorkItemServiceStub).ListWorkItems, ListWorkItemsRequest(page_size=PAGE)
        request.page_token = (await timed(rpc(request), took)).next_page_token
        await timed(rpc(request), took)
    return Spread.of(took)
