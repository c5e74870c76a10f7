"""Many at once on a real PostgreSQL: no number given twice, nothing submitted twice, no version published twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from typing import Any
from uuid import uuid4

from kernel.errors import Refusal
from tests.builders.approval_house import House
from tests.builders.documents import draft, edit, publish, submit
from tests.builders.forms import FORM, POLICY
from zhupi.approval.v1 import document_pb2 as pb


async def outcomes(acts: Iterable[Awaitable[Any]]) -> Counter[str]:
    """How many acts were done (empty) and how many refused, by reason. Anything but a refusal is an error."""
    done = await asyncio.gather(*acts, return_exceptions=True)
    for result in done:
        if isinstance(result, BaseException) and not isinstance(result, Refusal):
            raise result
    return Counter(result.reason if isinstance(result, Refusal) else "" for result in done)


async def test_numbers_have_no_gaps_however_many_draft_at_once(house: House) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    made = await asyncio.gather(*(draft(desk) for _ in range(20)))
    assert sorted(int(one.name.rpartition("-")[2]) for one in made) == list(range(1, 21))


async def test_a_document_is_submitted_once_however_many_try(house: House) -> None:
    await publish(house)
    desk = await house.desk("wangfang")
    document = await draft(desk)
    tried = [submit(desk, document) for _ in range(8)] + [edit(desk, document, copies=3)]
    done = await outcomes(tried)
    assert done[""] == 1
    assert set(done) <= {"", "ETAG_MISMATCH"}
    asked = await house.rows("SELECT 1 FROM outbox WHERE subject LIKE '%CaseRequested'")
    assert len(asked) <= 1


async def test_a_decision_repeated_at_once_is_made_once(house: House) -> None:
    await publish(house)
    desk, worker = await house.desk("wangfang"), await house.service()
    document = await submit(desk, await draft(desk))
    same = pb.ApproveDocumentRequest(name=document.name, request_id=str(uuid4()), version=1)
    assert await outcomes(worker.document_cases.ApproveDocument(same) for _ in range(6)) == {"": 6}
    rows = await house.rows(f"SELECT kind FROM timeline WHERE document = '{document.name}'")
    assert [row.kind for row in rows].count("DocumentApproved") == 1


async def test_versions_of_a_process_follow_each_other_and_one_process_gets_the_prefix(house: House) -> None:
    other = (
        FORM.replace('"x-process": "seal-use"', '"x-process": "car-use"'),
        POLICY.replace("process: seal-use", "process: car-use"),
    )
    done = await outcomes([publish(house), publish(house), publish(house, *other), publish(house, *other)])
    assert done == {"": 2, "PREFIX_TAKEN": 2}
    versions = await house.rows("SELECT process, version, policy FROM forms ORDER BY version")
    assert [(row.version, row.policy) for row in versions] == [(1, 1), (2, 2)]
    assert len({row.process for row in versions}) == 1
