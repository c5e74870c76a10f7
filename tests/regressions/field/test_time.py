"""Reminders, and people who are away."""

from __future__ import annotations

from tests.builders.approval_desk import request_id
from tests.builders.group.asked import Asked
from tests.builders.group.group import Group
from tests.builders.group.policies import person, step
from tests.builders.group.waiting import until
from tests.builders.refusals import refused
from zhupi.approval.v1.absence_pb2 import CreateStandInRequest, EndStandInRequest
from zhupi.approval.v1.absence_pb2_grpc import AbsenceServiceStub
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest
from zhupi.common.v1.timeline_pb2 import TimelineEntry


async def told_of(case: Asked, times: int) -> list[TimelineEntry]:
    async def look() -> list[TimelineEntry] | None:
        rows = await case.told("StepEscalated")
        return rows if len(rows) >= times else None

    return await until(look, f"escalation {times} of {case.name}")


async def test_ruoyi_1018_a_step_that_is_walked_again_has_its_timers_again(group: Group) -> None:
    """[YunaiV/ruoyi-vue-pro #1018](https://github.com/YunaiV/ruoyi-vue-pro/issues/1018): A step reminded its approver
    when they were late. Returned to the requester and submitted again, the step was reached once more, and nobody was
    reminded any more: there was no timer. Here every visit of a step has timers of its own, kept with the step. (A
    reminder is at least a minute away, too long for this test: what comes twice here is the word to the superior, by the
    same timers, a minute before the end of a minute.)
    """
    tells = {"to": "next_up", "how": "tells", "before": "1m"}
    case = await group.under(step("sign", person("lihua"), deadline={"within": "1m", "escalate": tells}))
    [first] = await told_of(case, 1)
    before = await case.item("lihua")
    await case.give_back("lihua")
    await case.ask_again()
    again = await case.item("lihua")
    assert again.due_time.ToDatetime() > before.due_time.ToDatetime()
    [_, second] = await told_of(case, 2)
    assert first.details["step"] != second.details["step"]
    await case.approve("lihua")
    await case.passes()


async def test_hrms_3467_who_stands_in_decides_and_it_says_for_whom(group: Group) -> None:
    """[frappe/hrms #3467](https://github.com/frappe/hrms/issues/3467): An approver who goes on leave should be able to name
    a substitute who approves in their place meanwhile; there was no such thing, and requests waited. (Whether the
    substitute should have to agree, the thread leaves open; here they need not.) Here whoever is away, or an
    administrator, appoints somebody for certain days; the work is in both lists, the decision says who made it for whom,
    and afterwards the authority is gone.
    """
    stand_ins = AbsenceServiceStub(await group.channel("heli"))
    appointed = await stand_ins.CreateStandIn(
        CreateStandInRequest(request_id=request_id(), deputy="people/machao")
    )
    case = await group.under(step("sign", person("heli")), step("last", person("sunli")))
    item = await case.item("machao")
    assert item.in_place_of == "people/heli"
    assert await case.inbox("heli")
    done = await case.approve("machao")
    assert (done.decider, done.on_behalf_of) == ("people/machao", "people/heli")
    [decided] = await case.told("WorkItemDecided")
    assert decided.actor == "people/machao"
    await case.item("sunli")
    assert await case.inbox("heli", box=ListWorkItemsRequest.BOX_DONE)

    await stand_ins.EndStandIn(
        EndStandInRequest(name=appointed.name, request_id=request_id(), etag=appointed.etag)
    )
    later = await group.under(step("sign", person("heli")))
    item = await later.item("heli")
    with refused("STAND_IN_EXPIRED"):
        await (await group.desk("machao")).approve(item)
    assert not await later.inbox("machao")
