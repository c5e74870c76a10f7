"""Returns: to the step before, to earlier ones and to the requester; walked again or straight back."""

from __future__ import annotations

from services.approval.domain.cases.case import Case
from tests.builders.approval_house import House, a_fact
from tests.builders.refusals import refused
from tests.integration.approval.test_hand_over import absences, administrator, asking
from zhupi.approval.v1 import case_protocol_pb2 as protocol
from zhupi.approval.v1 import route_pb2
from zhupi.approval.v1.work_item_pb2 import RESUME_COME_BACK, RESUME_WALK_AGAIN
from zhupi.common.v1 import timeline_pb2


async def approved_by_two(house: House) -> Case:
    """Li Hua and Zhao Qiang have approved; it is before Qian Lei."""
    case = await house.open("three", "first")
    worker = await house.service()
    for person, following in (("lihua", "second"), ("zhaoqiang", "third")):
        desk = await house.desk(person)
        await desk.approve((await desk.inbox())[0])
        await worker.open_step(case, "three", following)
    return case


async def test_a_return_to_the_step_before_says_which_and_how_it_goes_on(house: House) -> None:
    case = await approved_by_two(house)
    qianlei, worker = await house.desk("qianlei"), await house.service()
    (item,) = await qianlei.inbox()
    await qianlei.give_back(item, previous=True, resume=RESUME_COME_BACK)
    status = await worker.open_step(case, "three", "third")
    assert status.outcome == protocol.STEP_OUTCOME_RETURNED
    assert (status.return_to, status.resume) == ("second", RESUME_COME_BACK)
    asked = timeline_pb2.ListTimelineRequest(document=case.name.resource)
    entries = (await (await house.desk("wangfang")).timelines.ListTimeline(asked)).entries
    decided = next(entry for entry in reversed(entries) if entry.kind == "WorkItemDecided")
    assert decided.sentence.zh == "“总经理”退回至“大区经理”，之后直接回到此步骤"


async def test_how_it_goes_on_is_the_policys_to_say(house: House) -> None:
    case = await house.open("straight", "first")
    lihua, qianlei, worker = await house.desk("lihua"), await house.desk("qianlei"), await house.service()
    await lihua.approve((await lihua.inbox())[0])
    await worker.open_step(case, "straight", "second")
    (item,) = await qianlei.inbox()
    before = await house.dump()
    with refused("RESUME_NOT_ALLOWED") as narrow:
        await qianlei.give_back(item, step="first", resume=RESUME_WALK_AGAIN)
    assert narrow.value.values["allowed"] == "come_back"
    with refused("TWO_TARGETS"):
        await qianlei.give_back(item, step="first", previous=True)
    with refused("NO_SUCH_EARLIER_STEP"):
        await qianlei.give_back(item, step="second")
    assert await house.dump() == before
    await qianlei.give_back(item, step="first")
    assert (await worker.open_step(case, "straight", "second")).resume == RESUME_COME_BACK


async def test_the_first_step_cannot_be_returned_to_the_one_before(house: House) -> None:
    await house.open("three", "first")
    lihua = await house.desk("lihua")
    (item,) = await lihua.inbox()
    before = await house.dump()
    with refused("NO_SUCH_EARLIER_STEP"):
        await lihua.give_back(item, previous=True)
    assert await house.dump() == before


async def next_round(
    house: House, case: Case, came_back: str, *, first: int = 1
) -> protocol.BeginStageResponse:
    """`first`: how often the first step has been opened so far."""
    await house.tell(a_fact(case.document, fact_id="resubmitted/2", name="resubmitted", document_version=2))
    worker = await house.service()
    return await worker.protocol.BeginStage(
        protocol.BeginStageRequest(
            case=str(case.name),
            stage="three",
            round=2,
            visits={"first": first, "second": 1, "third": 1},
            came_back=came_back,
        )
    )


async def test_what_comes_straight_back_from_the_requester_asks_only_who_returned_it(house: House) -> None:
    case = await approved_by_two(house)
    qianlei = await house.desk("qianlei")
    await qianlei.give_back((await qianlei.inbox())[0], resume=RESUME_COME_BACK)
    begun = await next_round(house, case, f"{case.name}/three/third#1")
    assert [(step.key, step.skipped) for step in begun.route.steps] == [
        ("first", True),
        ("second", True),
        ("third", False),
    ]
    assert begun.route.steps[0].why.zh.startswith("上一轮已由同样的人通过")
    assert [status.step.rpartition("/")[2] for status in begun.opened] == ["third#2"]
    assert len(await qianlei.inbox()) == 1
    assert not await (await house.desk("lihua")).inbox()
    again = await next_round(house, case, f"{case.name}/three/third#1")
    assert again == begun


async def test_a_hand_over_while_the_requester_has_the_document_asks_nobody_again(house: House) -> None:
    case = await approved_by_two(house)
    qianlei = await house.desk("qianlei")
    await qianlei.give_back((await qianlei.inbox())[0], resume=RESUME_COME_BACK)
    await absences(await administrator(house)).HandOver(asking("lihua", "wuhao"))
    begun = await next_round(house, case, f"{case.name}/three/third#1")
    assert [step.key for step in begun.route.steps if step.skipped] == ["first", "second"]


async def test_who_approved_what_a_return_has_voided_is_asked_in_the_next_round(house: House) -> None:
    """Qian Lei had given it back to Li Hua; before Zhao Qiang had it once more, Li Hua gave it back to the requester."""
    case = await approved_by_two(house)
    qianlei, lihua = await house.desk("qianlei"), await house.desk("lihua")
    await qianlei.give_back((await qianlei.inbox())[0], step="first")
    past = protocol.StagePast(turns=1, void={"first": 1, "second": 1, "third": 1})
    step = f"{case.name}/three/first#2"
    await (await house.service()).open_step(case, "three", "first", visit=2, step=step, past=past)
    await lihua.give_back((await lihua.inbox())[0], resume=RESUME_COME_BACK)
    begun = await next_round(house, case, step, first=2)
    assert not any(step.skipped for step in begun.route.steps)


async def test_what_is_walked_again_asks_everybody(house: House) -> None:
    case = await approved_by_two(house)
    qianlei = await house.desk("qianlei")
    await qianlei.give_back((await qianlei.inbox())[0])
    route: route_pb2.Route = (await next_round(house, case, "")).route
    assert not any(step.skipped for step in route.steps)
