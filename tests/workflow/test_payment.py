"""The payment: once, whatever the ERP does, and visibly while it does not."""

from __future__ import annotations

from datetime import timedelta

from tests.workflow.office import CASE
from tests.workflow.town import Town, at_work
from workflows.contracts import CaseOutcome
from zhupi.approval.v1.case_pb2 import Effect
from zhupi.erp.v1.erp_pb2 import Payment


async def to_the_payment(town: Town) -> None:
    await town.start()
    await town.office.approves("manager")
    await town.office.approves("review")


async def test_an_erp_that_is_down_is_tried_again_and_seen_to_be(town: Town) -> None:
    town.bank.outages = 4 * 3
    await to_the_payment(town)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.paid == [("people/lihua", 800)]
    assert town.office.noted == [("pay/1", "waiting")] * 4 + [("pay/1", "done")]
    assert town.bank.log[0] == "pay"
    assert set(town.bank.log[1:-1]) == {"ask"}


async def test_that_an_effect_is_done_is_said_again_where_it_could_not_be_said(town: Town) -> None:
    town.bank.outages = 3
    town.office.lost_notes = 4
    await to_the_payment(town)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.office.noted == [("pay/1", "waiting"), ("pay/1", "done")]


async def test_an_erp_that_is_down_for_days_is_tried_for_days(idle_town: Town) -> None:
    idle_town.cached = 1
    idle_town.bank.outages = 170 * 3
    async with at_work(idle_town) as town:
        await to_the_payment(town)
        assert await town.ends() is CaseOutcome.APPROVED
        took = (await town.case.describe()).close_time - (await town.case.describe()).start_time  # type: ignore[operator] # it is closed
        assert took > timedelta(days=2)
        assert town.bank.paid == [("people/lihua", 800)]
        pauses = {effect.next_attempt_time.seconds for effect in town.office.effects.values()}
        assert pauses == {0}  # it is done
    town.started = None  # two thousand events tell nothing that a dozen do not


async def test_what_waits_says_why_and_when_it_is_tried_again(town: Town) -> None:
    town.bank.outages = 10**6
    await to_the_payment(town)
    async with town.time_flies():
        effect = await town.office.waits("pay")
    assert effect.reason == "erp 暂时不可用，请稍后重试 (erp is not available at the moment; try again later)"
    assert effect.HasField("next_attempt_time")
    town.bank.outages = 0
    assert await town.ends() is CaseOutcome.APPROVED


async def test_somebody_may_have_it_tried_at_once(town: Town) -> None:
    town.bank.outages = 10**6
    await to_the_payment(town)
    async with town.time_flies():
        await town.office.until(lambda office: len(office.noted) == 9)
    next_attempt = (await town.office.waits("pay")).next_attempt_time
    town.bank.outages = 0
    await town.retry()
    await town.office.until(lambda office: office.outcome == "approved")  # time does not skip meanwhile
    await town.ends()
    assert town.bank.paid == [("people/lihua", 800)]
    closed = (await town.case.describe()).close_time
    assert closed is not None
    assert closed.timestamp() < next_attempt.seconds


async def test_a_payment_whose_answer_was_lost_is_asked_for_and_not_repeated(town: Town) -> None:
    town.bank.loses = 1
    await to_the_payment(town)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.log == ["pay", "ask"]
    assert town.bank.paid == [("people/lihua", 800)]


async def test_a_workflow_that_begins_again_asks_before_it_pays(town: Town) -> None:
    await to_the_payment(town)
    await town.ends()  # let nobody know of it: neither the approval service nor the claim's owner
    town.office.outcome = ""
    town.desk.log, town.desk.answered, town.desk.state = [], {}, "in approval"
    await town.start(again=True)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.log == ["pay", "ask"]
    assert town.bank.paid == [("people/lihua", 800)]


async def test_a_payment_that_the_erp_never_heard_of_is_made_after_asking(town: Town) -> None:
    town.bank.outages = 1
    await to_the_payment(town)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.log == ["pay", "ask", "pay"]


