"""A stage begins in one call: planned, and what nothing has to come before is opened."""

from __future__ import annotations

from tests.builders.approval_desk import opening
from tests.builders.approval_house import House
from tests.builders.refusals import refused
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1 import case_protocol_pb2 as pb


async def test_a_stage_begins_in_one_call_that_may_be_repeated(house: House) -> None:
    case, worker = await house.start_case(), await house.service()
    request = pb.BeginStageRequest(case=str(case.name), stage="two", round=1)
    begun = await worker.protocol.BeginStage(request)
    assert [step.key for step in begun.route.steps] == ["first", "second"]
    assert [step.step for step in begun.opened] == [f"{case.name}/two/first#1"]
    assert len(await (await house.desk("lihua")).inbox()) == 1
    before = await house.dump()
    assert await worker.protocol.BeginStage(request) == begun
    assert await house.dump() == before
    assert await worker.open_step(case, "two", "first") == begun.opened[0]


async def test_what_was_opened_before_is_opened_under_its_next_visit(house: House) -> None:
    case, worker = await house.start_case(), await house.service()
    await worker.protocol.BeginStage(pb.BeginStageRequest(case=str(case.name), stage="two", round=1))
    await worker.protocol.OpenStep(opening(case, "two", "second"))
    again = pb.BeginStageRequest(case=str(case.name), stage="two", round=2, visits={"first": 1, "second": 1})
    begun = await worker.protocol.BeginStage(again)
    assert [step.step for step in begun.opened] == [f"{case.name}/two/first#2"]
    assert begun.route.round == 2


async def test_the_end_of_a_case_tells_of_effects_that_were_done(house: House) -> None:
    case, worker = await house.start_case(), await house.service()
    key = f"{case.name}/pay/1"
    closing = pb.CloseCaseRequest(case=str(case.name), outcome=case_pb2.CASE_OUTCOME_APPROVED, done=[key])
    await worker.protocol.CloseCase(closing)
    (effect,) = (await (await house.desk("wangfang")).get_case(case.document)).effects
    assert (effect.key, effect.state) == (key, case_pb2.Effect.STATE_DONE)
    with refused("CASE_CLOSED"):
        await worker.protocol.BeginStage(pb.BeginStageRequest(case=str(case.name), stage="two", round=1))
