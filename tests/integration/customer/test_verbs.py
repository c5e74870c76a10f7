"""What owners and master data do to customers, on real tables: states, aliases, the ladder, hand-over, merging, phones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.errors import IllegalTransition, NotFound, NotYours, Refusal
from services.customer.domain.configuration import Configuration, UnknownProgress
from services.customer.domain.customer import DirectHasNoUpstream, NoPhone, UnknownAlias
from services.customer.domain.file import KeyPerson, Relation
from services.customer.domain.hierarchy import UpstreamCycle
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.licence import Licence
from services.customer.domain.life import CustomerMerged, CustomerState
from services.customer.domain.merging import MergedTheWrongWay
from services.customer.domain.onboarding_life import OnboardingOpen
from services.customer.store.delivered import delivered
from services.customer.use_cases import decided, verbs
from services.customer.use_cases.configuring import PublishConfiguration, publish_configuration
from services.customer.use_cases.reassignment import UnknownSalesperson
from services.customer.use_cases.reveals import PurposeMissing, RevealedTooOften
from tests.builders.customer_desk import BOSS, KEEPER, LIHUA, STRANGER, ZHANGWEI, Desk
from tests.builders.customers import a_file
from tests.builders.onboarding_desk import draft, licensed, submit

INDIRECT = {"kind": Kind.STORE, "trade": Trade.INDIRECT}


async def refused(desk: Desk, refusal: type[Refusal], act: Awaitable[object]) -> Refusal:
    """The act is refused, and every row is as it was."""
    before = await desk.everything()
    with pytest.raises(refusal) as caught:
        await act
    assert await desk.everything() == before
    return caught.value


async def test_a_customer_is_lost_and_won_back_and_each_step_is_told(desk: Desk) -> None:
    customer = await desk.create()
    assert customer.progress == "discovered"
    customer = await desk.act(verbs.set_progress, customer, "negotiation")
    customer = await desk.act(verbs.mark_opportunity, customer)
    customer = await desk.act(verbs.mark_lost, customer, "被竞品取代")
    assert (customer.state, customer.reason) == (CustomerState.LOST, "被竞品取代")
    await refused(desk, IllegalTransition, desk.act(verbs.mark_opportunity, customer))
    await refused(desk, UnknownProgress, desk.act(verbs.set_progress, customer, "nowhere"))
    approved = decided.Approved("documents/RE-1", "people/lihua")
    customer = await desk.decided(decided.win_back, customer.number, approved)
    customer = await desk.decided(decided.become_formal, customer.number, "K-000001")
    customer = await desk.act(verbs.stop_trading, customer, "欠款")
    customer = await desk.act(verbs.resume_trading, customer)
    customer = await desk.act(verbs.close_down, customer, "吊销")
    assert (await desk.customer(customer.number)).state is CustomerState.CLOSED
    assert await desk.messages(customer.name) == [
        *("CustomerCreated", "CustomerChanged", "CustomerChanged", "CustomerLeft", "CustomerReturned"),
        # Formal without the licences that its kind needs: no orders are taken from the first moment on.
        *("CustomerBecameFormal", "OrdersBlocked", "CustomerLeft", "CustomerReturned", "CustomerLeft"),
    ]


async def test_only_owners_and_master_data_change_a_customer(desk: Desk) -> None:
    customer = await desk.create()
    await refused(desk, NotFound, desk.act(verbs.mark_lost, customer, "无", STRANGER))
    quality = replace(STRANGER, roles=frozenset({"quality"}))
    await refused(desk, NotYours, desk.act(verbs.mark_lost, customer, "无", quality))
    customer = await desk.act(verbs.add_alias, customer, "康源", BOSS)
    again = await desk.act(verbs.add_alias, customer, "康源", KEEPER)
    assert again.aliases == ("康源",)
    assert await desk.kinds(customer.name) == ["CustomerCreated", "AliasAdded"]
    await refused(desk, UnknownAlias, desk.act(verbs.remove_alias, customer, "康元"))
    assert (await desk.act(verbs.remove_alias, customer, "康源")).aliases == ()


async def test_nobody_buys_from_themselves_and_a_subtree_moves_at_once(desk: Desk) -> None:
    top = await desk.create(a_file("一级"))
    other = await desk.create(a_file("另一级"))
    middle = await desk.create(a_file("二级", **INDIRECT), upstream=top.number)
    bottom = await desk.create(a_file("门店", **INDIRECT), upstream=middle.number)
    said = await refused(desk, UpstreamCycle, desk.act(verbs.set_upstream, middle, bottom.number))
    assert said.values["chain"] == f"{middle.name} → {bottom.name} → {middle.name}"
    await refused(desk, UpstreamCycle, desk.act(verbs.set_upstream, middle, middle.number))
    await refused(desk, DirectHasNoUpstream, desk.act(verbs.set_upstream, top, other.number))
    await refused(desk, NotFound, desk.act(verbs.set_upstream, middle, "C999999"))
    await desk.act(verbs.set_upstream, middle, other.number)
    async with desk.uow() as uow:
        assert await uow.hierarchy.from_here_up(bottom.number) == (
            bottom.number,
            middle.number,
            other.number,
        )


async def test_two_moves_at_once_make_no_circle(desk: Desk) -> None:
    first, second = [await desk.create(a_file(name, **INDIRECT)) for name in ("甲", "乙")]
    moves = await asyncio.gather(
        desk.act(verbs.set_upstream, first, second.number),
        desk.act(verbs.set_upstream, second, first.number),
        return_exceptions=True,
    )
    assert sorted(type(move).__name__ for move in moves) == ["Customer", "UpstreamCycle"]


async def test_customers_of_who_leaves_are_handed_over_so_many_at_a_time(desk: Desk) -> None:
    for n in range(3):
        await desk.create(a_file(f"客户{n}"))
    theirs = await desk.create(a_file("别人的"), by=ZHANGWEI)
    await refused(desk, Refusal, desk.reassign("zhangwei", LIHUA))
    await refused(desk, UnknownSalesperson, desk.reassign("nobody"))
    await refused(desk, Refusal, desk.reassign("stranger", organisation="hebei"))  # not the boss's to give to
    first = await desk.reassign("zhangwei", limit=2)
    assert ([c.number for c in first.customers], first.remaining) == (["C000001", "C000002"], 1)
    last = await desk.reassign("zhangwei", limit=2)
    assert (len(last.customers), last.remaining) == (1, 0)
    assert (await desk.customer("C000003")).salesperson == "zhangwei"
    assert await desk.kinds("customers/C000003") == ["CustomerCreated", "OwnershipChanged"]
    moved = await desk.reassign("stranger", KEEPER, of="zhangwei", organisation="hebei")
    assert {c.organisation for c in moved.customers} == {"hebei"}
    assert theirs.number in {c.number for c in moved.customers}


async def test_two_customers_become_one_with_everything_that_names_them(desk: Desk) -> None:
    into = await desk.create(a_file("康源医药"))
    people = (KeyPerson(name="张主任", phone="13900001111"),)
    file = a_file("康源药业", people=people, credit_code="91410000MA9FQ5RT1X")
    other = await desk.act(verbs.add_alias, await desk.create(file, despite=frozenset({into.number})), "康源")
    below = await desk.create(a_file("门店", **INDIRECT), upstream=other.number)
    friend = await desk.create(a_file("友商", relations=(Relation(other.number, "同一实际控制人"),)))
    async with desk.uow() as uow:
        for customer in (into, other):
            await uow.licences.put(
                Licence(customer=customer.number, id="1", type="gsp", number=customer.number)
            )
        await uow.commit()

    await refused(desk, Refusal, desk.merge(into, other, BOSS))
    merged = await desk.merge(into, other)
    assert merged.aliases == ("康源药业", "康源")
    assert merged.file.credit_code == "91410000MA9FQ5RT1X"
    gone, below, friend = [await desk.customer(c.number) for c in (other, below, friend)]
    assert (gone.merged_into, below.upstream) == (into.number, into.number)
    assert friend.file.relations == (Relation(into.number, "同一实际控制人"),)
    async with desk.uow() as uow:
        assert [(one.id, one.number) for one in await uow.licences.of(into.number)] == [
            ("1", into.number),
            ("2", other.number),
        ]
        assert await uow.licences.of(other.number) == ()
    assert await desk.kinds(into.name) == ["CustomerCreated", "CustomersMerged"]
    assert await desk.kinds(other.name) == ["CustomerCreated", "AliasAdded", "MergedInto"]
    said = await refused(desk, CustomerMerged, desk.act(verbs.mark_lost, gone, "无"))
    assert said.values["into"] == into.name
    await refused(desk, CustomerMerged, desk.act(verbs.set_upstream, below, other.number))
    assert (await desk.act(verbs.mark_lost, merged, "无")).state is CustomerState.LOST


async def test_a_merge_makes_no_circle_and_loses_no_registration(desk: Desk) -> None:
    top = await desk.create(a_file("一级", **INDIRECT))
    middle = await desk.create(a_file("二级", **INDIRECT), upstream=top.number)
    bottom = await desk.create(a_file("门店", **INDIRECT), upstream=middle.number)
    await refused(desk, UpstreamCycle, desk.merge(bottom, top))
    formal = await desk.decided(decided.become_formal, middle.number, "K-000002")
    await refused(desk, MergedTheWrongWay, desk.merge(await desk.customer(top.number), formal))


async def test_a_customer_that_is_decided_on_does_not_become_part_of_another(desk: Desk) -> None:
    customer = await licensed(desk)
    await submit(desk, await draft(desk, customer))
    into = await desk.create(a_file("信阳仁和堂"))
    other = await desk.customer(customer.number)
    await refused(desk, OnboardingOpen, desk.merge(into, other))


async def test_a_phone_is_shown_whole_with_a_purpose_and_not_too_often(desk: Desk) -> None:
    customer = await desk.create(a_file(phone="13812345678"))
    assert await desk.reveal(customer, purpose="", by=LIHUA) == "13812345678"
    await refused(desk, PurposeMissing, desk.reveal(customer, purpose=""))
    await refused(desk, NoPhone, desk.reveal(customer, "people/7"))
    few = replace(delivered(), reveals_per_hour=2)
    await desk.do(publish_configuration, PublishConfiguration("0", few), KEEPER)
    assert [await desk.reveal(customer) for _ in range(2)] == ["13812345678"] * 2
    said = await refused(desk, RevealedTooOften, desk.reveal(customer))
    assert said.values["again_from"] > desk.clock.now().isoformat()
    desk.clock.advance(timedelta(hours=1))
    assert await desk.reveal(customer) == "13812345678"
    assert await desk.kinds(customer.name) == ["CustomerCreated", *["PhoneRevealed"] * 3]


async def test_a_limit_holds_for_numbers_asked_for_at_once(desk: Desk) -> None:
    customer = await desk.create(a_file(phone="13812345678"))
    few = replace(delivered(), reveals_per_hour=3)
    await desk.do(publish_configuration, PublishConfiguration("0", few), KEEPER)
    asked = await asyncio.gather(*(desk.reveal(customer) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(one, str) for one in asked) == 3


async def test_a_level_is_changed_once_by_one_document(desk: Desk) -> None:
    customer = await desk.create()
    approved = decided.Approved("documents/LV-1", "people/boss", "年度评级")
    for _ in range(2):
        customer = await desk.decided(decided.change_level, customer.number, "A", approved)
    assert customer.level == "A"
    assert await desk.kinds(customer.name) == ["CustomerCreated", "LevelChanged"]


async def test_configurations_are_published_one_after_the_other(desk: Desk) -> None:
    first = replace(delivered(), reveals_per_hour=1)
    published: Configuration = await desk.do(publish_configuration, PublishConfiguration("0", first), KEEPER)
    assert (published.version, published.publisher) == (1, "people/chenjing")
    late = PublishConfiguration("0", replace(first, reveals_per_hour=2))
    await refused(desk, Refusal, desk.do(publish_configuration, late, KEEPER))
    await refused(desk, Refusal, desk.do(publish_configuration, PublishConfiguration("1", first), BOSS))
