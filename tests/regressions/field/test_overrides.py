"""Administrators who put a stop to what people decide."""

from __future__ import annotations

from tests.builders.approval_desk import request_id
from tests.builders.group.group import Group
from tests.builders.group.people import ADMINISTRATOR
from tests.builders.group.policies import person, step
from tests.builders.refusals import refused
from zhupi.approval.v1.case_pb2 import CASE_OUTCOME_TERMINATED, TerminateCaseRequest


async def test_objectstack_4466_what_an_administrator_does_is_no_ordinary_approval(group: Group) -> None:
    """[objectstack #4466](https://github.com/objectstack-ai/objectstack/issues/4466): An administrator who was not among
    the approvers approved a request in their place. That may be; but it was recorded as an ordinary approval, nothing
    said that it was an override, and the approver who was meant found the request decided. Here an administrator cannot
    approve what is not theirs at all. What they may do instead has a verb of its own, asks for a reason, and is marked
    as an override for everybody who reads the timeline.
    """
    case = await group.under(step("sign", person("heli")), step("last", person("sunli")))
    await case.approve("heli")
    item = await case.item("sunli")
    administrator = await group.desk(ADMINISTRATOR)
    with refused("NOT_YOUR_WORK_ITEM"):
        await administrator.approve(item)
    stop = TerminateCaseRequest(name=case.name, request_id=request_id(), reason="重复申请")
    await administrator.cases.TerminateCase(stop)
    assert await case.ends() == CASE_OUTCOME_TERMINATED
    told = {entry.kind: entry for entry in await case.timeline()}
    assert not told["WorkItemDecided"].override
    [overridden] = [entry for entry in told.values() if entry.override]
    assert overridden.actor == f"people/{ADMINISTRATOR}"
    assert overridden.details["reason"] == "重复申请"
    with refused("WORK_ITEM_CLOSED"):
        await (await case.desk("sunli")).approve(item)
    assert not [found for found in await case.items("last") if found.decider]
