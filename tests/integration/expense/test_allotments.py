"""What activities hold of budgets, and the claims that draw on them, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest

from kernel.decided import DocumentChanged
from kernel.errors import IllegalTransition, NotFound, Refusal
from services.expense.domain.allotment_life import AllotmentState
from services.expense.domain.months import Month
from services.expense.use_cases import allotment_case, case_verbs, months
from services.expense.use_cases.allotment_case import Commit, OfCase, Reserve
from tests.builders.allotment_desk import ACTIVITY, AllotmentDesk, a_term, on_activity
from tests.builders.expense import a_key, a_line, yuan
from tests.builders.expense_desk import FINANCE, WORKER, Desk
from tests.chaos.checker.money import money
from tests.chaos.checker.state import State, tables_of
from tests.integration.expense.test_at_once import drafts, outcomes

NAME = f"allotments/{ACTIVITY}"
NOTHING = ("0.00", "0.00", "0.00", "10000.00")


async def books_of(desk: Desk) -> State:
    url = desk.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return State(await asyncio.to_thread(tables_of, url), {}, {}, {}, {}, [])


@pytest.fixture
async def allotments(desk: Desk) -> AsyncIterator[AllotmentDesk]:
    """Whatever a test has done, the checker of `make chaos`, which shares no code with the service, finds the books balanced."""
    yield AllotmentDesk(desk)
    assert list(money(await books_of(desk))) == []


async def refused(act: object, reason: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await act  # type: ignore[misc]  # any act of a desk
    assert caught.value.reason == reason
    return caught.value


async def test_an_activity_reserves_commits_is_settled_claimed_paid_and_closed(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.reserve(a_term(1000))
    assert await desk.columns() == ("1000.00", "0.00", "0.00", "9000.00")
    await allotments.commit()
    assert await desk.columns() == ("0.00", "1000.00", "0.00", "9000.00")
    await allotments.settle(_1=800)
    assert await desk.columns() == ("0.00", "800.00", "0.00", "9200.00")

    claim = await desk.pass_finance(await desk.approve(await desk.submitted(on_activity(500), a_line(20))))
    assert await desk.columns() == ("0.00", "820.00", "0.00", "9180.00")
    await desk.pay(claim)
    assert await desk.columns() == ("0.00", "300.00", "520.00", "9180.00")
    assert not (await allotments.get()).is_fully_claimed

    closed = await allotments.close()
    assert await desk.columns() == ("0.00", "0.00", "520.00", "9480.00")
    assert closed.is_fully_claimed
    assert await desk.kinds(NAME) == [
        *("AllotmentReserved", "AllotmentCommitted", "AllotmentSettled"),
        *("AllotmentDrawn", "AllotmentSpent", "AllotmentClosed"),
    ]
    assert await desk.messages(NAME) == ["AllotmentChanged"] * 6


async def test_what_is_reserved_is_set_and_not_added(desk: Desk, allotments: AllotmentDesk) -> None:
    await allotments.reserve(a_term(1000))
    await allotments.reserve(a_term(400), version=2)
    assert await desk.columns() == ("400.00", "0.00", "0.00", "9600.00")
    with pytest.raises(DocumentChanged):
        await allotments.commit(version=1)
    await allotments.commit(version=2)


async def test_a_reservation_that_is_refused_changes_nothing(desk: Desk, allotments: AllotmentDesk) -> None:
    before = await desk.everything()
    said = await refused(allotments.reserve(a_term(10_001)), "OVER_BUDGET")
    assert (said.values["free"], said.values["asked"]) == (yuan(10_000), yuan(10_001))
    await refused(allotments.reserve(a_term(1), a_term(1, "2", kind="meeting")), "NO_BUDGET")
    assert await desk.everything() == before
    await desk.do(months.close_month, months.CloseMonth(Month(2026, 11)), FINANCE)
    await refused(allotments.reserve(a_term(1)), "MONTH_CLOSED")


async def test_a_change_reserves_what_is_more_on_top_while_the_old_terms_stay(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await desk.load_budget(5000, a_key(month="2026-12"))
    await allotments.committed(a_term(1000))
    await allotments.change(a_term(1300), a_term(200, "2", "2026-12"))
    assert await desk.columns() == ("300.00", "1000.00", "0.00", "8700.00")
    assert await desk.columns(a_key(month="2026-12")) == ("200.00", "0.00", "0.00", "4800.00")

    await allotments.abandon()
    assert await desk.columns() == ("0.00", "1000.00", "0.00", "9000.00")
    await allotments.change(a_term(900), a_term(200, "2", "2026-12"), version=3)
    assert await desk.columns() == ("0.00", "1000.00", "0.00", "9000.00")
    await allotments.commit(version=3)
    assert await desk.columns() == ("0.00", "900.00", "0.00", "9100.00")
    assert await desk.columns(a_key(month="2026-12")) == ("0.00", "200.00", "0.00", "4800.00")


async def test_a_change_that_is_refused_leaves_the_old_terms(desk: Desk, allotments: AllotmentDesk) -> None:
    await allotments.committed(a_term(1000))
    before = await desk.everything()
    await refused(allotments.change(a_term(10_001)), "OVER_BUDGET")
    assert await desk.everything() == before


async def test_what_moves_between_lines_of_one_budget_needs_no_more_of_it(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.committed(a_term(9000), a_term(1000, "2"))
    changed = await allotments.change(a_term(5000), a_term(5000, "2"))
    assert await desk.columns() == ("0.00", "10000.00", "0.00", "0.00")
    assert changed.on_top == {}


async def test_an_overrun_is_reserved_before_it_is_settled(desk: Desk, allotments: AllotmentDesk) -> None:
    await allotments.committed(a_term(1000))
    said = await refused(allotments.settle(_1=1100), "COST_ABOVE_COMMITTED")
    assert (said.values["held"], said.values["cost"]) == (yuan(1000), yuan(1100))
    await allotments.change(a_term(1100))
    assert await desk.columns() == ("100.00", "1000.00", "0.00", "8900.00")
    await allotments.settle(_1=1100)
    assert await desk.columns() == ("0.00", "1100.00", "0.00", "8900.00")


async def test_costs_are_of_the_activity_s_lines_and_in_its_currency(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.committed(a_term(1000), a_term(500, "2"))
    said = await refused(allotments.settle(_1=-1, _7=5), "COST_BELOW_ZERO")
    assert [(v.field, v.rule) for v in said.violations] == [
        ("lines[0].actual", "COST_BELOW_ZERO"),
        ("lines[1].id", "UNKNOWN_ACTIVITY_LINE"),
    ]
    settled = await allotments.settle(_1=10)
    assert [line.claimable for line in settled.lines] == [yuan(10), yuan(0)]


async def test_a_release_gives_back_everything_and_may_be_followed_by_a_new_reservation(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.committed(a_term(1000))
    assert (await allotments.release()).state is AllotmentState.RELEASED
    assert await desk.columns() == NOTHING
    await allotments.reserve(a_term(700))
    assert await desk.columns() == ("700.00", "0.00", "0.00", "9300.00")


async def test_what_was_never_reserved_is_released_without_a_trace(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    assert (await allotments.release()).state is AllotmentState.RELEASED
    assert await desk.kinds(NAME) == []
    with pytest.raises(NotFound):
        await allotments.commit()
    with pytest.raises(NotFound):
        await allotments.get()


async def test_a_verb_is_done_once_for_its_effect_whatever_came_after(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.committed(a_term(1000))
    await allotments.settle(_1=1000)
    again = Reserve(ACTIVITY, "effect-1", 1, "henan", "双十一订货会", (a_term(9999),))
    before = await desk.everything()
    assert (await allotments.do(allotment_case.reserve_allotment, again)).state is AllotmentState.SETTLED
    assert await desk.everything() == before
    with pytest.raises(IllegalTransition):
        await allotments.do(allotment_case.commit_allotment, Commit(ACTIVITY, "effect-99", 1))


async def test_verbs_of_one_activity_at_once_go_one_after_the_other(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.reserve(a_term(1000))
    release = OfCase(ACTIVITY, "effect-release")
    acts = [desk.do(allotment_case.release_allotment, release, WORKER) for _ in range(10)]
    assert await outcomes(acts) == {"": 10}
    assert await desk.columns() == NOTHING
    assert (await desk.kinds(NAME)).count("AllotmentReleased") == 1


async def test_fifty_claims_at_once_never_draw_more_than_is_claimable(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.settled(1000)
    claims = await drafts(desk, 50, on_activity(30), on_activity(29))  # 16 of them fit into 1,000
    done = await outcomes(desk.submit(*claim) for claim in claims)
    assert done == {"": 16, "CLAIM_ABOVE_CLAIMABLE": 34}
    (line,) = (await allotments.get()).lines
    assert (line.drawn, line.spent) == (yuan(944), yuan(0))
    assert await desk.columns() == ("0.00", "1000.00", "0.00", "9000.00")


async def test_claims_on_several_activities_in_any_order_do_not_wait_in_a_circle(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    other = "AC-2026-000002"
    await allotments.settled(5000)
    await allotments.settled(5000, activity=other)
    lines = [on_activity(10), on_activity(10, activity=other)]
    one, two = await drafts(desk, 10, *lines), await drafts(desk, 10, *reversed(lines))
    assert await outcomes(desk.submit(*claim) for claim in [*one, *two]) == {"": 20}
    paying = [await desk.pass_finance(await desk.approve(await desk.claim(c.number))) for c, _ in one]
    refusing = [await desk.claim(claim.number) for claim, _ in two]
    acts = [*(desk.pay(c) for c in paying), *(desk.refuse(case_verbs.reject_claim, c) for c in refusing)]
    assert await outcomes(acts) == {"": 20}
    for activity in (ACTIVITY, other):
        (line,) = (await allotments.get(activity)).lines
        assert (line.drawn, line.spent) == (yuan(100), yuan(100))
    assert await desk.columns() == ("0.00", "9800.00", "200.00", "0.00")


async def test_a_claim_says_what_it_asks_what_there_is_and_what_others_have_drawn(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.settled(100)
    await desk.submitted(on_activity(70))
    claim = await desk.create(a_line(5), on_activity(20), on_activity(15))
    before = await desk.everything()
    said = await refused(desk.submit(claim), "CLAIM_ABOVE_CLAIMABLE")
    assert said.violations[0].field == "lines[2].amount"
    assert said.values == {
        "activity": f"activities/{ACTIVITY}",
        "line": "1",
        "claimable": yuan(100),
        "drawn": yuan(70),
        "asked": yuan(35),
    }
    assert await desk.everything() == before


async def test_what_cannot_be_claimed_is_named_line_by_line(desk: Desk, allotments: AllotmentDesk) -> None:
    await allotments.settled(100)
    await allotments.committed(activity="AC-2026-000002")
    usd = "AC-2026-000003"
    claim = await desk.create(
        on_activity(1, "9"),
        on_activity(1, activity=usd),
        on_activity(1, activity="AC-2026-000002"),
        on_activity(1, expense_type="meeting", invoice=None),
    )
    said = await refused(desk.submit(await desk.edit(claim, *claim.lines[:3])), "UNKNOWN_ACTIVITY_LINE")
    assert [(v.field, v.rule) for v in said.violations] == [
        ("lines[0].activity_line", "UNKNOWN_ACTIVITY_LINE"),
        ("lines[1].activity_line", "UNKNOWN_ACTIVITY_LINE"),
        ("lines[2].activity_line", "ALLOTMENT_NOT_SETTLED"),
    ]


async def test_a_returned_claim_gives_back_and_its_resubmission_draws_again(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.settled(100)
    claim = await desk.submitted(on_activity(100))
    other = await desk.create(on_activity(60))
    await refused(desk.submit(other), "CLAIM_ABOVE_CLAIMABLE")
    returned = await desk.refuse(case_verbs.return_claim, claim)
    await desk.submit(other)
    await refused(desk.submit(returned), "CLAIM_ABOVE_CLAIMABLE")
    await desk.submit(await desk.edit(returned, on_activity(40)))
    assert (await allotments.get()).lines[0].drawn == yuan(100)


async def test_a_cut_lowers_what_is_drawn_and_taking_it_back_draws_again(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.settled(100)
    claim = await desk.approve(await desk.submitted(on_activity(100), a_line(1)))
    claim = await desk.cut(claim, "1", 100)
    assert (await allotments.get()).lines[0].drawn == yuan(0)
    await desk.submitted(on_activity(30))
    await refused(desk.cut(claim, "1", 0), "CLAIM_ABOVE_CLAIMABLE")
    await desk.cut(claim, "1", 30)
    assert (await allotments.get()).lines[0].drawn == yuan(100)


async def test_a_refused_payment_keeps_what_is_drawn(desk: Desk, allotments: AllotmentDesk) -> None:
    await allotments.settled(100)
    claim = await desk.pass_finance(await desk.approve(await desk.submitted(on_activity(100))))
    back = await desk.refuse(case_verbs.refuse_payment, claim)
    assert (await allotments.get()).lines[0].drawn == yuan(100)
    await desk.pay(await desk.pass_finance(back))
    assert (await allotments.get()).is_fully_claimed
    assert await desk.columns() == ("0.00", "0.00", "100.00", "9900.00")


async def test_a_payment_needs_no_free_budget(desk: Desk, allotments: AllotmentDesk) -> None:
    await allotments.settled(100)
    claim = await desk.pass_finance(await desk.approve(await desk.submitted(on_activity(100))))
    await desk.submitted(a_line(9900))
    await desk.pay(claim)
    assert await desk.columns() == ("9900.00", "0.00", "100.00", "0.00")


async def test_claims_under_way_keep_what_they_draw_when_the_allotment_is_closed(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.settled(100)
    paid = await desk.submitted(on_activity(40))
    returned = await desk.submitted(on_activity(30))
    closed = await allotments.close()
    assert await desk.columns() == ("0.00", "70.00", "0.00", "9930.00")
    assert not closed.is_fully_claimed
    late = await desk.create(on_activity(1))
    await refused(desk.submit(late), "ALLOTMENT_CLOSED")

    await refused(desk.submit(await desk.refuse(case_verbs.return_claim, returned)), "ALLOTMENT_CLOSED")
    assert await desk.columns() == ("0.00", "40.00", "0.00", "9960.00")
    await desk.pay(await desk.pass_finance(await desk.approve(paid)))
    assert await desk.columns() == ("0.00", "0.00", "40.00", "9960.00")
    assert (await allotments.get()).is_fully_claimed


async def test_a_closed_month_stops_no_claim_on_an_activity(desk: Desk, allotments: AllotmentDesk) -> None:
    await allotments.settled(100)
    await desk.do(months.close_month, months.CloseMonth(Month(2026, 11)), FINANCE)
    await desk.pay(await desk.pass_finance(await desk.approve(await desk.submitted(on_activity(100)))))
    assert await desk.columns() == ("0.00", "0.00", "100.00", "9900.00")


async def test_a_claim_spends_the_activity_s_budget_and_not_its_own(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await desk.load_budget(5000, a_key("henan", "2026-10"))
    await allotments.settled(100)
    line = on_activity(100, date=dt.date(2026, 10, 9))
    await desk.pay(await desk.pass_finance(await desk.approve(await desk.submitted(line))))
    assert await desk.columns() == ("0.00", "0.00", "100.00", "9900.00")
    assert await desk.columns(a_key("henan", "2026-10")) == ("0.00", "0.00", "0.00", "5000.00")


async def test_closing_and_submitting_at_once_end_in_one_order_or_the_other(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.settled(1000)
    claims = await drafts(desk, 10, on_activity(10))
    done = await asyncio.gather(
        allotments.close(), *(desk.submit(*claim) for claim in claims), return_exceptions=True
    )
    refusals = [one.reason for one in done if isinstance(one, Refusal)]
    assert set(refusals) <= {"ALLOTMENT_CLOSED"}
    (line,) = (await allotments.get()).lines
    assert line.drawn == line.claimable == yuan((10 - len(refusals)) * 10)


@pytest.mark.parametrize(
    ("table", "column", "promise"),
    [
        ("allotment_lines", "spent_minor", "draw"),
        ("allotment_lines", "claimable_minor", "holding"),
        ("allotment_draws", "amount_minor", "draw"),
    ],
)
async def test_the_checker_names_books_of_an_activity_that_do_not_balance(
    desk: Desk, allotments: AllotmentDesk, table: str, column: str, promise: str
) -> None:
    await allotments.settled(100)
    await desk.pay(await desk.pass_finance(await desk.approve(await desk.submitted(on_activity(60)))))
    books = await books_of(desk)
    books.expense[table][0][column] += 1
    assert promise in {finding.promise for finding in money(books)}


async def test_the_route_of_a_claim_may_depend_on_the_activities_that_it_draws_on(
    desk: Desk, allotments: AllotmentDesk
) -> None:
    await allotments.settled(100)
    await desk.submitted(on_activity(1), a_line(1))
    facts = desk.planner.asked[-1].facts
    assert list(facts["activities"].texts.values) == [f"activities/{ACTIVITY}"]
