"""On whose account a claim was spent: kept with the claim, changed in a draft, and a fact of its route."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from uuid import uuid4

import pytest

from chassis.cases.messages import resubmitted
from chassis.postgres.database import Database
from kernel.errors import Refusal
from services.expense.domain.claim import Claim
from services.expense.messages import facts_of, submission
from services.expense.service import add_services
from services.expense.use_cases import case_verbs, drafts
from tests.builders.callers import Callers, calling
from tests.builders.edge import Edge
from tests.builders.expense_desk import LIHUA, Desk
from zhupi.approval.v1.events_pb2 import CaseFact
from zhupi.expense.v1 import claim_pb2
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub

MARKETING, RESEARCH = "CC-4100", "CC-7200"


@pytest.fixture
async def callers(
    tmp_path_factory: pytest.TempPathFactory, database: Database, desk: Desk
) -> AsyncIterator[Callers]:
    def register(server: object) -> None:
        add_services(server, database, desk.directory, desk.planner, desk.files, desk.clock)  # type: ignore[arg-type]  # the server it is given

    async with calling(Edge(tmp_path_factory.mktemp("home")), "expense", register) as found:
        yield found


async def charged(desk: Desk, claim: Claim, cost_centre: str) -> Claim:
    said = drafts.UpdateClaim(claim.number, claim.etag, claim.title, claim.lines, (), cost_centre)
    changed: Claim = await desk.do(partial(drafts.update_claim, attachments=desk.files), said)
    return changed


async def test_a_claim_goes_to_the_route_with_its_cost_centre(desk: Desk) -> None:
    claim = await desk.submit(await charged(desk, await desk.create(), MARKETING))

    assert claim.cost_centre == MARKETING
    assert desk.planner.asked[-1].facts["cost_centre"].text == MARKETING
    assert facts_of(claim, "S1")["cost_centre"].text == MARKETING


async def test_a_returned_claim_may_be_charged_to_another_cost_centre(desk: Desk) -> None:
    claim = await desk.submit(await charged(desk, await desk.create(), MARKETING))
    returned = await desk.refuse(case_verbs.return_claim, claim, "成本中心有误")

    again = await desk.submit(await charged(desk, returned, RESEARCH))

    news = resubmitted(submission(again, "S1"), "policies/expense-claim/versions/1")
    assert isinstance(news, CaseFact)
    assert news.facts["cost_centre"].text == RESEARCH


async def test_a_copy_is_charged_to_the_same_cost_centre(desk: Desk) -> None:
    claim = await charged(desk, await desk.create(), MARKETING)

    copy = await desk.do(partial(drafts.copy_claim, directory=desk.directory), drafts.CopyClaim(claim.number))

    assert copy.cost_centre == MARKETING


async def test_a_cost_centre_goes_over_the_wire_both_ways(callers: Callers) -> None:
    claims = await callers.person(LIHUA.person, ClaimServiceStub)
    made = await claims.CreateClaim(
        claim_pb2.CreateClaimRequest(request_id=str(uuid4()), title="拜访客户", cost_centre=MARKETING)
    )

    changed = await claims.UpdateClaim(
        claim_pb2.UpdateClaimRequest(
            name=made.name,
            request_id=str(uuid4()),
            etag=made.etag,
            title=made.title,
            cost_centre=RESEARCH,
        )
    )

    shown = await claims.GetClaim(claim_pb2.GetClaimRequest(name=made.name))
    assert (made.cost_centre, changed.cost_centre, shown.cost_centre) == (MARKETING, RESEARCH, RESEARCH)


@pytest.mark.parametrize("code", ["成本", "a b", "-4100", "4" * 51])
async def test_what_is_no_code_is_refused(callers: Callers, code: str) -> None:
    claims = await callers.person(LIHUA.person, ClaimServiceStub)

    with pytest.raises(Refusal) as refused:
        await claims.CreateClaim(
            claim_pb2.CreateClaimRequest(request_id=str(uuid4()), title="拜访客户", cost_centre=code)
        )

    assert [violation.field for violation in refused.value.violations] == ["cost_centre"]