async def test_a_payment_that_the_erp_takes_long_over_is_watched_and_then_waited_for(town: Town) -> None:
    town.bank.pending_looks = 10**6
    await to_the_payment(town)
    async with town.time_flies():
        effect = await town.office.waits("pay")
    assert "PAY-2026-000001" in effect.reason
    town.bank.settle()
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.log.count("pay") == 1


async def test_a_payment_that_is_pending_for_a_moment_is_watched_until_it_settles(town: Town) -> None:
    town.bank.pending_looks = 3
    await to_the_payment(town)
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.log == ["pay", "ask", "ask", "ask"]


async def test_a_refused_payment_goes_back_to_finance_and_is_paid_under_a_new_key(town: Town) -> None:
    town.bank.refusals = ["account closed"]
    await to_the_payment(town)
    await town.office.asked("review", 2)
    assert (town.desk.state, town.desk.budget, town.desk.reason) == (
        "in finance review",
        "reserved",
        "account closed",
    )
    assert town.office.sealed == ""
    await town.office.approves("review", 2)
    assert await town.ends() is CaseOutcome.APPROVED
    assert [payment.state for payment in town.bank.booked.values()] == [
        Payment.STATE_REFUSED,
        Payment.STATE_SETTLED,
    ]
    assert list(town.bank.booked) == [f"{CASE}/pay/1", f"{CASE}/pay/2"]
    assert town.office.noted == [("pay/1", "refused"), ("pay/2", "done")]
    assert town.desk.log == ["approve", "pass", "refuse", "pass", "pay"]


async def test_an_erp_may_say_what_no_person_may_write(town: Town) -> None:
    town.bank.refusals = ["\x07account\u202e closed\r\n" + "x" * 5000]
    await to_the_payment(town)
    await town.office.asked("review", 2)
    assert town.desk.reason.startswith("account  closed\nxxx")
    assert len(town.desk.reason) <= 4000
    await town.office.rejects("review", 2)
    assert await town.ends() is CaseOutcome.REJECTED


async def test_a_workflow_that_begins_again_does_not_take_the_present_seal_off(town: Town) -> None:
    town.bank.refusals = ["account closed"]
    await to_the_payment(town)
    await town.office.asked("review", 2)
    town.bank.outages = 10**6
    await town.office.approves("review", 2)
    async with town.time_flies():
        await town.office.waits("pay", 2)
    await town.case.terminate("lost")
    town.bank.outages = 0
    await town.start(again=True)
    await town.office.until(lambda office: office.log.count("unseal payment") == 2)
    assert town.office.sealed == "payment"  # it may have been paid: nobody may take it back meanwhile
    assert await town.ends() is CaseOutcome.APPROVED
    assert town.bank.paid == [("people/lihua", 800)]


async def test_finance_may_reject_what_the_erp_has_refused(town: Town) -> None:
    town.bank.refusals = ["account closed"]
    await to_the_payment(town)
    await town.office.rejects("review", 2)
    assert await town.ends() is CaseOutcome.REJECTED
    assert town.desk.budget == "free"
    assert town.bank.paid == []


async def test_the_claimant_may_take_back_what_the_erp_has_refused(town: Town) -> None:
    town.bank.refusals = ["account closed"]
    await to_the_payment(town)
    await town.office.asked("review", 2)
    await town.office.withdraws()
    assert await town.ends() is CaseOutcome.WITHDRAWN
    assert town.desk.budget == "free"
    assert town.bank.paid == []


async def test_a_key_that_was_used_for_another_payment_waits_for_people_and_pays_nothing(town: Town) -> None:
    other = Payment(key=f"{CASE}/pay/1", payee="people/other", state=Payment.STATE_SETTLED)
    town.bank.booked[other.key] = other
    await to_the_payment(town)
    async with town.time_flies():
        effect = await town.office.waits("pay")
    assert effect.state == Effect.STATE_WAITING
    assert "was used for another payment" in effect.reason
    assert town.bank.paid == [("people/other", 0)]
    del town.bank.booked[other.key]
    await town.retry()
    assert await town.ends() is CaseOutcome.APPROVED
