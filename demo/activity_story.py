"""The story of an activity: asked for, decided, held, proved, closed, claimed, and closed for good by the last payment."""

from __future__ import annotations

from typing import Final

from cli.activity_view import show_activity
from cli.commands.activity_evidence import LIST as EVIDENCE
from cli.commands.timeline import merged
from cli.paging import listed
from cli.route_view import show_routes
from cli.session import Session
from cli.timeline_view import tell_entries
from demo.acting import Actors
from demo.activities import KINDS, Line, Planned
from demo.activity_lives import Life, drafted
from demo.case_story import CaseStory
from demo.group import CLAIMANT, FINANCE, Group
from demo.load_activities import customers_of
from demo.telling import Teller
from zhupi.customer.v1.customer_pb2 import Customer
from zhupi.expense.v1.allotment_pb2 import AllotmentLine, GetAllotmentRequest
from zhupi.expense.v1.allotment_pb2_grpc import AllotmentServiceStub
from zhupi.marketing.v1 import activity_pb2 as pb
from zhupi.marketing.v1 import evidence_pb2 as evidence
from zhupi.marketing.v1.activity_pb2 import Activity
from zhupi.marketing.v1.activity_pb2_grpc import ActivityServiceStub
from zhupi.marketing.v1.evidence_pb2_grpc import EvidenceServiceStub

VISIT: Final = next(kind for kind in KINDS if kind.key == "customer-visit")
# Beside those of the group, which are counted from 1.
FIRST: Final = 1001
PRODUCT: Final = ("P-1001", "昀泠颗粒")
LINES: Final = (Line("travel", 480, 452), Line("meals", 360, 348))
EARLY: Final = "已按计划完成"
HELD: Final = ("id", "expense_type", "month", "reserved", "committed", "claimable", "drawn", "spent")
TAKES_PLACE: Final = (
    Activity.STATE_IN_APPROVAL,
    Activity.STATE_APPROVED,
    Activity.STATE_RUNNING,
    Activity.STATE_TO_CLOSE,
    Activity.STATE_CLOSURE_IN_APPROVAL,
    Activity.STATE_SETTLED,
)
DECIDED_ON: Final = (Activity.STATE_IN_APPROVAL, Activity.STATE_CLOSURE_IN_APPROVAL)


