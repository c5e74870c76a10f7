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


async def test_a_stage_that_is_begun_again_says_how_far_it_has_come_and_what_counts_no_longer(
    house: House,
) -> None:
    """Zhao Qiang gave it back to Li Hua, who approved once more; it is before Zhao Qiang again."""
    case, worker = await house.start_case(), await house.service()
    request = pb.BeginStageRequest(case=str(case.name), stage="two", round=1)
    await worker.protocol.BeginStage(request)
    await worker.open_step(case, "two", "second")
    before = pb.StagePast(turns=1, void={"first": 1}, passed={"nowhere": 0}, jumped=3)
    past = pb.StagePast(turns=2, void={"first": 1, "second": 1})
    for key, told in (("first", before), ("second", past), ("second", past)):
        step = f"{case.name}/two/{key}#2"
        await worker.open_step(case, "two", key, visit=2, step=step, past=told)
    again = await worker.protocol.BeginStage(request)
    assert [status.step for status in again.opened] == [
        f"{case.name}/two/{key}#2" for key in ("first", "second")
    ]
    assert again.past == past
    dump = await house.dump()
    assert await worker.protocol.BeginStage(request) == again
    assert await house.dump() == dump


async def test_whoever_opens_what_was_opened_on_another_way_is_told_so(house: House) -> None:
    case, worker = await house.start_case(), await house.service()
    await worker.protocol.BeginStage(pb.BeginStageRequest(case=str(case.name), stage="two", round=1))
    turned = pb.StagePast(turns=1, void={"first": 1})
    opened = await worker.open_step(case, "two", "second", past=turned)
    assert not opened.opened_before
    assert await worker.open_step(case, "two", "second", past=turned) == opened
    assert (await worker.open_step(case, "two", "second")).opened_before


async def test_the_end_of_a_case_tells_of_effects_that_were_done(house: House) -> None:
    case, worker = await house.start_case(), await house.service()
    key = f"{case.name}/pay/1"
    closing = pb.CloseCaseRequest(case=str(case.name), outcome=case_pb2.CASE_OUTCOME_APPROVED, done=[key])
    await worker.protocol.CloseCase(closing)
    (effect,) = (await (await house.desk("wangfang")).get_case(case.document)).effects
    assert (effect.key, effect.state) == (key, case_pb2.Effect.STATE_DONE)
    with refused("CASE_CLOSED"):
        await worker.protocol.BeginStage(pb.BeginStageRequest(case=str(case.name), stage="two", round=1))
