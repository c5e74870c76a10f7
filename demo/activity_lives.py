"""Takes an activity as far as it is planned to come, act by act, each by whoever does it in the house."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from chassis.rpc.values import date_to_message
from cli.claim_view import get_claim, latest_case
from cli.commands.activity_closing import all_of
from cli.files import chunks
from cli.paging import listed
from cli.session import Session
from cli.values import money, today
from cli.work_item_view import open_items
from demo.acting import Actors
from demo.activities import Planned
from demo.claim import invoiced
from demo.pictures import photo, sheet
from demo.waiting import until
from kernel.errors import Code, Refusal
from reading.names import bare
from zhupi.approval.v1 import work_item_pb2 as items
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub
from zhupi.customer.v1.customer_pb2 import Customer
from zhupi.expense.v1 import claim_pb2
from zhupi.expense.v1.claim_pb2 import Claim
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub
from zhupi.marketing.v1 import activity_pb2 as pb
from zhupi.marketing.v1 import evidence_pb2 as evidence
from zhupi.marketing.v1.activity_pb2 import Activity
from zhupi.marketing.v1.activity_pb2_grpc import ActivityServiceStub
from zhupi.marketing.v1.evidence_pb2_grpc import EvidenceServiceStub

PROOFS: Final = (
    (pb.EVIDENCE_KIND_PHOTO, "现场照片1.png", photo),
    (pb.EVIDENCE_KIND_PHOTO, "现场照片2.png", photo),
    (pb.EVIDENCE_KIND_SIGN_IN_SHEET, "签到表.png", sheet),
    (pb.EVIDENCE_KIND_VISIT_NOTE, "拜访记录.png", sheet),
)
CLAIM_ENDS: Final = (Claim.STATE_PAID, Claim.STATE_REJECTED)
IN_CLAIM_APPROVAL: Final = (Claim.STATE_IN_APPROVAL, Claim.STATE_IN_FINANCE_REVIEW)
Act = Callable[[], Awaitable[None]]


class Life:
    """Of one activity. `requester` is a session; whoever decides is asked of `actors`."""

    def __init__(self, actors: Actors, requester: Session, plan: Planned, activity: Activity) -> None:
        self.actors, self.requester, self.plan, self.activity = actors, requester, plan, activity
        self._activities = requester.stub(ActivityServiceStub)
        self._acts: dict[int, Act] = {
            Activity.STATE_DRAFT: self.begin,
            Activity.STATE_IN_APPROVAL: self.decide_next,
            Activity.STATE_APPROVED: self.wait_or_cancel,
            Activity.STATE_RUNNING: self.end_early,
            Activity.STATE_TO_CLOSE: self.close,
            Activity.STATE_CLOSURE_IN_APPROVAL: self.decide_next,
            Activity.STATE_SETTLED: self.claim,
        }

    async def live(self) -> bool:
        """Whether anything was left to do."""
        acts = 0
        try:
            while self.plan.goes_on_from(self.activity.state) and not self._waits_for_people():
                await self._acts[self.activity.state]()
                self.activity = await self._now()
                acts += 1
        except Refusal as refusal:
            # Its first day is over, its month closed, its customer lost: it stays as it is.
            if refusal.code is not Code.FAILED_PRECONDITION:
                raise
        if acts and self.activity.state in (Activity.STATE_RUNNING, Activity.STATE_TO_CLOSE):
            await self.prove()
        return acts > 0

    def _waits_for_people(self) -> bool:
        """Somebody has sent it back."""
        sent_back = self.activity.state in (Activity.STATE_DRAFT, Activity.STATE_TO_CLOSE)
        return sent_back and bool(self.activity.reason) and not self.activity.ended_early

    async def _now(self) -> Activity:
        return await self._activities.GetActivity(pb.GetActivityRequest(name=self.activity.name))

    async def begin(self) -> None:
        name, etag = self.activity.name, self.activity.etag
        if self.plan.state == Activity.STATE_DELETED:
            delete = pb.DeleteActivityRequest(name=name, request_id=str(uuid4()), etag=etag)
            await self._activities.DeleteActivity(delete)
            return
        submit = pb.SubmitActivityRequest(name=name, request_id=str(uuid4()), etag=etag)
        self.activity = await self._activities.SubmitActivity(submit)
        await until(self.is_asked_about, f"{bare(name)}: route")

    async def wait_or_cancel(self) -> None:
        if self.plan.state != Activity.STATE_CANCELLED:
            await until(self._left(Activity.STATE_APPROVED), f"{bare(self.activity.name)} → RUNNING")
            return
        request = pb.CancelActivityRequest(
            name=self.activity.name,
            request_id=str(uuid4()),
            etag=self.activity.etag,
            reason="医院临时调整安排",
        )
        await self._activities.CancelActivity(request)

    async def end_early(self) -> None:
        await self.prove()
        request = pb.EndActivityEarlyRequest(
            name=self.activity.name, request_id=str(uuid4()), etag=self.activity.etag, reason="已按计划完成"
        )
        await self._activities.EndActivityEarly(request)

    async def prove(self) -> None:
        """Everything that any class asks for, as far as it is not there yet."""
        stub = self.requester.stub(EvidenceServiceStub)
        asked = evidence.ListEvidenceRequest(activity=self.activity.name)
        there = {one.file_name for one in await listed(self.requester, stub.ListEvidence, asked, "evidence")}
        for kind, file_name, drawn in PROOFS:
            if file_name not in there:
                content = drawn(f"{self.activity.name}/{file_name}")
                await stub.UploadEvidence(iter(self._upload(kind, file_name, content)))

    def _upload(
        self, kind: pb.EvidenceKind.ValueType, file_name: str, content: bytes
    ) -> list[evidence.UploadEvidenceRequest]:
        header = evidence.UploadEvidenceRequest.Header(
            request_id=str(uuid4()),
            activity=self.activity.name,
            kind=kind,
            file_name=file_name,
            content_type="image/png",
            place=self.activity.terms.city + self.activity.terms.address,
        )
        header.taken_time.FromDatetime(datetime.now(UTC))
        parts = [evidence.UploadEvidenceRequest(content=part) for part in chunks(content)]
        return [evidence.UploadEvidenceRequest(header=header), *parts]

    async def close(self) -> None:
        await self.prove()
        costs = zip(self.activity.terms.lines, self.plan.lines, strict=False)
        closure = pb.Closure(
            lines=[pb.ActualCost(line=line.id, actual=money(str(plan.actual))) for line, plan in costs],
            attendance=self.plan.attendance,
            result=self.plan.kind.result,
            evidence=await all_of(self.requester, self.activity.name),
        )
        written = await self._activities.UpdateClosure(
            pb.UpdateClosureRequest(
                name=self.activity.name, request_id=str(uuid4()), etag=self.activity.etag, closure=closure
            )
        )
        self.activity = await self._activities.SubmitClosure(
            pb.SubmitClosureRequest(name=written.name, request_id=str(uuid4()), etag=written.etag)
        )
        await until(self.is_asked_about, f"{bare(written.name)}: route")

    async def decide_next(self) -> None:
        """Whoever is next agrees, or, where it is to come to nothing, rejects it."""
        rejects = self.plan.state == Activity.STATE_REJECTED
        if not await self.decide(self.activity.name, rejects=rejects):
            await until(self.is_asked_about, bare(self.activity.name))

    async def decide(self, document: str, *, rejects: bool = False) -> bool:
        """Whether anybody could, at this moment."""
        case = await latest_case(self.requester, document)
        for item in open_items(case) if case else ():
            who = await self.actors.session(bare(item.assignee or item.candidates[0]))
            if await decided(who, item, rejects=rejects):
                return True
        return False

    async def is_asked_about(self) -> bool | None:
        """Somebody has it to decide, or it came back."""
        case = await latest_case(self.requester, self.activity.name)
        return bool(case and open_items(case)) or self.activity.state != (await self._now()).state or None

    def _left(self, state: Activity.State.ValueType) -> Callable[[], Awaitable[bool | None]]:
        async def look() -> bool | None:
            return (await self._now()).state != state or None

        return look

    async def claim(self) -> None:
        """All that may be claimed is claimed and paid: then it closes by itself."""
        claim = await self._claim()
        if claim.state == Claim.STATE_DRAFT:
            claim = await self.requester.stub(ClaimServiceStub).SubmitClaim(
                claim_pb2.SubmitClaimRequest(name=claim.name, request_id=str(uuid4()), etag=claim.etag)
            )
        while claim.state not in CLAIM_ENDS:
            await self.decide(claim.name)
            claim = await until(self._goes_on(claim), bare(claim.name))
        if claim.state == Claim.STATE_PAID:
            await until(self._left(Activity.STATE_SETTLED), f"{bare(self.activity.name)} → CLOSED")

    def _goes_on(self, before: Claim) -> Callable[[], Awaitable[Claim | None]]:
        """Once it has another state, or somebody has it to decide."""

        async def look() -> Claim | None:
            claim = await get_claim(self.requester, before.name)
            case = await latest_case(self.requester, before.name)
            return claim if claim.state != before.state or (case and open_items(case)) else None

        return look

    async def _claim(self) -> Claim:
        """That of this activity, made if it is not there."""
        stub, title = self.requester.stub(ClaimServiceStub), f"{self.plan.title} 费用"
        asked = claim_pb2.ListClaimsRequest(query=title, claimant=self.activity.requester)
        there: list[Claim] = await listed(self.requester, stub.ListClaims, asked, "claims")
        if there:
            return there[0]
        kinds = {line.id: line.expense_type for line in self.activity.terms.lines}
        lines = [
            invoiced(
                f"{kinds[one.line]} today {one.amount.units} {self.activity.terms.city} {self.plan.kind.title}"
                f" seller=会务服务有限公司 activity_line={bare(self.activity.name)}/{one.line}"
            )
            for one in self.activity.claimable
            if one.amount.units
        ]
        return await stub.CreateClaim(
            claim_pb2.CreateClaimRequest(request_id=str(uuid4()), title=title, lines=lines)
        )


async def decided(session: Session, item: WorkItem, *, rejects: bool) -> bool:
    """Whether it was; somebody else may have been faster, or it is about another version by now."""
    stub = session.stub(WorkItemServiceStub)
    try:
        seen = await stub.GetWorkItem(items.GetWorkItemRequest(name=item.name))
        version, request_id = seen.document_version, str(uuid4())
        if rejects:
            await stub.RejectWorkItem(
                items.RejectWorkItemRequest(
                    name=seen.name,
                    request_id=request_id,
                    etag=seen.etag,
                    document_version=version,
                    comment="本季度不再安排此类活动",
                )
            )
        else:
            await stub.ApproveWorkItem(
                items.ApproveWorkItemRequest(
                    name=seen.name, request_id=request_id, etag=seen.etag, document_version=version
                )
            )
    except Refusal as refusal:
        if refusal.code in (Code.ABORTED, Code.FAILED_PRECONDITION):
            return False
        raise
    return True


async def drafted(session: Session, plan: Planned, customer: Customer) -> Activity:
    begins = today() + timedelta(days=plan.ahead)
    terms = pb.ActivityTerms(
        title=plan.title,
        activity_class=plan.kind.key,
        customers=[customer.name],
        products=[pb.ActivityProduct(code=plan.product[0], display_name=plan.product[1])],
        start_date=date_to_message(begins),
        end_date=date_to_message(begins + timedelta(days=plan.days - 1)),
        city=customer.file.address.city,
        address=customer.file.address.county,
        expected_result=plan.kind.result,
        lines=[
            pb.BudgetLine(expense_type=line.expense_type, amount=money(str(line.amount)))
            for line in plan.lines
        ],
    )
    return await session.stub(ActivityServiceStub).CreateActivity(
        pb.CreateActivityRequest(request_id=str(uuid4()), terms=terms)
    )