class ActivityStory(CaseStory):
    """`activity` is as it stands. What its requester does is done as for all activities of the group."""

    def __init__(self, actors: Actors, group: Group, teller: Teller) -> None:
        super().__init__(actors, group, teller)
        self.activity = Activity()

    async def tell(self) -> None:
        life = await self.ask()
        await self.decide()
        await self.hold(life)
        await self.close(life)
        await self.decide()
        await self.claim(life)
        await self.at_the_timeline()

    @property
    def name(self) -> str:
        return self.activity.name

    @property
    def has_ended(self) -> bool:
        return self.activity.state not in DECIDED_ON

    async def look_again(self) -> None:
        stub = (await self.requester()).stub(ActivityServiceStub)
        self.activity = await stub.GetActivity(pb.GetActivityRequest(name=self.name))

    async def decide(self) -> None:
        """One after the other, until nobody is asked any more."""
        while not self.has_ended:
            await self.decide_next()

    async def ask(self) -> Life:
        who, session = self.called(CLAIMANT), await self.requester()
        self.teller.step(
            f"{who} 申请一次客户拜访：时间、客户、预算明细",
            f"{who} asks for visits to a customer: days, customer, budget lines",
        )
        self.teller.command(
            f'activity new … --class {VISIT.key} --from today --customer C… --line "travel 480" --line "meals 360" --as {CLAIMANT}'
        )
        plan, customer = await self.not_told_yet(session)
        self.activity = await drafted(session, plan, customer)
        show_activity(self.out, self.activity)
        self.teller.aside("如果现在提交，会由这些人审批：", "Who would decide it if it were submitted now:")
        self.teller.command(f"activity route {self.number} --as {CLAIMANT}")
        preview = pb.PreviewActivityRouteRequest(name=self.name)
        show_routes(self.out, (await session.stub(ActivityServiceStub).PreviewActivityRoute(preview)).routes)
        self.teller.step(
            "提交：预占预算，发起审批；预算不足则退回申请人，不会有人收到待办",
            "It is submitted: the budget is reserved, then people are asked; without a budget it comes back and nobody is",
        )
        self.teller.command(f"activity submit {self.number} --as {CLAIMANT}")
        life = Life(self.actors, session, plan, self.activity)
        await life.begin()
        await self.look_again()
        await self.at_the_budget()
        return life

    async def not_told_yet(self, session: Session) -> tuple[Planned, Customer]:
        """The first of her customers at whom no such visits are in these days, as a planned activity."""
        stub = session.stub(ActivityServiceStub)
        request = pb.ListActivitiesRequest(filter=pb.ActivityFilter(activity_class=VISIT.key))
        rows = await listed(session, stub.ListActivities, request, "activities")
        taken = {name for one in rows if one.state in TAKES_PLACE for name in one.terms.customers}
        customers = await customers_of(session, CLAIMANT)
        free = next((one for one in customers if one.name not in taken), customers[0])
        plan = Planned(
            number=FIRST + len(rows),
            requester=0,
            customer=0,
            kind=VISIT,
            product=PRODUCT,
            state=Activity.STATE_CLOSED,
            ahead=0,
            days=3,
            lines=LINES,
            attendance=4,
        )
        return plan, free

    async def hold(self, life: Life) -> None:
        self.teller.step(
            "通过后预算转为承诺；到开始日期自动执行，期间上传照片等证据；同一张照片不能再用于其他活动",
            "Once approved its budget is committed; it begins on its first day by itself, and evidence comes in; "
            "no photo proves another activity",
        )
        life.activity = self.activity
        await life.wait_or_cancel()
        await self.look_again()
        life.activity = self.activity
        await self.at_the_budget()
        self.teller.command(f"activity prove {self.number} 现场照片1.png --place … --as {CLAIMANT}")
        await life.prove()
        self.teller.command(f"activity evidence {self.number} --as {CLAIMANT}")
        session = await self.requester()
        asked = evidence.ListEvidenceRequest(activity=self.name)
        proofs = await session.stub(EvidenceServiceStub).ListEvidence(asked)
        self.out.table(proofs.evidence, EVIDENCE, kind=evidence.Evidence)

    async def close(self, life: Life) -> None:
        self.teller.step(
            "提前结束，填写实际费用和效果，提交结案；超过 7、12 个工作日未结案会提醒，之后升级",
            "It ends early; what it cost and brought is written down, and the closure submitted. Who does not is reminded "
            "after 7 and 12 working days, then those responsible hear of it",
        )
        self.teller.command(f"activity end-early {self.number} {EARLY} --as {CLAIMANT}")
        await life.end_early()
        await self.look_again()
        life.activity = self.activity
        self.teller.command(
            f"activity closure {self.number} --actual 1=452 --actual 2=348 --evidence all --as {CLAIMANT}"
        )
        self.teller.command(f"activity close {self.number} --as {CLAIMANT}")
        await life.close()
        await self.look_again()
        show_activity(self.out, self.activity)

    async def claim(self, life: Life) -> None:
        self.teller.step(
            "结案通过：余额释放，实际费用可报销；报销不再占用预算，付清后活动自动关闭",
            "Settled: what is left is free, what it cost may be claimed; claims use no budget a second time, and the "
            "last payment closes it",
        )
        await self.at_the_budget()
        self.teller.command(
            f'claim new --line "travel today 452 … activity_line={self.number}/1" … --as {CLAIMANT}'
        )
        life.activity = self.activity
        await life.claim()
        await self.look_again()
        show_activity(self.out, self.activity)
        self.teller.command(f"claim list --activity {self.number} --as {CLAIMANT}")
        await self.at_the_budget()

    async def at_the_budget(self) -> None:
        """What is held for it, as finance sees it."""
        self.teller.command(f"allotment show {self.number} --as {FINANCE}")
        stub = (await self.actors.session(FINANCE)).stub(AllotmentServiceStub)
        held = await stub.GetAllotment(GetAllotmentRequest(name=f"allotments/{self.number}"))
        self.out.table(held.lines, HELD, kind=AllotmentLine)

    async def at_the_timeline(self) -> None:
        self.teller.step(
            "全部经过，以及每个人为何被选中", "All that happened, and why each person was chosen"
        )
        self.teller.command(f"timeline {self.number} --as {CLAIMANT}")
        session = await self.requester()
        await tell_entries(session, await merged(session, self.name), self.out)
