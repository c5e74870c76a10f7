"""Whatever is sent to the approval service, it answers or refuses in words, and a refusal changes nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chassis.postgres.database import Database
from tests.builders.approval_house import POLICY, a_house
from tests.builders.documents import draft, publish
from tests.builders.edge import Edge
from tests.builders.forms import FILLED_IN, FORM
from tests.builders.forms import POLICY as SEAL_POLICY
from tests.builders.hostile import Known
from tests.builders.pages import not_refused
from tests.builders.protos import methods
from tests.builders.siege import EXAMPLES, Siege, lay
from tests.integration.approval.conftest import MIGRATIONS

# An inbox that is watched never ends; it is asked for with an empty message.
SERVED = [
    method
    for method in (
        *methods("zhupi.approval."),
        *methods("zhupi.common.v1.TimelineService"),
        *methods("zhupi.common.v1.DeliveryService"),
    )
    if method.name != "WatchInbox"
]
CALLERS = {
    "wangfang": (),
    "lihua": (),
    "zhengnan": ("administrator",),
    "council00": (),
    "root": ("administrator", "operator", "finance"),
}
PDF = b"%PDF-1.7\n"


def known(cases: list[str], items: list[str], drafts: list[str]) -> Known:
    keys = ("single/manager", "any/reviewers", "all/council", "pool/pool", "two/first", "two/second")
    names = [case.removeprefix("cases/") for case in cases]
    documents = [f"claims/{name.split('/')[1]}" for name in names]
    return {
        "name": [
            *cases,
            *items,
            "people/lihua",
            "policies/expense-claim",
            "policies/expense-claim/versions/1",
            "policies/expense-claim/draft",
            "calendars/henan/2026",
            "calendars/hq/2027",
            "processes/seal-use",
            "processes/seal-use/versions/1",
            *drafts,
        ],
        "case": names,
        "step": [*(f"{name}/{key}#1" for name in names for key in keys), "first", "manager"],
        "stage": ["single", "any", "all", "pool", "two"],
        "key": ["manager", "reviewers", "council", "pool", "first", *(f"{name}/pay/1" for name in names)],
        "document": [*documents, *cases, *drafts, "directory", "policies/expense-claim"],
        "process": ["expense-claim", "seal-use"],
        "requester": ["people/wangfang"],
        "person": ["people/zhengnan", "people/lihua"],
        "people": ["people/zhengnan", "people/sunli"],
        "names": items,
        "deputy": ["people/sunli", "people/lihua"],
        "processes": ["expense-claim"],
        "organisations": ["organisations/henan", "organisations/hq"],
        "organisation": ["organisations/henan", "organisations/hq"],
        "etag": ["1", "2"],
        "document_version": [1, 2],
        "visit": [1],
        "round": [1, 2],
        "n": [1],
        "timer": ["remind"],
        "point": ["payment"],
        "page_size": [0, 1, 200],
        "text": ["请尽快", "two\nlines"],
        "comment": ["同意", ""],
        "question": ["为何？"],
        "answer": ["因为下雨"],
        "reason": ["重复提交"],
        "yaml": [POLICY],
        "form": [FORM],
        "policy": [SEAL_POLICY],
        "values": [
            json.dumps(FILLED_IN),
            "{}",
            '{"copies": 0, "papers": [{}]}',
            '{"purpose": "\\u202e"}',
            "[]",
        ],
        "version": [1],
        "count": [3],
        "file_name": ["发票.pdf"],
        "content_type": ["application/pdf"],
        "sha256": [""],
        "units": [0, 100, -1],
        "content": [PDF],
        "query": ["li", "王", "郑州 zzcc"],
        "post": ["finance-reviewer"],
        "year": [2026, 2027, 0],
        "source": ["国办发明电〔2026〕9号"],
    }


@asynccontextmanager
async def besieged(url: str, folder: Path, edge: Edge, found: dict[str, object]) -> AsyncIterator[Siege]:
    """A case with an open step of every kind, and everybody who could call."""
    database = Database(url, name="approval")
    async with a_house(edge, database, folder) as house:
        stages = ("single/manager", "any/reviewers", "all/council", "pool/pool", "two/first")
        cases = [await house.open(*stage.split("/")) for stage in stages]
        items = [f"workItems/{row.id}" for row in await house.rows("SELECT id FROM work_items ORDER BY id")]
        await publish(house)
        drafts = [(await draft(await house.desk("wangfang"))).name for _ in range(5)]
        found |= known([case.name.resource for case in cases], items, drafts)
        channels = {person: (await house.desk(person, *roles)).channel for person, roles in CALLERS.items()}
        yield Siege(database, {**channels, "worker": (await house.service()).channel})
    await database.close()


@pytest.mark.timeout(600)
def test_hostile_requests_are_refused_in_words_and_change_nothing(
    migrated_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    edge, found = Edge(tmp_path_factory.mktemp("siege")), dict[str, Any]()
    folder = tmp_path_factory.mktemp("files")
    siege = lay(lambda: besieged(migrated_database(MIGRATIONS), folder, edge, found), SERVED, found)
    assert not siege.faults, siege.report()
    assert siege.answers["OK"] > EXAMPLES // 30  # it is not only refusing


async def test_every_list_refuses_a_page_that_there_is_not_and_names_the_field(
    migrated_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    edge, found = Edge(tmp_path_factory.mktemp("lists")), dict[str, Any]()
    folder = tmp_path_factory.mktemp("files")
    async with besieged(migrated_database(MIGRATIONS), folder, edge, found) as siege:
        needed = {"document": "directory", "name": found["case"][0]}
        assert await not_refused(siege.channels["root"], SERVED, needed) == []
