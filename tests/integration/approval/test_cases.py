"""Cases: showing them to those who may see them, withdrawing, commenting, hurrying."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

import pytest

from kernel.clock import SystemClock
from services.approval.domain.cases.case import Case
from services.approval.use_cases.views import Comment
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House
from tests.builders.refusals import reason_of, refused
from zhupi.approval.v1 import case_pb2 as pb
from zhupi.approval.v1 import case_protocol_pb2 as protocol
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.common.v1 import timeline_pb2


async def test_a_case_is_shown_with_everything_around_it(house: House) -> None:
    case = await house.open("pool", "pool", snapshot={"title": "郑州出差", "lines": 3})
    wangfang = await house.desk("wangfang")
    shown = await wangfang.get_case(case.document)
    assert (shown.name, shown.state) == (case.name.resource, pb.Case.STATE_OPEN)
    assert shown.process_title.zh == "费用报销"
    assert shown.snapshot["lines"] == 3
    (step,) = shown.routes[0].steps
    assert list(step.approvers[0].candidate_titles) == ["孙丽", "周敏"]
    assert step.approvers[0].post_title.zh == "财务审核"
    assert list(shown.work_items[0].candidates) == ["people/sunli", "people/zhoumin"]


async def test_who_takes_part_who_is_responsible_and_who_runs_the_house_see_a_case(house: House) -> None:
    case = await house.open("single", "manager")
    name = case.name.resource
    for person, roles in (
        ("wangfang", ()),
        ("lihua", ()),
        ("zhaoqiang", ()),  # head of the region above
        ("sunli", ("operator",)),
        ("zhengnan", ("administrator",)),
    ):
        desk = await house.desk(person, *roles)
        assert (await desk.get_case(name)).name == name
        assert [found.name for found in (await desk.cases.ListCases(pb.ListCasesRequest())).cases] == [name]
    for stranger in ("sunli", "qianlei", "somebody"):
        desk = await house.desk(stranger)
        with refused("NOT_FOUND"):
            await desk.get_case(name)
        with refused("NOT_FOUND"):
            await desk.get_case(case.document)
        with refused("NOT_FOUND"):
            await desk.timelines.ListTimeline(timeline_pb2.ListTimelineRequest(document=name))
        assert not (await desk.cases.ListCases(pb.ListCasesRequest())).cases


async def test_a_list_of_cases_is_paged_and_narrowed(house: House) -> None:
    cases = [await house.start_case() for _ in range(5)]
    waits = cases[2]
    worker = await house.service()
    await worker.protocol.NoteEffect(_effect(waits, protocol_state="STATE_WAITING"))
    for person in ("wangfang", "zhaoqiang"):
        desk = await house.desk(person)
        first = await desk.cases.ListCases(pb.ListCasesRequest(page_size=3))
        second = await desk.cases.ListCases(
            pb.ListCasesRequest(page_size=3, page_token=first.next_page_token)
        )
        names = [found.name for found in (*first.cases, *second.cases)]
        assert names == [case.name.resource for case in reversed(cases)]
        assert not second.next_page_token
        with refused("PAGE_TOKEN_OF_ANOTHER_QUERY"):
            token = first.next_page_token
            await desk.cases.ListCases(pb.ListCasesRequest(process="expense-claim", page_token=token))
        waiting = await desk.cases.ListCases(pb.ListCasesRequest(only_waiting=True))
        assert [(found.name, found.effects[0].reason) for found in waiting.cases] == [
            (waits.name.resource, "ERP 没有应答")
        ]
        closed = pb.ListCasesRequest(state=pb.Case.STATE_CLOSED)
        assert not (await desk.cases.ListCases(closed)).cases
        mine = pb.ListCasesRequest(requester="people/wangfang", document=cases[0].document)
        assert [found.name for found in (await desk.cases.ListCases(mine)).cases] == [cases[0].name.resource]


async def test_a_withdrawn_case_bothers_nobody_any_more(house: House) -> None:
    case = await house.open("single", "manager")
    lihua, wangfang = await house.desk("lihua"), await house.desk("wangfang")
    (item,) = await lihua.inbox()
    withdrawn = await wangfang.withdraw(case, reason="金额有误")
    assert withdrawn.state == pb.Case.STATE_WITHDRAWING
    assert not await lihua.inbox()
    with refused("WORK_ITEM_CLOSED"):
        await lihua.approve(item)
    before = await house.dump(without=["requests"])
    assert (await wangfang.withdraw(case)).state == pb.Case.STATE_WITHDRAWING
    assert await house.dump(without=["requests"]) == before
    (signal,) = await house.rows("SELECT signal, args FROM signals")
    assert (signal.signal, signal.args["kind"]) == ("case_act", "withdraw")
    assert (signal.args["by"], signal.args["args"]) == ("people/wangfang", {"reason": "金额有误"})


async def test_only_the_requester_withdraws_and_only_what_they_saw(house: House) -> None:
    case = await house.open("single", "manager")
    lihua, sunli, wangfang = (
        await house.desk("lihua"),
        await house.desk("sunli"),
        await house.desk("wangfang"),
    )
    before = await house.dump()
    with refused("ONLY_THE_REQUESTER"):
        await lihua.withdraw(case)
    with refused("NOT_FOUND"):
        await sunli.withdraw(case)
    with refused("ETAG_MISMATCH"):
        await wangfang.withdraw(case, etag="17")
    assert await house.dump() == before


async def test_a_withdrawal_and_a_decision_at_the_same_time_do_not_both_count(house: House) -> None:
    lihua, wangfang = await house.desk("lihua"), await house.desk("wangfang")
    for _ in range(10):
        case = await house.open("single", "manager")
        (item,) = await lihua.inbox()
        decided, withdrawn = await asyncio.gather(
            reason_of(lihua.approve(item)), reason_of(wangfang.withdraw(case))
        )
        # A decision that came first stands, and the withdrawal undoes what follows; the other way round nobody decides.
        assert withdrawn == "ok"
        assert decided in ("ok", "WORK_ITEM_CLOSED", "CASE_WITHDRAWN")
        (step,) = await house.rows(f"SELECT state FROM steps WHERE case_id = '{case.name}'")
        assert step.state == ("completed" if decided == "ok" else "cancelled")


async def test_a_sealed_case_cannot_be_withdrawn_until_the_seal_is_off(house: House) -> None:
    case = await house.open("single", "manager")
    worker, wangfang = await house.service(), await house.desk("wangfang")
    sealing = protocol.SealCaseRequest(case=str(case.name), point="payment", n=1)
    assert (await worker.protocol.SealCase(sealing)).answer == protocol.SealCaseResponse.ANSWER_SEALED
    assert (await wangfang.get_case(case.document)).sealed
    before = await house.dump()
    with refused("CASE_SEALED") as sealed:
        await wangfang.withdraw(case)
    assert sealed.value.values["point"] == "payment"
    assert await house.dump() == before
    unsealing = protocol.UnsealCaseRequest(case=str(case.name), point="payment", n=1)
    await worker.protocol.UnsealCase(unsealing)
    before = await house.dump()
    assert (await worker.protocol.SealCase(sealing)).answer == protocol.SealCaseResponse.ANSWER_SEALED
    assert await house.dump() == before  # a workflow that begins again comes by every seal
    assert (await wangfang.withdraw(case)).state == pb.Case.STATE_WITHDRAWING
    sealing.n = 2
    assert (await worker.protocol.SealCase(sealing)).answer == protocol.SealCaseResponse.ANSWER_WITHDRAWN


async def test_whoever_comments_takes_part(house: House) -> None:
    case = await house.open("single", "manager")
    zhaoqiang, wangfang = await house.desk("zhaoqiang"), await house.desk("wangfang")
    asked = pb.CommentOnCaseRequest(name=case.name.resource, request_id=request_id(), text="请附会议通知")
    said = await zhaoqiang.cases.CommentOnCase(asked)
    assert (said.author, said.author_title) == ("people/zhaoqiang", "赵强")
    assert await zhaoqiang.cases.CommentOnCase(asked) == said
    (comment,) = (await wangfang.get_case(case.document)).comments
    assert comment.text == "请附会议通知"
    sunli = await house.desk("sunli")
    before = await house.dump()
    for text, reason in (
        ("看看", "NOT_FOUND"),
        ("", "INVALID_ARGUMENT"),
        ("字" * 1_000_000, "INVALID_ARGUMENT"),
    ):
        with refused(reason):
            asked = pb.CommentOnCaseRequest(name=case.name.resource, request_id=request_id(), text=text)
            await sunli.cases.CommentOnCase(asked)
    assert await house.dump() == before


async def test_an_outside_call_that_waits_can_be_hurried(house: House) -> None:
    case = await house.open("single", "manager")
    worker, wangfang, lihua = await house.service(), await house.desk("wangfang"), await house.desk("lihua")

    def retry() -> pb.RetryEffectRequest:
        return pb.RetryEffectRequest(name=case.name.resource, request_id=request_id())

    with refused("NOTHING_WAITS"):
        await wangfang.cases.RetryEffect(retry())
    await worker.protocol.NoteEffect(_effect(case, "STATE_WAITING"))
    (effect,) = (await wangfang.cases.RetryEffect(retry())).effects
    assert effect.state == pb.Effect.STATE_WAITING
    with refused("NOT_PERMITTED"):
        await lihua.cases.RetryEffect(retry())
    (signal,) = await house.rows("SELECT args FROM signals")
    assert signal.args["kind"] == "retry"


async def test_a_case_that_has_ended_waits_for_nothing_whatever_notes_were_lost_or_late(house: House) -> None:
    case = await house.open("single", "manager")
    worker, wangfang, lihua = await house.service(), await house.desk("wangfang"), await house.desk("lihua")
    await worker.protocol.NoteEffect(_effect(case, "STATE_WAITING"))
    await lihua.approve((await lihua.inbox())[0])

    ending = protocol.CloseCaseRequest(case=str(case.name), outcome=pb.CASE_OUTCOME_APPROVED)
    await worker.protocol.CloseCase(ending)
    assert await _states_of_effects(wangfang, case) == [pb.Effect.STATE_DONE]
    await worker.protocol.NoteEffect(_effect(case, "STATE_WAITING"))

    assert await _states_of_effects(wangfang, case) == [pb.Effect.STATE_DONE]


async def test_the_timeline_says_why_each_approver_was_chosen_and_verifies(house: House) -> None:
    case = await house.open("single", "manager")
    lihua, wangfang = await house.desk("lihua"), await house.desk("wangfang")
    await lihua.approve((await lihua.inbox())[0], comment="同意")
    asked = timeline_pb2.ListTimelineRequest(document=case.name.resource)
    entries = (await wangfang.timelines.ListTimeline(asked)).entries
    assert [entry.kind for entry in entries] == [
        "CaseStarted",
        "StagePlanned",
        "StepOpened",
        "WorkItemDecided",
        "StepEnded",
    ]
    opened = entries[2]
    assert opened.sentence.zh == "步骤“直属上级”开始：王芳的直属上级"
    why = opened.details["asked"][0]["why"]
    assert why["policy"] == "policies/expense-claim/versions/1"
    assert why["rule"] == "stages.single.steps[0].approvers[0]"
    assert why["directory_version"] == 1
    assert (entries[3].actor, entries[3].details["comment"]) == ("people/lihua", "同意")
    operator = await house.desk("sunli", "operator")
    verified = await operator.timelines.VerifyTimelines(timeline_pb2.VerifyTimelinesRequest())
    assert (verified.documents, verified.rows, len(verified.breaks)) == (1, 5, 0)
    with refused("NOT_PERMITTED"):
        await wangfang.timelines.VerifyTimelines(timeline_pb2.VerifyTimelinesRequest())


async def _states_of_effects(desk: Desk, case: Case) -> list[int]:
    found = await desk.cases.GetCase(pb.GetCaseRequest(name=case.name.resource))
    return [effect.state for effect in found.effects]


def _effect(case: Case, protocol_state: str) -> protocol.NoteEffectRequest:
    return protocol.NoteEffectRequest(
        case=str(case.name),
        key=f"{case.name}/pay/1",
        state=pb.Effect.State.Value(protocol_state),
        reason="ERP 没有应答",
    )


@pytest.mark.parametrize("place", [True, "x", 10**30, {"n": "NaN"}])
async def test_a_place_in_the_list_of_cases_that_somebody_made_up_is_refused(
    house: House, place: object
) -> None:
    wangfang = await house.desk("wangfang")
    for _ in range(2):
        await house.start_case()
    first = await wangfang.cases.ListCases(pb.ListCasesRequest(page_size=1))
    query, _ = json.loads(urlsafe_b64decode(first.next_page_token + "=="))
    token = urlsafe_b64encode(json.dumps([query, place]).encode()).decode().rstrip("=")
    with refused("PAGE_TOKEN_MALFORMED"):
        await wangfang.cases.ListCases(pb.ListCasesRequest(page_size=1, page_token=token))


async def test_however_much_is_said_the_case_can_be_read(house: House) -> None:
    case = await house.open("single", "manager")
    wangfang, now = await house.desk("wangfang"), SystemClock().now()
    async with house.parts.units() as uow:
        for n in range(210):
            uow.comments.add(case.name, Comment("wangfang", f"{n}{'话' * 3990}", now + timedelta(seconds=n)))
        await uow.commit()
    shown = await wangfang.get_case(case.name.resource)
    said = [comment.text.rstrip("话") for comment in shown.comments]
    assert said == [str(n) for n in range(10, 210)]


async def test_a_case_can_be_read_however_often_it_is_walked_again(house: House) -> None:
    """What is open is all there, then the latest of what is over; how much there was before is said."""
    case = await house.open("all", "council")
    worker = await house.service()
    for visit in range(2, 13):
        step = f"{case.name}/all/council#{visit - 1}"
        await worker.protocol.CancelStep(protocol.CancelStepRequest(case=str(case.name), step=step))
        await worker.open_step(case, "all", "council", visit=visit)
    shown = await (await house.desk("wangfang")).get_case(case.name.resource)
    assert (len(shown.work_items), shown.earlier_work_items) == (500, 100)
    visits = [item.visit for item in shown.work_items]
    assert visits == sorted(visits)
    assert (visits[0], visits.count(12)) == (3, 50)


async def test_what_is_open_is_shown_however_long_it_has_been(house: House) -> None:
    case = await house.open("single", "manager")
    worker = await house.service()
    await worker.plan(case, "all")
    for visit in range(1, 13):
        await worker.open_step(case, "all", "council", visit=visit)
        step = f"{case.name}/all/council#{visit}"
        await worker.protocol.CancelStep(protocol.CancelStepRequest(case=str(case.name), step=step))
    shown = await (await house.desk("wangfang")).get_case(case.name.resource)
    assert (len(shown.work_items), shown.earlier_work_items) == (500, 101)
    assert [item.step for item in shown.work_items if item.state == WorkItem.STATE_ALLOCATED] == ["manager"]
