"""Licences on real tables: who keeps them, what is said of them, what becomes of orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from chassis.cases.attachments import AttachmentNotOfDocument
from chassis.postgres.paging import PageRequest
from chassis.postgres.tables import outbox
from chassis.security.authorisation import NotPermitted
from kernel.actor import Actor
from kernel.clock import local_date
from kernel.errors import EtagMismatch, NotFound, NotYours, Refusal
from services.customer.domain.configuration import UnknownLicenceType
from services.customer.domain.customer import Customer
from services.customer.domain.kinds import Kind
from services.customer.domain.licence import Licence, LicenceRecorded, LicencesKeptByQuality
from services.customer.domain.licence_watch import Block
from services.customer.store.delivered import delivered
from services.customer.use_cases import decided, licences, verbs
from services.customer.use_cases.configuring import PublishConfiguration, publish_configuration
from services.customer.use_cases.licence_watch import Watched, WatchLicences, watch_licences
from services.customer.use_cases.ports import LicenceQuery
from tests.builders.customer_desk import BOSS, KEEPER, LIHUA, QUALITY, STRANGER, WORKER, Desk
from tests.builders.customer_sheets import Importer, a_row
from tests.builders.customers import NOW, a_file
from zhupi.approval.v1.events_pb2 import NoticeRequested

TODAY = local_date(NOW)


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


async def keep(desk: Desk, customer: Customer, by: Actor = LIHUA, id: str = "", **said: Any) -> Licence:
    usual = {"type": "medical-institution", "number": "PDY001", "expiry": in_days(400)}
    licence = Licence(customer=customer.number, id=id, **(usual | said))
    use_case = partial(licences.keep_licence, directory=desk.directory, attachments=desk.files)
    kept: Licence = await desk.do(use_case, licences.KeepLicence(licence, customer.etag), by)
    return kept


async def hospital(
    desk: Desk, name: str = "郑州第一人民医院", *, formal: bool = True, **said: Any
) -> Customer:
    """A customer whose kind needs one licence, with it; registered unless said otherwise."""
    customer = await desk.create(a_file(name, kind=Kind.HOSPITAL))
    await keep(desk, customer, **said)
    if formal:
        await desk.decided(decided.become_formal, customer.number, f"K-{customer.number}")
    return await desk.customer(customer.number)


async def look(desk: Desk, days: int = 0, after: str = "") -> Watched:
    watched: Watched = await desk.do(watch_licences, WatchLicences(in_days(days), after), WORKER)
    return watched


async def listed(desk: Desk, by: Actor = LIHUA, **asked: Any) -> list[str]:
    use_case = partial(licences.list_licences, directory=desk.directory)
    page = await desk.do(use_case, licences.ListLicences(LicenceQuery(**asked), PageRequest(50)), by)
    return [line.licence.number for line in page.items]


async def test_owners_keep_licences_until_the_customer_is_registered_and_quality_from_then_on(
    desk: Desk,
) -> None:
    customer = await hospital(desk, formal=False)
    with pytest.raises(NotFound):
        await keep(desk, customer, STRANGER, number="X")
    with pytest.raises(EtagMismatch):
        await keep(desk, replace(customer, version=1), number="X")
    customer = await hospital(desk, "洛阳中心医院")
    for owner in (LIHUA, BOSS):
        with pytest.raises(LicencesKeptByQuality):
            await keep(desk, customer, owner, number="X")
    kept = await keep(desk, customer, QUALITY, number="X")
    assert (kept.id, await desk.kinds(customer.name)) == (
        "2",
        ["CustomerCreated", "LicenceAdded", "CustomerBecameFormal", "LicenceAdded"],
    )


async def test_quality_does_not_keep_licences_of_customers_that_are_not_registered(desk: Desk) -> None:
    customer = await hospital(desk, formal=False)
    with pytest.raises(NotYours):
        await keep(desk, customer, QUALITY, number="X")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"type": "nothing-we-know"}, UnknownLicenceType),
        ({"number": "PDY001"}, LicenceRecorded),
        ({"scan": "attachments/of-somebody-else"}, AttachmentNotOfDocument),
    ],
)
async def test_what_is_wrong_with_a_licence_is_said_and_changes_nothing(
    desk: Desk, said: dict[str, Any], refusal: type[Refusal]
) -> None:
    customer = await hospital(desk, formal=False)
    before = await desk.everything()
    with pytest.raises(refusal):
        await keep(desk, customer, **({"number": "X"} | said))
    assert await desk.everything() == before


async def test_a_scan_is_a_file_of_the_customer(desk: Desk) -> None:
    customer = await desk.create(a_file())
    desk.files.by_document[customer.name] = frozenset({"attachments/1"})
    assert (await keep(desk, customer, scan="attachments/1")).scan == "attachments/1"


async def test_what_expires_is_said_once_and_orders_stop_and_go_on(desk: Desk) -> None:
    customer = await hospital(desk, expiry=in_days(40))
    await hospital(desk, "开封第一人民医院", expiry=None)  # of which there is nothing to say, ever
    assert await look(desk) == Watched(expiring=1)
    assert await look(desk) == Watched()
    assert await look(desk, 10) == Watched(expiring=1)
    assert await look(desk, 40) == Watched(expiring=1)
    assert await look(desk, 41) == Watched(expiring=1, blocked=1)
    assert await look(desk, 42) == Watched()
    blocked = await desk.customer(customer.number)
    assert blocked.blocked == Block.LICENCE_EXPIRED.value
    told = (await desk.messages(customer.name))[-9:]
    assert told == [*["LicenceExpiring", "NoticeRequested"] * 4, "OrdersBlocked"]
    desk.clock.advance(timedelta(days=42))
    await keep(desk, blocked, QUALITY, number="PDY002", expiry=in_days(800))
    assert (await desk.customer(customer.number)).blocked == ""
    assert (await desk.kinds(customer.name))[-2:] == ["LicenceAdded", "OrdersUnblocked"]


async def notices(desk: Desk, customer: Customer) -> list[NoticeRequested]:
    rows = await desk.rows(outbox, outbox.c.position)
    about = [row for row in rows if row.lane == customer.name]
    return [NoticeRequested.FromString(r.body) for r in about if r.subject.endswith("NoticeRequested")]


async def test_salesperson_and_quality_are_told_at_each_threshold_and_when_orders_stop(desk: Desk) -> None:
    customer = await hospital(desk, expiry=in_days(100))
    for days in range(39, 104):
        await look(desk, days)
    told = await notices(desk, customer)
    assert [notice.title.zh for notice in told] == [
        "郑州第一人民医院：医疗机构执业许可证将于 60 天后到期",
        "郑州第一人民医院：医疗机构执业许可证将于 30 天后到期",
        "郑州第一人民医院：医疗机构执业许可证将于 7 天后到期",
        "郑州第一人民医院：医疗机构执业许可证已到期，订货已锁定",
    ]
    assert len({notice.notice_id for notice in told}) == 4
    for notice in told:
        assert (list(notice.people), list(notice.roles)) == (["people/lihua"], ["quality"])
        assert notice.document == customer.name
        assert "PDY001" in notice.text.en


async def test_where_another_licence_holds_nobody_is_told_of_blocked_orders(desk: Desk) -> None:
    customer = await hospital(desk, expiry=in_days(0))
    await keep(desk, customer, QUALITY, number="PDY002")
    await look(desk)
    await look(desk, 1)
    assert [notice.title.en for notice in await notices(desk, customer)] == [
        "郑州第一人民医院: Licence of a medical institution ends today",
        "郑州第一人民医院: Licence of a medical institution has ended",
    ]


async def test_a_second_licence_of_the_type_keeps_orders_going(desk: Desk) -> None:
    customer = await hospital(desk, expiry=in_days(1))
    await keep(desk, customer, QUALITY, number="PDY002")
    assert await look(desk, 2) == Watched(expiring=1)
    customer = await desk.customer(customer.number)
    remove = partial(licences.remove_licence, directory=desk.directory)
    await desk.do(remove, licences.RemoveLicence(customer.number, "1", customer.etag), QUALITY)
    assert (await desk.customer(customer.number)).blocked == ""
    customer = await desk.customer(customer.number)
    await desk.do(remove, licences.RemoveLicence(customer.number, "2", customer.etag), QUALITY)
    assert (await desk.customer(customer.number)).blocked == Block.LICENCE_EXPIRED.value


async def test_orders_are_held_from_the_first_moment_where_a_licence_expired_while_people_decided(
    desk: Desk,
) -> None:
    customer = await hospital(desk, formal=False, expiry=in_days(0))
    desk.clock.advance(timedelta(days=1))
    formal = await desk.decided(decided.become_formal, customer.number, "K-000001")
    assert (formal.blocked, (await desk.customer(customer.number)).blocked) == ("licence_expired",) * 2
    assert (await desk.kinds(customer.name))[-2:] == ["CustomerBecameFormal", "OrdersBlocked"]
    assert (await desk.messages(customer.name))[-2:] == ["CustomerBecameFormal", "OrdersBlocked"]


async def test_a_customer_of_another_kind_needs_its_licences_at_once(desk: Desk) -> None:
    customer = await hospital(desk)
    store = await desk.edit(customer, replace(customer.file, kind=Kind.STORE))
    assert store.blocked == Block.LICENCE_EXPIRED.value
    importer = Importer(desk)
    await importer.run(a_row(customer.file.name, kind="医院"))
    assert (await desk.customer(customer.number)).blocked == ""
    assert (await desk.kinds(customer.name))[-3:] == ["OrdersBlocked", "CustomerChanged", "OrdersUnblocked"]


async def test_orders_go_on_with_the_licences_that_a_merge_brings(desk: Desk) -> None:
    customer = await hospital(desk, expiry=in_days(0))
    await look(desk, 1)
    desk.clock.advance(timedelta(days=1))
    other = await hospital(desk, "洛阳中心医院", formal=False, number="PDY002")
    merged = await desk.merge(await desk.customer(customer.number), other)
    assert (merged.blocked, (await desk.customer(customer.number)).blocked) == ("", "")
    assert (await desk.kinds(customer.name))[-2:] == ["CustomersMerged", "OrdersUnblocked"]


async def test_a_customer_won_back_is_held_to_its_licences(desk: Desk) -> None:
    customer = await hospital(desk, expiry=in_days(0))
    await desk.act(verbs.mark_lost, customer, "无采购")
    desk.clock.advance(timedelta(days=30))
    approved = decided.Approved("documents/RO-1", "people/lihua")
    assert (await desk.decided(decided.win_back, customer.number, approved)).blocked == "licence_expired"


async def test_rules_that_become_stricter_hold_orders_from_the_next_watch_on(desk: Desk) -> None:
    customer = await hospital(desk)
    rules = dict(delivered().licence_rules)
    rules[Kind.HOSPITAL] = (*rules[Kind.HOSPITAL], "business")
    stricter = replace(delivered(), licence_rules=tuple(rules.items()))
    await desk.do(publish_configuration, PublishConfiguration("0", stricter), KEEPER)
    assert await look(desk) == Watched(blocked=1)
    await keep(
        desk, await desk.customer(customer.number), QUALITY, type="business", number="914100", expiry=None
    )
    assert not (await desk.customer(customer.number)).blocked


async def test_a_licence_with_the_place_of_one_that_was_removed_is_spoken_of_anew(desk: Desk) -> None:
    customer = await hospital(desk)
    for _ in range(2):
        before = await desk.customer(customer.number)
        kept = await keep(desk, before, QUALITY, type="gsp", number="G", expiry=in_days(5))
        assert (await look(desk)).expiring == 1
        use_case = partial(licences.remove_licence, directory=desk.directory)
        now = await desk.customer(customer.number)
        await desk.do(use_case, licences.RemoveLicence(customer.number, kept.id, now.etag), QUALITY)


async def test_customers_that_are_not_registered_are_not_watched(desk: Desk) -> None:
    await hospital(desk, formal=False, expiry=in_days(-3))
    assert await look(desk) == Watched()


async def test_many_customers_are_looked_at_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.customer.use_cases.licence_watch.AT_ONCE", 2)
    made = [await hospital(desk, f"县{n}人民医院", expiry=in_days(0)) for n in "甲乙丙"]
    first = await look(desk, 1)
    assert first == Watched(expiring=2, blocked=2, last=made[1].number)
    assert await look(desk, 1, after=first.last) == Watched(expiring=1, blocked=1)


async def test_only_the_worker_watches(desk: Desk) -> None:
    for actor in (QUALITY, Actor(service="expense")):
        with pytest.raises(NotPermitted):
            await desk.do(watch_licences, WatchLicences(TODAY), actor)


async def test_lists_show_the_next_to_expire_first_and_only_what_one_may_see(desk: Desk) -> None:
    customer = await hospital(desk, expiry=None)
    await keep(desk, customer, QUALITY, number="B", type="business", expiry=in_days(9))
    await keep(desk, await desk.customer(customer.number), QUALITY, number="A", type="gsp", expiry=in_days(3))
    assert await listed(desk) == ["A", "B", "PDY001"]
    assert await listed(desk, expiring_by=in_days(5)) == ["A"]
    assert await listed(desk, type="business") == ["B"]
    assert await listed(desk, customer=customer.number) == ["A", "B", "PDY001"]
    assert await listed(desk, STRANGER) == []
    with pytest.raises(NotFound):
        await listed(desk, STRANGER, customer=customer.number)
