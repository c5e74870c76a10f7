"""What there is to see of a claim: its budget, its payment, its timeline, and where else to look."""

from __future__ import annotations

from urllib.parse import quote

from cli.claim_view import show_claim
from cli.commands.budgets import COLUMNS as BUDGET_COLUMNS
from cli.commands.erp import PAYMENTS
from cli.commands.timeline import merged
from cli.timeline_view import tell_entries
from cli.values import month
from demo.acting import Actors
from demo.group import CLAIMANT, FINANCE, OPERATOR
from demo.telling import Teller
from reading.names import bare
from zhupi.approval.v1.case_pb2 import GetCaseRequest
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.erp.v1.erp_pb2 import ListPaymentsRequest, Payment
from zhupi.erp.v1.erp_pb2_grpc import ErpServiceStub
from zhupi.expense.v1.budget_pb2 import Budget, GetBudgetRequest
from zhupi.expense.v1.budget_pb2_grpc import BudgetServiceStub
from zhupi.expense.v1.claim_pb2 import Claim


class Look:
    """Looks as those who may, and says with which command."""

    def __init__(self, actors: Actors, teller: Teller) -> None:
        self.actors = actors
        self.teller = teller
        self.out = teller.out

    async def at_the_budget(self, claim: Claim) -> None:
        """That of the claim's last line."""
        name = f"{bare(claim.organisation)}/{month('this')}/{claim.lines[-1].expense_type}"
        self.teller.command(f"budget show {name} --as {FINANCE}")
        budgets = (await self.actors.session(FINANCE)).stub(BudgetServiceStub)
        budget = await budgets.GetBudget(GetBudgetRequest(name=f"budgets/{name}"))
        self.out.table([budget], BUDGET_COLUMNS, kind=Budget)

    async def at_the_money(self, claim: Claim) -> None:
        number = bare(claim.name)
        self.teller.step("ERP 付款一次，预算由承诺转为支出", "The ERP has paid once; the budget is spent")
        self.teller.command(f"claim show {number} --as {CLAIMANT}")
        show_claim(self.out, claim)
        self.teller.command(f"erp payments {number} --as {OPERATOR}")
        books = (await self.actors.session(OPERATOR)).stub(ErpServiceStub)
        booked = await books.ListPayments(ListPaymentsRequest(document=claim.name))
        self.out.table(booked.payments, PAYMENTS, kind=Payment)
        await self.at_the_budget(claim)

    async def at_the_timeline(self, claim: Claim) -> None:
        self.teller.step(
            "全部经过，以及每个人为何被选中", "All that happened, and why each person was chosen"
        )
        self.teller.command(f"timeline {bare(claim.name)} --as {CLAIMANT}")
        session = await self.actors.session(CLAIMANT)
        await tell_entries(session, await merged(session, claim.name), self.out)

    async def elsewhere(self, claim: Claim) -> None:
        self.teller.step("还可以看这里", "Where else to look")
        for title, where in (await self.places(claim)).items():
            self.teller.aside(f"  {title}: {where}", f"  {title}: {where}")

    async def places(self, claim: Claim) -> dict[str, str]:
        """Where the claim's case can be looked at."""
        session = await self.actors.session(CLAIMANT)
        case = await session.stub(CaseServiceStub).GetCase(GetCaseRequest(name=claim.name))
        ui = session.addresses().get("temporal-ui", "")
        return {
            "Temporal": f"{ui}/namespaces/zhupi/workflows/{quote(bare(case.name), safe='')}",
            "trace": f"zhupi trace {bare(claim.name)} --as {OPERATOR}",
            "audit": f"zhupi audit verify --as {OPERATOR}",
        }
