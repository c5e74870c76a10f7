"""The expense service over gRPC: tokens, etags, repeated requests, pages, and who sees what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from google.type.money_pb2 import Money as MoneyMessage
from sqlalchemy import text

from chassis.postgres.database import Database
from kernel.errors import Code, Refusal
from services.expense import mapping
from services.expense.service import add_services
from tests.builders.callers import Callers, calling
from tests.builders.edge import Edge
from tests.builders.expense import a_key, a_line
from tests.builders.expense_desk import Desk
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest, VerifyTimelinesRequest
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub
from zhupi.expense.v1 import budget_pb2, claim_pb2
from zhupi.expense.v1.budget_pb2_grpc import BudgetServiceStub, LimitServiceStub
from zhupi.expense.v1.claim_pb2_grpc import ClaimCaseServiceStub, ClaimServiceStub

BUDGET = "budgets/henan/2026-11/travel"


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    home: Path = tmp_path_factory.mktemp("expense-home")
    return Edge(home)


@pytest.fixture
async def callers(edge: Edge, database: Database, desk: Desk) -> AsyncIterator[Callers]:
    def register(server: object) -> None:
        add_services(server, database, desk.directory, desk.planner, desk.files, desk.clock)  # type: ignore[arg-type]  # the server it is given

    async with calling(edge, "expense", register) as callers:
        yield callers


def an_id() -> str:
    return str(uuid4())


def creating(*amounts: str, title: str = "拜访客户", request_id: str = "") -> claim_pb2.CreateClaimRequest:
    lines = [mapping.line_to_message(a_line(amount)) for amount in amounts or ("100",)]
    return claim_pb2.CreateClaimRequest(request_id=request_id or an_id(), title=title, lines=lines)


def submitting(claim: claim_pb2.Claim, request_id: str = "") -> claim_pb2.SubmitClaimRequest:
    return claim_pb2.SubmitClaimRequest(name=claim.name, request_id=request_id or an_id(), etag=claim.etag)


async def refused(call: object, code: Code, reason: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await call  # type: ignore[misc]  # a call of any stub
    assert (caught.value.code, caught.value.reason) == (code, reason)
    return caught.value


async def test_a_claim_goes_its_way_over_the_wire(callers: Callers) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    case = await callers.service("worker", ClaimCaseServiceStub)
    claim = await claims.CreateClaim(creating("100", "20"))
    assert (claim.name, claim.state, claim.total.units) == (
        "claims/EC-2026-000001",
        claim_pb2.Claim.STATE_DRAFT,
        120,
    )
    claim = await claims.SubmitClaim(submitting(claim))
    claim = await case.ApproveClaim(
        claim_pb2.ApproveClaimRequest(name=claim.name, request_id=an_id(), version=claim.version)
    )
    finance = await callers.person("wangfang", ClaimServiceStub, "finance")
    claim = await finance.CutClaimLine(
        claim_pb2.CutClaimLineRequest(
            name=claim.name,
            request_id=an_id(),
            etag=claim.etag,
            line_id="2",
            amount=MoneyMessage(currency_code="CNY", units=5),
            reason="超出标准",
        )
    )
    assert (claim.payable.units, claim.version) == (115, 2)
    await refused(
        case.PassClaim(claim_pb2.PassClaimRequest(name=claim.name, request_id=an_id(), version=1)),
        Code.ABORTED,
        "DOCUMENT_CHANGED",
    )
    claim = await case.PassClaim(claim_pb2.PassClaimRequest(name=claim.name, request_id=an_id(), version=2))
    paying = claim_pb2.RecordPaymentRequest(name=claim.name, request_id=an_id(), payment="PAY-2026-000001")
    paying.pay_time.GetCurrentTime()
    claim = await case.RecordPayment(paying)
    assert claim.state == claim_pb2.Claim.STATE_PAID
    assert await claims.GetClaim(claim_pb2.GetClaimRequest(name=claim.name)) == claim

    told = await (await callers.person("lihua", TimelineServiceStub)).ListTimeline(
        ListTimelineRequest(document=claim.name)
    )
    assert [entry.kind for entry in told.entries][-1] == "ClaimPaid"
    assert told.entries[0].sentence.zh == "新建报销单，合计 120.00 CNY"


async def test_without_a_good_token_nothing_is_done(callers: Callers, desk: Desk) -> None:
    before = await desk.everything()
    for token, reason in callers.edge.bad_tokens().values():
        claims = await callers.token(token, ClaimServiceStub)
        await refused(claims.CreateClaim(creating()), Code.UNAUTHENTICATED, reason)
    assert await desk.everything() == before


async def test_a_repeated_request_is_answered_and_not_done_again(callers: Callers, desk: Desk) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    creation = creating()
    first = await claims.CreateClaim(creation)
    assert await claims.CreateClaim(creation) == first
    submission = submitting(first)
    submitted = await claims.SubmitClaim(submission)
    assert await claims.SubmitClaim(submission) == submitted
    assert await desk.kinds(first.name) == ["ClaimCreated", "ClaimSubmitted"]
    assert (await desk.columns())[0] == "100.00"


async def test_one_request_sent_many_times_at_once_is_done_once(callers: Callers, desk: Desk) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    creation = creating()
    answers = await asyncio.gather(*(claims.CreateClaim(creation) for _ in range(10)))
    assert {answer.name for answer in answers} == {"claims/EC-2026-000001"}
    submission = submitting(answers[0])
    answers = await asyncio.gather(*(claims.SubmitClaim(submission) for _ in range(10)))
    assert {answer.etag for answer in answers} == {"2"}
    assert (await desk.columns())[0] == "100.00"


async def test_a_request_id_stands_for_one_request(callers: Callers, desk: Desk) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    request_id = an_id()
    await claims.CreateClaim(creating("100", request_id=request_id))
    before = await desk.everything()
    again = creating("101", request_id=request_id)
    await refused(claims.CreateClaim(again), Code.INVALID_ARGUMENT, "REQUEST_ID_REUSED")
    assert await desk.everything() == before


async def test_a_verb_of_the_case_repeated_late_does_not_reach_the_next_round(callers: Callers) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    case = await callers.service("worker", ClaimCaseServiceStub)
    claim = await claims.SubmitClaim(submitting(await claims.CreateClaim(creating())))
    returning = claim_pb2.ReturnClaimRequest(name=claim.name, request_id=an_id(), reason="改")
    returned = await case.ReturnClaim(returning)
    again = await claims.SubmitClaim(submitting(returned))
    assert await case.ReturnClaim(returning) == returned
    assert await claims.GetClaim(claim_pb2.GetClaimRequest(name=claim.name)) == again


async def test_a_verb_of_the_case_is_not_done_again_when_its_answer_is_no_longer_kept(
    callers: Callers, desk: Desk
) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    case = await callers.service("worker", ClaimCaseServiceStub)
    claim = await claims.SubmitClaim(submitting(await claims.CreateClaim(creating())))
    approving = claim_pb2.ApproveClaimRequest(name=claim.name, request_id=an_id(), version=1)
    returning = claim_pb2.ReturnClaimRequest(name=claim.name, request_id=an_id(), reason="改")
    await case.ApproveClaim(approving)
    again = await claims.SubmitClaim(submitting(await case.ReturnClaim(returning)))
    async with desk.database.engine.begin() as connection:
        await connection.execute(text("DELETE FROM requests"))
    # A workflow that begins again after months comes by everything that it has done.
    assert await case.ApproveClaim(approving) == again
    assert await case.ReturnClaim(returning) == again
    assert again.state == claim_pb2.Claim.STATE_IN_APPROVAL


async def test_what_was_decided_on_an_old_version_is_refused_for_ever(callers: Callers, desk: Desk) -> None:
    case = await callers.service("worker", ClaimCaseServiceStub)
    claim = await desk.cut(await desk.approve(await desk.submitted(a_line("100"))), "1", 40)
    late = claim_pb2.PassClaimRequest(name=claim.name, request_id=an_id(), version=1)
    await refused(case.PassClaim(late), Code.ABORTED, "DOCUMENT_CHANGED")
    await desk.pass_finance(claim)
    await refused(case.PassClaim(late), Code.ABORTED, "DOCUMENT_CHANGED")


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (MoneyMessage(currency_code="CNY", units=0), "AMOUNT_NOT_POSITIVE"),
        (MoneyMessage(currency_code="CNY", units=-1), "AMOUNT_NOT_POSITIVE"),
        (MoneyMessage(currency_code="CNY", units=1, nanos=1_000_000), "AMOUNT_TOO_FINE"),
        (MoneyMessage(currency_code="CNY", units=1, nanos=-10_000_000), "MONEY_MALFORMED"),
        (MoneyMessage(currency_code="ABC", units=1), "UNKNOWN_CURRENCY"),
        (MoneyMessage(currency_code="CNY", units=10**15), "AMOUNT_TOO_LARGE"),
    ],
)
async def test_a_wrong_amount_is_refused_by_its_field(
    callers: Callers, desk: Desk, amount: MoneyMessage, reason: str
) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    request, before = creating("1", "2"), await desk.everything()
    request.lines[1].amount.CopyFrom(amount)
    said = await refused(claims.CreateClaim(request), Code.INVALID_ARGUMENT, reason)
    assert said.violations[0].field == "lines[1].amount"
    assert said.text.zh[0] > "\u4e00"
    assert said.text.en.isascii()
    assert await desk.everything() == before


async def test_a_page_token_belongs_to_its_query_and_pages_do_not_overlap(callers: Callers) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    names = [(await claims.CreateClaim(creating())).name for _ in range(5)]
    seen, token = [], ""
    while True:
        page = await claims.ListClaims(claim_pb2.ListClaimsRequest(page_size=2, page_token=token))
        seen += [claim.name for claim in page.claims]
        last, token = token, page.next_page_token
        if not token:
            break
    assert seen == names[::-1]
    other = claim_pb2.ListClaimsRequest(page_size=2, page_token=last, query="客户")
    await refused(claims.ListClaims(other), Code.INVALID_ARGUMENT, "PAGE_TOKEN_OF_ANOTHER_QUERY")


async def test_lists_find_by_state_claimant_organisation_and_words(callers: Callers) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    visit = await claims.CreateClaim(creating(title="拜访100%客户_甲"))
    fair = await claims.SubmitClaim(submitting(await claims.CreateClaim(creating(title="药交会"))))

    async def found(**query: object) -> list[str]:
        page = await claims.ListClaims(claim_pb2.ListClaimsRequest(**query))  # type: ignore[arg-type]  # fields of the query
        return [claim.name for claim in page.claims]

    assert await found(state=claim_pb2.Claim.STATE_IN_APPROVAL) == [fair.name]
    assert await found(query="%客户_") == [visit.name]
    assert await found(query="ec-2026-000002") == [fair.name]
    assert await found(query="%") == [visit.name]
    assert await found(organisation="organisations/henan", claimant="people/lihua") == [fair.name, visit.name]
    assert await found(claimant="people/zhangwei") == []


async def test_claims_are_found_by_the_activity_they_are_paid_from_or_were_spent_on(callers: Callers) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)

    async def made(**line: str) -> str:
        request = creating("10", "20")
        request.lines[1].MergeFrom(claim_pb2.ClaimLine(**line))  # type: ignore[arg-type]  # texts only
        return (await claims.CreateClaim(request)).name

    async def found(activity: str) -> list[str]:
        page = await claims.ListClaims(claim_pb2.ListClaimsRequest(activity=activity))
        return [claim.name for claim in page.claims]

    paid_from = await made(activity_line="activities/AC-2026-000001/lines/12")
    spent_on = await made(activity="activities/AC-2026-000001")
    other = await made(activity_line="activities/AC-2026-000010/lines/1")
    assert await found("activities/AC-2026-000001") == [spent_on, paid_from]
    assert await found("activities/AC-2026-000010") == [other]
    assert await found("activities/AC-2026-000002") == []
    assert len(await found("")) == 3
    await refused(found("activities/%"), Code.INVALID_ARGUMENT, "INVALID_ARGUMENT")


async def test_everybody_sees_their_own_and_what_they_are_responsible_for(callers: Callers) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    draft = await claims.CreateClaim(creating())
    submitted = await claims.SubmitClaim(submitting(await claims.CreateClaim(creating())))
    expected = {
        ("lihua",): [submitted.name, draft.name],
        ("boss",): [submitted.name],  # responsible for Henan; a draft is nobody's business yet
        ("zhangwei",): [],
        ("stranger",): [],
        ("wangfang", "finance"): [submitted.name, draft.name],
        ("stranger", "operator"): [submitted.name, draft.name],
    }
    for (person, *roles), names in expected.items():
        stub = await callers.person(person, ClaimServiceStub, *roles)
        listed = await stub.ListClaims(claim_pb2.ListClaimsRequest())
        assert [claim.name for claim in listed.claims] == names
        for claim in (draft, submitted):
            get = stub.GetClaim(claim_pb2.GetClaimRequest(name=claim.name))
            if claim.name in names:
                assert await get == claim
            else:
                await refused(get, Code.NOT_FOUND, "NOT_FOUND")


async def test_a_timeline_is_seen_by_whoever_sees_its_document(callers: Callers) -> None:
    claim = await (await callers.person("lihua", ClaimServiceStub)).CreateClaim(creating())
    stranger = await callers.person("stranger", TimelineServiceStub)
    for document in (claim.name, BUDGET, "months/2026-11", "claims/", "nothing"):
        with pytest.raises(Refusal):
            await stranger.ListTimeline(ListTimelineRequest(document=document))
    await refused(stranger.VerifyTimelines(VerifyTimelinesRequest()), Code.PERMISSION_DENIED, "NOT_PERMITTED")
    operator = await callers.person("stranger", TimelineServiceStub, "operator")
    verified = await operator.VerifyTimelines(VerifyTimelinesRequest())
    assert (verified.rows, len(verified.breaks)) == (1, 0)


async def test_a_route_is_previewed_for_who_may_see_the_claim(callers: Callers, desk: Desk) -> None:
    claims = await callers.person("lihua", ClaimServiceStub)
    claim = await claims.CreateClaim(creating())
    preview = claim_pb2.PreviewClaimRouteRequest(name=claim.name)
    assert (await claims.PreviewClaimRoute(preview)).policy == "policies/expense-claim/versions/1"
    stranger = await callers.person("stranger", ClaimServiceStub)
    await refused(stranger.PreviewClaimRoute(preview), Code.NOT_FOUND, "NOT_FOUND")


async def test_finance_moves_budgets_and_others_look_at_their_own(callers: Callers, desk: Desk) -> None:
    finance = await callers.person("wangfang", BudgetServiceStub, "finance")
    budget = await finance.GetBudget(budget_pb2.GetBudgetRequest(name=BUDGET))
    adjusting = budget_pb2.AdjustBudgetRequest(
        name=BUDGET,
        request_id=an_id(),
        etag=budget.etag,
        change=MoneyMessage(currency_code="CNY", units=-500),
        reason="年中调整",
    )
    adjusted = await finance.AdjustBudget(adjusting)
    assert (adjusted.amount.units, adjusted.free.units) == (9500, 9500)
    assert await finance.AdjustBudget(adjusting) == adjusted
    adjusting.request_id = an_id()
    await refused(finance.AdjustBudget(adjusting), Code.ABORTED, "ETAG_MISMATCH")
    moved = await finance.ListBudgetMovements(budget_pb2.ListBudgetMovementsRequest(budget=BUDGET))
    assert [(m.kind, m.amount.units, m.reason) for m in moved.movements] == [
        (budget_pb2.BudgetMovement.KIND_ADJUSTED, -500, "年中调整"),
        (budget_pb2.BudgetMovement.KIND_LOADED, 10_000, ""),
    ]

    lihua = await callers.person("lihua", BudgetServiceStub)
    listed = await lihua.ListBudgets(budget_pb2.ListBudgetsRequest(month="2026-11"))
    assert [b.name for b in listed.budgets] == [BUDGET]
    before = await desk.everything()
    await refused(lihua.AdjustBudget(adjusting), Code.PERMISSION_DENIED, "NOT_PERMITTED")
    closing = budget_pb2.CloseMonthRequest(name="months/2026-11", request_id=an_id())
    await refused(lihua.CloseMonth(closing), Code.PERMISSION_DENIED, "NOT_PERMITTED")
    stranger = await callers.person("stranger", BudgetServiceStub)
    assert not (await stranger.ListBudgets(budget_pb2.ListBudgetsRequest())).budgets
    get = stranger.GetBudget(budget_pb2.GetBudgetRequest(name=BUDGET))
    await refused(get, Code.NOT_FOUND, "NOT_FOUND")
    assert await desk.everything() == before

    assert (await finance.CloseMonth(closing)).closed
    assert (await lihua.GetBudget(budget_pb2.GetBudgetRequest(name=BUDGET))).month_closed
    await refused(finance.AdjustBudget(adjusting), Code.FAILED_PRECONDITION, "MONTH_CLOSED")
    assert [m.name for m in (await lihua.ListMonths(budget_pb2.ListMonthsRequest())).months] == [
        "months/2026-11"
    ]


async def test_a_transfer_moves_both_budgets_or_neither(callers: Callers, desk: Desk) -> None:
    finance = await callers.person("wangfang", BudgetServiceStub, "finance")
    moving = budget_pb2.TransferBudgetRequest(
        source=BUDGET,
        target="budgets/henan/2026-11/meeting",
        request_id=an_id(),
        amount=MoneyMessage(currency_code="CNY", units=10_001),
        reason="调剂",
    )
    await refused(finance.TransferBudget(moving), Code.NOT_FOUND, "NOT_FOUND")
    await desk.load_budget(5, a_key(expense_type="meeting"))
    before = await desk.everything()
    await refused(finance.TransferBudget(moving), Code.FAILED_PRECONDITION, "OVER_BUDGET")
    assert await desk.everything() == before
    moving.amount.units = 4_000
    moved = await finance.TransferBudget(moving)
    assert (moved.source.amount.units, moved.target.amount.units) == (6_000, 4_005)
    kinds = [await desk.kinds(budget.name) for budget in (moved.source, moved.target)]
    assert kinds == [["BudgetTransferred"], ["BudgetTransferred"]]


async def test_limits_are_replaced_whole_by_finance(callers: Callers, desk: Desk) -> None:
    limits = await callers.person("wangfang", LimitServiceStub, "finance")
    old = await limits.ListLimits(budget_pb2.ListLimitsRequest())
    assert [t.code for t in old.expense_types] == ["travel", "meeting"]
    replacing = budget_pb2.ReplaceLimitsRequest(
        request_id=an_id(),
        expense_types=old.expense_types[:1],
        limits=[
            budget_pb2.Limit(
                expense_type="travel", city="上海", per_line=MoneyMessage(currency_code="CNY", units=600)
            )
        ],
    )
    answer = await limits.ReplaceLimits(replacing)
    assert answer == await limits.ListLimits(budget_pb2.ListLimitsRequest())
    types = await limits.ListExpenseTypes(budget_pb2.ListExpenseTypesRequest())
    assert [t.title.zh for t in types.expense_types] == ["差旅费"]

    before = await desk.everything()
    replacing.request_id = an_id()
    replacing.limits[0].expense_type = "rent"
    said = await refused(limits.ReplaceLimits(replacing), Code.INVALID_ARGUMENT, "UNKNOWN_EXPENSE_TYPE")
    assert said.violations[0].field == "limits[0].expense_type"
    lihua = await callers.person("lihua", LimitServiceStub)
    await refused(lihua.ReplaceLimits(replacing), Code.PERMISSION_DENIED, "NOT_PERMITTED")
    assert await desk.everything() == before
