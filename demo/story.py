"""The story of one claim: made, returned, submitted again, approved, cut, paid. Everybody in it acts through their own RPCs."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from cli.claim_lines import changed
from cli.claim_view import get_claim, show_claim
from cli.route_view import show_routes
from cli.session import Session
from cli.values import money
from demo.acting import Actors
from demo.case_story import CaseStory
from demo.claim import MEETING, TITLE, lines
from demo.group import CLAIMANT, Group
from demo.looking import Look
from demo.telling import Teller
from demo.waiting import arrival, until
from kernel.text import Text
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.expense.v1 import claim_pb2 as pb
from zhupi.expense.v1.claim_pb2 import Claim
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub

CUT: Final = "200.00"
FINANCE_STAGE: Final = "finance"
MISSING: Final = Text("请在说明中写明参会科室", "Say which ward the meeting was for")
ENDED: Final = frozenset({Claim.STATE_PAID, Claim.STATE_REJECTED})


class Story(CaseStory):
    """`claim` is the claim as it stands."""

    def __init__(self, actors: Actors, group: Group, teller: Teller) -> None:
        super().__init__(actors, group, teller)
        self.look = Look(actors, teller)
        self.claim = Claim()

    async def tell(self) -> None:
        await self.make_the_claim()
        await self.submit()
        await self.send_back(MISSING)
        await self.submit_again()
        while not self.has_ended:
            await self.decide_next()
        await self.look.at_the_money(self.claim)
        await self.look.at_the_timeline(self.claim)
        await self.look.elsewhere(self.claim)

    @property
    def name(self) -> str:
        return self.claim.name

    @property
    def has_ended(self) -> bool:
        return self.claim.state in ENDED

    async def look_again(self) -> None:
        self.claim = await get_claim(await self.requester(), self.claim.name)

    async def make_the_claim(self) -> None:
        who = self.called(CLAIMANT)
        self.teller.step(f"{who} 新建报销单", f"{who} makes a claim")
        claims = (await self.requester()).stub(ClaimServiceStub)
        request = pb.CreateClaimRequest(
            request_id=str(uuid4()), title=TITLE.in_language(self.out.language), lines=lines()
        )
        self.claim = await claims.CreateClaim(request)
        self.teller.command(f'claim new --as {CLAIMANT} --title … --line "hotel today 380 西安 …"')
        show_claim(self.out, self.claim)
        self.teller.aside("如果现在提交，会由这些人审批：", "Who would decide it if it were submitted now:")
        self.teller.command(f"claim route {self.number} --as {CLAIMANT}")
        preview = await claims.PreviewClaimRoute(pb.PreviewClaimRouteRequest(name=self.claim.name))
        show_routes(self.out, preview.routes)

    async def submit(self) -> None:
        self.teller.step(
            "提交：预占预算，占用发票，发起审批",
            "It is submitted: the budget is reserved, the invoices are taken, a case begins",
        )
        self.teller.command(f"claim submit {self.number} --as {CLAIMANT}")
        await self.submit_as_it_stands()
        await self.look.at_the_budget(self.claim)

    async def submit_as_it_stands(self) -> None:
        request = pb.SubmitClaimRequest(name=self.claim.name, request_id=str(uuid4()), etag=self.claim.etag)
        self.claim = await (await self.requester()).stub(ClaimServiceStub).SubmitClaim(request)

    async def submit_again(self) -> None:
        who = self.called(CLAIMANT)
        self.claim = await until(self.returned, f"{self.number} → DRAFT")
        self.teller.step(
            f"{who} 看到退回原因，修改后再次提交", f"{who} sees why, mends it and submits it again"
        )
        self.teller.aside(f"退回原因：{self.claim.reason}", f"The reason: {self.claim.reason}")
        self.teller.command(f'claim edit {self.number} --as {CLAIMANT} --change "{MEETING} description=…"')
        words = Text("心内科科室会场地与茶歇", "Venue and tea for the cardiology ward").in_language(
            self.out.language
        )
        request = pb.UpdateClaimRequest(
            name=self.claim.name,
            request_id=str(uuid4()),
            etag=self.claim.etag,
            title=self.claim.title,
            lines=[
                changed(line, {"description": words}) if line.id == MEETING else line
                for line in self.claim.lines
            ],
        )
        self.claim = await (await self.requester()).stub(ClaimServiceStub).UpdateClaim(request)
        self.teller.command(f"claim submit {self.number} --as {CLAIMANT}")
        await self.submit_as_it_stands()

    async def returned(self) -> Claim | None:
        claim = await get_claim(await self.requester(), self.claim.name)
        return claim if claim.state == Claim.STATE_DRAFT else None

    async def before_approval(self, item: WorkItem, session: Session, login: str) -> WorkItem:
        if item.stage == FINANCE_STAGE and not any(line.HasField("cut") for line in self.claim.lines):
            return await self.cut(session, login)
        return item

    async def cut(self, reviewer: Session, login: str) -> WorkItem:
        """Finance cuts a line; the work item as it shows the claim after the cut."""
        reason = Text("超出会议标准部分", "Above what a meeting may cost").in_language(self.out.language)
        self.teller.command(f'claim cut {self.number} {MEETING} {CUT} --as {login} --reason "{reason}"')
        claim = await get_claim(reviewer, self.claim.name)
        self.claim = await reviewer.stub(ClaimServiceStub).CutClaimLine(
            pb.CutClaimLineRequest(
                name=claim.name,
                request_id=str(uuid4()),
                etag=claim.etag,
                line_id=MEETING,
                amount=money(CUT),
                reason=reason,
            )
        )
        show_claim(self.out, self.claim)

        async def shows_the_cut() -> WorkItem | None:
            item = await arrival(reviewer, self.claim.name)
            return item if item.document_version >= self.claim.version else None

        return await until(shows_the_cut, f"{self.number} v{self.claim.version}")
