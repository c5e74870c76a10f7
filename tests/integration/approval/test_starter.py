"""Cases start from facts on the bus: once, one at a time for a document, whatever the order in which news arrive."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from chassis.bus.jetstream import Bus
from chassis.bus.receiving import NotNow
from chassis.rpc.values import money_to_message
from kernel.errors import AlreadyExists
from kernel.money import Money
from services.approval.domain.cases.case import Case
from tests.builders.approval_bus import publish
from tests.builders.approval_house import House, a_fact, a_request
from tests.notes.waiting import until
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1 import case_protocol_pb2 as protocol
from zhupi.approval.v1.fact_pb2 import Fact

CASES = "SELECT id, state, document_version FROM cases ORDER BY place"


async def test_a_submitted_document_becomes_a_case_whose_workflow_is_to_be_started(
    connected: House, bus: Bus
) -> None:
    request = a_request()
    await publish(bus, request)
    await until(lambda: connected.rows(CASES))
    (start,) = await connected.rows("SELECT lane, subject, body FROM outbox WHERE destination = 'engine'")
    said = json.loads(start.body)["start"]
    assert (start.lane, start.subject) == (f"expense-claim/{request.number}/1", "start")
    assert (said["process"], said["document"]) == ("expense-claim", request.document)
    assert (said["document_version"], said["requester"]) == (1, "people/wangfang")
    entries = await connected.rows("SELECT kind, actor FROM timeline")
    assert [tuple(entry) for entry in entries] == [("CaseStarted", "people/wangfang")]


async def test_repetitions_of_a_request_start_nothing_more(connected: House, bus: Bus) -> None:
    request = a_request()
    first = await publish(bus, request)
    await until(lambda: connected.rows(CASES))
    for message_id in ("", first, ""):
        await publish(bus, request, message_id)
    await publish(bus, later := a_request())
    await until(lambda: connected.rows(f"SELECT 1 FROM cases WHERE document = '{later.document}'"))
    assert len(await connected.rows(f"SELECT 1 FROM cases WHERE document = '{request.document}'")) == 1


async def test_news_that_come_before_their_case_wait_for_it(connected: House, bus: Bus) -> None:
    request = a_request()
    await publish(bus, a_fact(request.document, document_version=1, fact_id="resubmitted/1"))
    await publish(bus, a_fact(request.document, document_version=3, title="新标题"))
    await until(lambda: connected.rows("SELECT 1 FROM waiting_facts OFFSET 1"))
    await publish(bus, request)
    (case,) = await until(lambda: connected.rows(CASES)) or []
    assert case.document_version == 3
    # What is no newer than the request is in it already.
    (signal,) = await connected.rows("SELECT id FROM signals")
    assert signal.id == "document_changed/2"
    assert not await connected.rows("SELECT 1 FROM waiting_facts")
    subjects = await connected.rows(
        "SELECT subject FROM outbox WHERE destination = 'engine' ORDER BY position"
    )
    assert [row.subject for row in subjects] == ["start", "signal"]


async def test_the_next_case_of_a_document_waits_until_the_former_one_has_ended(
    connected: House, bus: Bus
) -> None:
    former = await connected.start_case()
    again = a_request(document=former.document, number=former.name.number, document_version=4)
    with pytest.raises(NotNow):
        await connected.request(again)
    await publish(bus, again)
    wangfang, worker = await connected.desk("wangfang"), await connected.service()
    await wangfang.withdraw(former)
    closing = protocol.CloseCaseRequest(case=str(former.name), outcome=case_pb2.CASE_OUTCOME_WITHDRAWN)
    await worker.protocol.CloseCase(closing)
    cases = await until(lambda: connected.rows(CASES + " OFFSET 1")) or []
    assert [(case.id, case.state) for case in cases] == [(f"expense-claim/{former.name.number}/2", "open")]
    assert (await wangfang.get_case(former.document)).name == f"cases/expense-claim/{former.name.number}/2"


async def test_a_document_has_one_open_case_whoever_asks_at_the_same_time(house: House) -> None:
    request = a_request()
    twice = [a_request(document=request.document, number=request.number, document_version=n) for n in (1, 2)]
    said = await asyncio.gather(*(house.request(one) for one in twice), return_exceptions=True)
    assert sum(isinstance(one, NotNow) or one is None for one in said) == 1
    assert len(await house.rows("SELECT 1 FROM cases WHERE state <> 'closed'")) == 1
    second = replace(await house.start_case(), document=request.document)
    with pytest.raises(AlreadyExists):
        await _add(house, replace(second, name=replace(second.name, n=9)))
    assert len(await house.rows("SELECT 1 FROM cases WHERE state <> 'closed'")) == 2


async def _add(house: House, case: Case) -> None:
    async with house.parts.units() as uow:
        uow.cases.add(case, {})
        await uow.commit()


async def test_news_of_a_document_change_what_is_shown_planned_and_told(house: House) -> None:
    case = await house.open("single", "manager")
    money = money_to_message(Money.of(80))
    fact = a_fact(
        case.document,
        document_version=2,
        amount=money,
        facts={"amount": Fact(money=money)},
        snapshot={"lines": 2},
        title="郑州出差（改）",
    )
    await house.tell(fact)
    before = await house.dump()
    await house.tell(fact)
    assert await house.dump() == before
    shown = await (await house.desk("wangfang")).get_case(case.document)
    assert (shown.document_version, shown.amount.units, shown.title) == (2, 80, "郑州出差（改）")
    assert shown.snapshot["lines"] == 2
    (lane,) = await house.rows("SELECT body FROM outbox WHERE destination = 'engine' AND subject = 'signal'")
    said = json.loads(lane.body)
    assert (said["signal"], said["args"]["fact_id"]) == ("fact", "document_changed/2")
    assert said["args"]["document_version"] == 2


async def test_a_request_that_makes_no_sense_is_given_up_visibly(connected: House, bus: Bus) -> None:
    await publish(bus, a_request(policy="policies/expense-claim/versions/99"))
    await until(lambda: connected.rows("SELECT 1 FROM dead_letters WHERE dead_at IS NOT NULL"))
    assert not await connected.rows(CASES)
    await publish(bus, a_request())
    assert await until(lambda: connected.rows(CASES))
