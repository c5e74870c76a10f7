"""What becomes of approved cases about customers: done once, or kept with its reason, told, and tried again by people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest

from chassis.bus.jetstream import Bus
from chassis.postgres.paging import PageRequest
from chassis.postgres.tables import inbox, outbox
from chassis.security.authorisation import NotPermitted
from kernel.errors import EtagMismatch, IllegalTransition, NotFound
from kernel.text import Text
from services.customer.domain.configuration import Choice
from services.customer.domain.customer import Agreement, Customer
from services.customer.domain.follow_up import FollowUp, FollowUpState
from services.customer.domain.life import CustomerState
from services.customer.store.delivered import delivered
from services.customer.use_cases import verbs
from services.customer.use_cases.configuring import PublishConfiguration, publish_configuration
from services.customer.use_cases.ports import EVERYTHING
from tests.builders.callers import Callers
from tests.builders.customer_desk import KEEPER, LIHUA, Desk
from tests.builders.customers import a_file
from tests.builders.follow_up_desk import AGREEMENT, LEVEL, WIN_BACK, Approvals, approvals_at
from tests.builders.refusals import refused
from tests.notes.waiting import until
from zhupi.approval.v1.case_pb2 import CASE_OUTCOME_REJECTED, CASE_OUTCOME_WITHDRAWN
from zhupi.approval.v1.events_pb2 import NoticeRequested
from zhupi.customer.v1 import follow_up_pb2 as pb
from zhupi.customer.v1.follow_up_pb2_grpc import FollowUpServiceStub


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    bus = Bus(nats_url, "customer")
    yield bus
    await bus.close()


@pytest.fixture
async def approvals(desk: Desk, bus: Bus) -> AsyncIterator[Approvals]:
    async with approvals_at(desk, bus) as approvals:
        yield approvals


async def level(approvals: Approvals, customer: Customer, to: str = "A") -> FollowUp:
    return await approvals.approved(LEVEL, customer=customer.name, level=to, reason="年度评级")


async def notices(desk: Desk) -> list[NoticeRequested]:
    rows = await desk.rows(outbox, outbox.c.position)
    return [NoticeRequested.FromString(r.body) for r in rows if r.subject.endswith("NoticeRequested")]


async def test_an_approved_level_is_the_customer_s(desk: Desk, approvals: Approvals) -> None:
    customer = await desk.create()
    done = await level(approvals, customer)
    assert (done.state, done.customer, done.rule) == (FollowUpState.DONE, customer.number, "")
    assert (await desk.customer(customer.number)).level == "A"
    assert await desk.kinds(customer.name) == ["CustomerCreated", "LevelChanged"]
    assert await desk.kinds(done.name) == ["FollowUpDone"]
    async with desk.uow() as uow:
        (change,) = (await uow.levels.page(customer.number, PageRequest(10))).items
    assert (change.actor, change.document, change.reason) == ("people/boss", done.document, "年度评级")
    assert await notices(desk) == []


async def test_a_lost_customer_is_worked_on_again(desk: Desk, approvals: Approvals) -> None:
    customer = await desk.act(verbs.mark_lost, await desk.create(), "竞品")
    done = await approvals.approved(WIN_BACK, customer=customer.name, reason="重新合作")
    assert done.state is FollowUpState.DONE
    assert (await desk.customer(customer.number)).state is CustomerState.POTENTIAL


async def test_an_agreement_is_kept_with_the_files_of_its_document(desk: Desk, approvals: Approvals) -> None:
    customer = await desk.create()
    document = approvals.document(
        AGREEMENT,
        customer=customer.name,
        title="2027 年度购销协议",
        valid_from="2027-01-01",
        valid_to="2027-12-31",
    )
    desk.files.by_document[document.name] = frozenset({"attachments/2", "attachments/1"})
    await approvals.close(document)
    await approvals.followed(document)
    assert (await desk.customer(customer.number)).agreements == (
        Agreement(
            document.name,
            "2027 年度购销协议",
            date(2027, 1, 1),
            date(2027, 12, 31),
            ("attachments/1", "attachments/2"),
        ),
    )


async def test_what_was_not_approved_and_what_is_not_about_customers_changes_nothing(
    desk: Desk, approvals: Approvals
) -> None:
    customer = await desk.create()
    asked = {"customer": customer.name, "level": "A", "reason": "年度评级"}
    ids = [
        await approvals.close(approvals.document(LEVEL, **asked), CASE_OUTCOME_REJECTED),
        await approvals.close(approvals.document(LEVEL, **asked), CASE_OUTCOME_WITHDRAWN),
        await approvals.close(approvals.document("seal-use", **asked)),
    ]
    await until(lambda: heard(desk, *ids))
    assert await desk.customer(customer.number) == customer
    assert approvals.documents.asked == []


async def test_the_same_news_twice_and_news_of_the_same_twice_act_once(
    desk: Desk, approvals: Approvals
) -> None:
    customer = await desk.create()
    document = approvals.document(LEVEL, customer=customer.name, level="A", reason="年度评级")
    id = await approvals.close(document, id="6ab2f7a4-0d6b-4a42-95a1-2d4c33a6f111")
    await approvals.followed(document)
    await approvals.close(document, id=id)
    other = await approvals.close(document)
    await until(lambda: heard(desk, other))
    assert await desk.kinds(customer.name) == ["CustomerCreated", "LevelChanged"]
    assert await desk.kinds(document.name.replace("documents", "followUps")) == ["FollowUpDone"]


async def test_while_approval_is_away_it_waits_and_is_done_afterwards(
    desk: Desk, approvals: Approvals
) -> None:
    customer = await desk.create()
    approvals.documents.away = True
    document = approvals.document(LEVEL, customer=customer.name, level="A", reason="年度评级")
    await approvals.close(document)

    async def asked_often() -> bool:
        return len(approvals.documents.asked) > 6  # more often than a fault is forgiven

    await until(asked_often)
    assert (await desk.customer(customer.number)).level == ""
    approvals.documents.away = False
    assert (await approvals.followed(document)).state is FollowUpState.DONE
    assert (await desk.customer(customer.number)).level == "A"


async def test_what_cannot_be_done_says_why_to_whom_it_concerns(desk: Desk, approvals: Approvals) -> None:
    customer = await desk.act(verbs.close_down, await desk.create(), "吊销")
    kept = await level(approvals, customer)
    assert (kept.state, kept.rule) == (FollowUpState.NOT_DONE, "ILLEGAL_TRANSITION")
    assert kept.why == Text(
        f"{customer.name} 当前为“倒闭”，不能变更等级",
        f"{customer.name} is closed down; rating it is not possible",
    )
    assert (await desk.customer(customer.number)).version == customer.version
    assert (await desk.kinds(customer.name))[-1] == "ApprovedButNotDone"
    assert await desk.kinds(kept.name) == ["FollowUpNotDone"]
    (notice,) = await notices(desk)
    assert (notice.document, list(notice.people)) == (kept.document, ["people/boss", "people/lihua"])
    assert kept.why.zh in notice.text.zh


async def test_a_customer_that_was_merged_meanwhile_is_left_alone(desk: Desk, approvals: Approvals) -> None:
    gone, into = await desk.create(), await desk.create(a_file("信阳仁和堂"))
    await desk.merge(into, gone)
    kept = await level(approvals, gone)
    assert kept.rule == "CUSTOMER_MERGED"
    assert (await desk.customer(into.number)).level == ""


async def test_what_the_document_does_not_say_is_not_guessed(desk: Desk, approvals: Approvals) -> None:
    assert (await approvals.approved(LEVEL, customer="customers/C999999", level="A", reason="x")).rule == (
        "NOT_FOUND"
    )
    assert (await approvals.approved(LEVEL, level="A")).rule == "VALUE_MISSING"
    assert (await approvals.approved(WIN_BACK, customer=7)).rule == "VALUE_MISSING"


async def test_a_message_counts_for_nothing_where_its_document_says_otherwise(
    desk: Desk, approvals: Approvals
) -> None:
    customer = await desk.create()
    asked = {"customer": customer.name, "level": "A", "reason": "年度评级"}
    forged = approvals.document(LEVEL, **asked)
    approvals.documents.by_name[forged.name] = replace(forged, is_approved=False)
    newer = approvals.document(LEVEL, **asked)
    approvals.documents.by_name[newer.name] = replace(newer, version=2)
    missing = replace(newer, name="documents/LC-2026-999999")
    for document in (forged, newer, missing):
        await approvals.close(document)
    rules = [(await approvals.followed(document)).rule for document in (forged, newer, missing)]
    assert rules == ["NOT_APPROVED", "DOCUMENT_CHANGED", "NOT_FOUND"]
    assert await desk.customer(customer.number) == customer


async def test_it_is_tried_again_once_what_stood_in_the_way_is_gone(desk: Desk, approvals: Approvals) -> None:
    customer = await desk.create()
    kept = await level(approvals, customer, "S")
    assert kept.rule == "UNKNOWN_LEVEL"
    with refused("UNKNOWN_LEVEL"):
        await approvals.retry(kept)
    special = Choice("S", Text("S 级", "S"))
    configuration = replace(delivered(), levels=(special, *delivered().levels))
    await desk.do(publish_configuration, PublishConfiguration("0", configuration), KEEPER)
    done = await approvals.retry(kept)
    assert (done.state, done.revision) == (FollowUpState.DONE, 2)
    assert (await desk.customer(customer.number)).level == "S"
    assert [one.notice_id for one in await notices(desk)] == ["follow-up/1", "follow-up/2"]
    with pytest.raises(EtagMismatch):
        await approvals.retry(kept)
    with pytest.raises(IllegalTransition):
        await approvals.retry(done)


async def test_what_nobody_wants_any_more_is_settled_with_a_reason(desk: Desk, approvals: Approvals) -> None:
    customer = await desk.act(verbs.close_down, await desk.create(), "吊销")
    kept = await level(approvals, customer)
    with pytest.raises(NotPermitted):
        await approvals.settle(kept, "不再需要", LIHUA)
    settled = await approvals.settle(kept, "客户已倒闭，无须评级")
    assert settled.state is FollowUpState.SETTLED
    assert await desk.kinds(kept.name) == ["FollowUpNotDone", "FollowUpSettled"]
    with pytest.raises(IllegalTransition):
        await approvals.retry(settled)


async def test_people_see_what_they_asked_for_and_what_is_of_their_customers(
    desk: Desk, approvals: Approvals, callers: Callers
) -> None:
    kept = await level(approvals, await desk.act(verbs.close_down, await desk.create(), "吊销"))
    done = await level(approvals, await desk.create(a_file("信阳仁和堂")))

    async def seen(person: str, *roles: str, state: pb.FollowUp.State.ValueType = 0) -> list[str]:
        stub = await callers.person(person, FollowUpServiceStub, *roles)
        answer = await stub.ListFollowUps(pb.ListFollowUpsRequest(state=state))
        return [one.name for one in answer.follow_ups]

    for who in (("lihua",), ("boss",), ("wutao", "operator")):
        assert await seen(*who) == [done.name, kept.name]
        assert await seen(*who, state=pb.FollowUp.STATE_NOT_DONE) == [kept.name]
    assert await seen("stranger") == []
    stub = await callers.person("lihua", FollowUpServiceStub)
    shown = await stub.GetFollowUp(pb.GetFollowUpRequest(name=kept.name))
    assert (shown.requester, shown.why.zh, shown.rule) == ("people/boss", kept.why.zh, kept.rule)
    stranger = await callers.person("stranger", FollowUpServiceStub)
    with refused("NOT_FOUND"):
        await stranger.GetFollowUp(pb.GetFollowUpRequest(name=kept.name))
    async with desk.uow() as uow:
        with pytest.raises(NotFound):
            await uow.follow_ups.get("LC-2026-999999", EVERYTHING)


async def heard(desk: Desk, *ids: str) -> bool:
    """Whether these messages have had their effect."""
    return set(ids) <= {row.message_id for row in await desk.rows(inbox)}
