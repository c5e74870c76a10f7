"""What people do with work items beside deciding them, through the service and its database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import text

from services.approval.domain.cases.case import Case
from services.approval.use_cases.policy_views import PolicyView
from tests.builders.approval import text as words
from tests.builders.approval_desk import Desk, opening, request_id
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from zhupi.approval.v1 import case_protocol_pb2 as protocol
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest

Item = pb.WorkItem
POLICY = """
process: seal-use
title: {zh: 用章, en: Use of a seal}
stages:
  claim:
    title: {zh: 审批, en: Approval}
    steps:
      - {key: plain, title: {zh: 上级, en: Manager}, approvers: [{manager: 1}]}
      - {key: pool, title: {zh: 财务, en: Finance}, approvers: [{post: finance-reviewer}]}
      - key: lenient
        title: {zh: 会签, en: Everyone}
        mode: all
        skippable: true
        undo: 10m
        approvers: [{manager: 1}, {post: finance-director}]
"""


async def a_case(house: House, *keys: str) -> Case:
    """With these steps before the people, in a process whose policy allows everything."""
    if not await house.rows("SELECT 1 FROM policies WHERE process = 'seal-use'"):
        async with house.parts.units() as uow:
            now = datetime.now(UTC)
            await uow.policies.add(PolicyView("seal-use", 1, words("用章"), POLICY, "zhengnan", now))
            await uow.commit()
    case = await house.start_case(process="seal-use", policy="policies/seal-use/versions/1")
    for key in keys:
        await house.open_step(case, "claim", key)
    return case


async def do(desk: Desk, rpc: str, item: Item, **said: Any) -> Item:
    """`rpc` on the item as it was seen."""
    call, kind = getattr(desk.items, rpc), getattr(pb, f"{rpc}Request")
    if "document_version" in kind.DESCRIPTOR.fields_by_name:
        said = {"document_version": item.document_version, **said}
    asked = {"name": item.name, "etag": item.etag, "request_id": request_id(), **said}
    return await call(kind(**asked))


async def mine(desk: Desk) -> Item:
    (item,) = await desk.inbox()
    return item


async def timeline(desk: Desk, case: Case) -> Sequence[Any]:
    asked = ListTimelineRequest(document=case.name.resource, page_size=200)
    return (await desk.timelines.ListTimeline(asked)).entries


async def change(house: House, statement: str) -> None:
    """What time would do."""
    async with house.parts.database.engine.begin() as connection:
        await connection.execute(text(statement))


async def test_somebody_starts_puts_aside_and_takes_up_again(house: House) -> None:
    await a_case(house, "pool")
    sunli, zhoumin = await house.desk("sunli"), await house.desk("zhoumin")
    started = await do(sunli, "StartWorkItem", await mine(sunli))
    assert (started.state, started.assignee) == (Item.STATE_STARTED, "people/sunli")
    assert not await zhoumin.inbox()
    aside = await do(sunli, "SuspendWorkItem", started)
    assert aside.state == Item.STATE_SUSPENDED
    assert not await sunli.inbox()
    (kept,) = await sunli.inbox(box=pb.ListWorkItemsRequest.BOX_SET_ASIDE)
    assert kept.name == aside.name
    with refused("WORK_ITEM_SUSPENDED"):
        await sunli.approve(aside)
    with refused("NOT_YOUR_WORK_ITEM"):
        await do(zhoumin, "ResumeWorkItem", aside)
    resumed = await do(sunli, "ResumeWorkItem", aside)
    assert (await sunli.approve(resumed)).decision == Item.DECISION_APPROVED


async def test_what_is_snoozed_is_out_of_sight_until_its_time(house: House) -> None:
    await a_case(house, "plain")
    lihua = await house.desk("lihua")
    item = await mine(lihua)
    until = Timestamp()
    until.FromDatetime(datetime.now(UTC) + timedelta(days=3))
    aside = await do(lihua, "SuspendWorkItem", item, until=until)
    assert aside.suspended_until == until
    assert not await lihua.inbox()
    await change(house, "UPDATE inbox_entries SET until = now() - interval '1 s' WHERE until > now()")
    await change(house, "UPDATE work_items SET until = now() - interval '1 s'")
    back = await mine(lihua)
    assert (await lihua.approve(back)).state == Item.STATE_DONE


async def test_a_time_that_is_over_is_no_time_to_come_back(house: House) -> None:
    await a_case(house, "plain")
    lihua = await house.desk("lihua")
    before = await house.dump()
    with refused("NOT_IN_THE_FUTURE") as late:
        await do(lihua, "SuspendWorkItem", await mine(lihua), until=Timestamp(seconds=1))
    assert late.value.violations[0].field == "until"
    assert await house.dump() == before


async def test_a_signer_before_me_decides_first_and_whoever_added_them_removes_them(house: House) -> None:
    case = await a_case(house, "plain")
    lihua, wuhao = await house.desk("lihua"), await house.desk("wuhao")
    waiting = await do(
        lihua,
        "AddSigner",
        await mine(lihua),
        person="people/wuhao",
        place=pb.AddSignerRequest.PLACE_BEFORE,
    )
    theirs = await mine(wuhao)
    assert (waiting.state, list(waiting.waits_for)) == (Item.STATE_WAITING, [theirs.name])
    assert (theirs.added_by, theirs.seat) == ("people/lihua", waiting.name)
    assert "李华" in theirs.why.zh
    with refused("NOT_YOUR_TURN"):
        await lihua.approve(waiting)
    with refused("ALREADY_SIGNS"):
        await do(lihua, "AddSigner", waiting, person="people/lihua", place=pb.AddSignerRequest.PLACE_AFTER)
    with refused("NOT_YOUR_SIGNER"):
        await do(wuhao, "RemoveSigner", theirs, reason="不必")
    gone = await do(lihua, "RemoveSigner", theirs, reason="不必")
    assert (gone.state, gone.removed_by) == (Item.STATE_CANCELLED, "people/lihua")
    assert not await wuhao.inbox()
    assert (await lihua.approve(await mine(lihua))).state == Item.STATE_DONE
    kinds = [row.kind for row in await timeline(lihua, case)]
    assert {"SignerAdded", "SignerRemoved"} <= set(kinds)


async def test_an_added_signer_sees_the_case_and_both_must_approve(house: House) -> None:
    case = await a_case(house, "plain")
    lihua, wuhao = await house.desk("lihua"), await house.desk("wuhao")
    mine_now = await do(
        lihua,
        "AddSigner",
        await mine(lihua),
        person="people/wuhao",
        place=pb.AddSignerRequest.PLACE_BESIDE,
    )
    await lihua.approve(mine_now)
    assert not await _signals(house)
    assert len((await wuhao.get_case(case.name.resource)).work_items) == 2
    await wuhao.approve(await mine(wuhao))
    assert len(await _signals(house)) == 1


async def test_an_administrator_removes_an_approver_as_an_override(house: House) -> None:
    case = await a_case(house, "lenient")
    zhengnan, wuhao = await house.desk("zhengnan", "administrator"), await house.desk("wuhao")
    item = await mine(wuhao)
    await do(zhengnan, "RemoveSigner", item, reason="离岗")
    (row,) = [row for row in await timeline(zhengnan, case) if row.kind == "SignerRemoved"]
    assert row.override
    lihua = await house.desk("lihua")
    with refused("LAST_SIGNER"):
        await do(zhengnan, "RemoveSigner", await mine(lihua), reason="离岗")


async def test_a_delegate_hands_it_back_before_anybody_decides(house: House) -> None:
    await a_case(house, "plain")
    lihua, wuhao = await house.desk("lihua"), await house.desk("wuhao")
    away = await do(lihua, "DelegateWorkItem", await mine(lihua), person="people/wuhao", comment="请看")
    assert list(away.delegated_by) == ["people/lihua"]
    for desk in (lihua, wuhao):
        with refused("DELEGATION_OPEN") as open_still:
            await desk.approve(away)
        assert open_still.value.values["holder"] == "wuhao"
    back = await do(wuhao, "HandBackWorkItem", await mine(wuhao), comment="没有问题")
    assert back.assignee == "people/lihua"
    again = await do(lihua, "DelegateWorkItem", back, person="people/sunli")
    called = await do(lihua, "CallBackWorkItem", again)
    assert (await lihua.approve(called)).decider == "people/lihua"


async def test_the_requester_answers_and_the_approver_reads_it(house: House) -> None:
    case = await a_case(house, "plain")
    lihua, wangfang = await house.desk("lihua"), await house.desk("wangfang")
    item = await do(
        lihua, "AskForInformation", await mine(lihua), person="people/wangfang", question="为何住两晚？"
    )
    question = await mine(wangfang)
    assert (question.kind, question.questions[0].question) == (Item.KIND_ANSWER, "为何住两晚？")
    with refused("ANSWER_ASKED"):
        await wangfang.approve(question)
    await do(wangfang, "AnswerQuestion", question, answer="航班取消")
    assert not await wangfang.inbox()
    with refused("ETAG_MISMATCH"):
        await lihua.approve(item)
    read = await mine(lihua)
    assert read.questions[0].answer == "航班取消"
    assert read.questions[0].asker_title == "李华"
    await lihua.approve(read)
    assert any("航班取消" in row.sentence.zh for row in await timeline(lihua, case))


async def test_who_abstains_leaves_it_to_the_others(house: House) -> None:
    case = await a_case(house, "lenient", "plain")
    lihua, wuhao = await house.desk("lihua"), await house.desk("wuhao")
    plain, lenient = sorted(await lihua.inbox(), key=lambda item: item.step, reverse=True)
    with refused("SKIP_NOT_ALLOWED"):
        await do(lihua, "SkipWorkItem", plain)
    assert (await do(lihua, "SkipWorkItem", lenient)).decision == Item.DECISION_SKIPPED
    await do(wuhao, "SkipWorkItem", await mine(wuhao))
    (step,) = await house.rows("SELECT state, completion FROM steps WHERE key = 'lenient'")
    assert (step.state, step.completion["outcome"]) == ("completed", "skipped")
    assert any("弃权" in row.sentence.zh for row in await timeline(lihua, case))


async def test_a_decision_is_taken_back_and_only_then_told_to_the_workflow(house: House) -> None:
    case = await a_case(house, "lenient")
    lihua, wuhao, worker = await house.desk("lihua"), await house.desk("wuhao"), await house.service()
    decided = await lihua.reject(await mine(lihua))
    assert not await wuhao.inbox()
    status = await worker.open_step(case, "claim", "lenient")
    assert status.state == protocol.StepStatus.STATE_OPEN
    (shown,) = await lihua.inbox(box=pb.ListWorkItemsRequest.BOX_DONE)
    assert decided.undo_expire_time == shown.undo_expire_time == status.due_times["deliver"]
    back = await do(lihua, "UndoDecision", decided)
    assert (back.state, len(await wuhao.inbox())) == (Item.STATE_ALLOCATED, 1)
    assert [row.outcome for row in await house.rows("SELECT outcome FROM decisions ORDER BY id")] == [
        "rejected",
        "undone",
    ]
    await lihua.approve(back)
    await wuhao.approve(await mine(wuhao))
    signals = [row.body for row in await _signals(house)]
    assert not any("step_completed" in str(body) for body in signals)
    await change(
        house, "UPDATE steps SET timers = jsonb_set(timers, '{due,deliver}', '\"2026-01-01T00:00:00Z\"')"
    )
    fire = protocol.FireTimerRequest(
        case=str(case.name), step=opening(case, "claim", "lenient").step, timer="deliver", n=1
    )
    delivered = await worker.protocol.FireTimer(fire)
    assert delivered.state == protocol.StepStatus.STATE_COMPLETED
    assert delivered.outcome == protocol.STEP_OUTCOME_APPROVED
    with refused("BUILT_UPON"):
        done = (await lihua.inbox(box=pb.ListWorkItemsRequest.BOX_DONE))[0]
        await do(lihua, "UndoDecision", done)


async def test_a_decision_of_a_step_without_a_window_stays(house: House) -> None:
    await a_case(house, "plain")
    lihua = await house.desk("lihua")
    decided = await lihua.approve(await mine(lihua))
    with refused("UNDO_NOT_ALLOWED"):
        await do(lihua, "UndoDecision", decided)


async def test_whoever_is_cancelled_by_the_workflow_has_decided_for_good(house: House) -> None:
    case = await a_case(house, "lenient")
    lihua, worker = await house.desk("lihua"), await house.service()
    decided = await lihua.reject(await mine(lihua))
    step = opening(case, "claim", "lenient").step
    asked = protocol.CancelStepRequest(case=str(case.name), step=step)
    status = await worker.protocol.CancelStep(asked)
    assert status.outcome == protocol.STEP_OUTCOME_REJECTED
    with refused("BUILT_UPON"):
        await do(lihua, "UndoDecision", decided)


async def test_a_step_is_urged_once_in_a_while_by_whoever_sees_it(house: House) -> None:
    await a_case(house, "plain")
    lihua, wangfang, sunli = [await house.desk(name) for name in ("lihua", "wangfang", "sunli")]
    item = await mine(lihua)
    await do(wangfang, "UrgeWorkItem", item, comment="急")
    with refused("URGED_ALREADY") as again:
        await do(wangfang, "UrgeWorkItem", item)
    assert datetime.fromisoformat(again.value.values["next_time"]) > datetime.now(UTC)
    with refused("NOT_FOUND"):
        await do(sunli, "UrgeWorkItem", item)
    (notice,) = await house.rows("SELECT kind, by, comment FROM notices")
    assert tuple(notice) == ("urged", "wangfang", "急")


async def test_many_are_decided_each_by_itself_and_only_once(house: House) -> None:
    cases = [await a_case(house, "plain") for _ in range(3)]
    lihua = await house.desk("lihua")
    items = await lihua.inbox()
    decisions = [_one(item) for item in items]
    decisions[1].etag = "99"
    decisions[2].decision, decisions[2].comment = Item.DECISION_REJECTED, ""
    asked = pb.DecideWorkItemsRequest(request_id=request_id(), decisions=decisions)
    answered = await lihua.items.DecideWorkItems(asked)
    assert [result.name for result in answered.results] == [item.name for item in items]
    assert answered.results[0].work_item.state == Item.STATE_DONE
    assert "changed meanwhile" in answered.results[1].refusal.message
    assert "Say why" in answered.results[2].refusal.message
    assert len(await house.rows("SELECT 1 FROM decisions")) == 1
    again = await lihua.items.DecideWorkItems(asked)
    assert again == answered
    assert len(await house.rows("SELECT 1 FROM decisions")) == 1
    assert len(cases) == 3


async def test_only_a_return_goes_back_to_a_step_also_among_many(house: House) -> None:
    await a_case(house, "plain")
    lihua = await house.desk("lihua")
    one = _one(await mine(lihua))
    one.step = "first"
    asked = pb.DecideWorkItemsRequest(request_id=request_id(), decisions=[one])
    (result,) = (await lihua.items.DecideWorkItems(asked)).results
    assert "only where something is returned" in result.refusal.message


@pytest.mark.parametrize("count", [101, 10_000])
async def test_a_batch_of_too_many_is_refused_as_a_whole(house: House, count: int) -> None:
    await a_case(house, "plain")
    lihua = await house.desk("lihua")
    one, before = _one(await mine(lihua)), await house.dump()
    with refused("INVALID_ARGUMENT") as many:
        await lihua.items.DecideWorkItems(
            pb.DecideWorkItemsRequest(request_id=request_id(), decisions=[one] * count)
        )
    assert many.value.violations[0].field == "decisions"
    assert await house.dump() == before


async def test_whoever_decides_goes_on_with_the_next_of_the_same_kind(house: House) -> None:
    for _ in range(3):
        await a_case(house, "pool")
    sunli, zhoumin = await house.desk("sunli"), await house.desk("zhoumin")
    newest, _, oldest = await sunli.inbox()
    decided = await sunli.approve(newest, then=pb.THEN_NEXT_OF_THE_SAME_KIND)
    assert (decided.next.name, decided.next.state) == (oldest.name, Item.STATE_STARTED)
    assert oldest.name not in {item.name for item in await zhoumin.inbox()}
    following = await sunli.approve(decided.next, then=pb.THEN_NEXT_OF_THE_SAME_KIND)
    last = await sunli.approve(following.next, then=pb.THEN_NEXT_OF_THE_SAME_KIND)
    assert not last.HasField("next")


async def test_whoever_goes_on_with_a_case_has_the_next_as_soon_as_it_comes(house: House) -> None:
    case = await a_case(house, "pool")
    sunli = await house.desk("sunli")
    decided = await sunli.approve(await mine(sunli), then=pb.THEN_NEXT_IN_THE_CASE)
    assert not decided.HasField("next")
    await house.open_step(case, "claim", "pool", visit=2)
    came = await mine(sunli)
    assert (came.state, came.assignee) == (Item.STATE_STARTED, "people/sunli")
    assert not await (await house.desk("zhoumin")).inbox()
    assert not await house.rows("SELECT 1 FROM chains")


async def test_what_is_open_in_the_case_already_is_gone_on_with_at_once(house: House) -> None:
    await a_case(house, "plain", "lenient")
    lihua = await house.desk("lihua")
    lenient, plain = sorted(await lihua.inbox(), key=lambda item: item.step)
    decided = await lihua.approve(plain, then=pb.THEN_NEXT_IN_THE_CASE)
    assert (decided.next.name, decided.next.state) == (lenient.name, Item.STATE_STARTED)


async def test_a_repeated_act_is_answered_as_before(house: House) -> None:
    await a_case(house, "plain")
    lihua = await house.desk("lihua")
    item = await mine(lihua)
    asked = pb.AddSignerRequest(
        name=item.name,
        etag=item.etag,
        request_id=request_id(),
        person="people/wuhao",
        place=pb.AddSignerRequest.PLACE_BESIDE,
    )
    assert await lihua.items.AddSigner(asked) == await lihua.items.AddSigner(asked)
    assert len(await house.rows("SELECT 1 FROM work_items")) == 2


def _one(item: Item) -> pb.DecideWorkItemsRequest.One:
    return pb.DecideWorkItemsRequest.One(
        name=item.name,
        etag=item.etag,
        document_version=item.document_version,
        decision=Item.DECISION_APPROVED,
    )


async def _signals(house: House) -> list[Any]:
    return await house.rows("SELECT body FROM outbox WHERE destination = 'engine' AND subject = 'signal'")
