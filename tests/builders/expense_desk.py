"""A desk at which people of a small group draft, submit and review claims, on a real database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Table, select

from chassis.cases.commands import Decided, Reopened, Undecided
from chassis.cases.ports import Employee
from chassis.cases.sight import EVERYTHING
from chassis.postgres.database import Database
from chassis.postgres.tables import outbox, timeline
from kernel.actor import Actor
from kernel.clock import FixedClock
from kernel.errors import NotFound
from services.expense.domain.budget import Budget, BudgetKey, load
from services.expense.domain.claim import Claim
from services.expense.domain.limits import Catalogue
from services.expense.domain.lines import ClaimLine
from services.expense.store.budget_tables import BudgetRow
from services.expense.store.unit_of_work import ExpenseUnitOfWork
from services.expense.use_cases import case_verbs, drafts, finance_review, submission
from services.expense.use_cases.ports import Note
from tests.builders.asking import Files, Planning
from tests.builders.expense import NOW, a_catalogue, a_key, a_line, yuan

LIHUA = Actor(person="lihua")
ZHANGWEI = Actor(person="zhangwei")
FINANCE = Actor(person="wangfang", roles=frozenset({"finance"}))
BOSS = Actor(person="boss")
STRANGER = Actor(person="stranger")
WORKER = Actor(service="worker")


@dataclass
class SmallGroup:
    """The directory: everybody sits in Henan; the boss is responsible for it, wangfang sits in head office."""

    employees: dict[str, Employee] = field(
        default_factory=lambda: {
            "lihua": Employee("henan", "S1"),
            "zhangwei": Employee("henan", "S1"),
            "wangfang": Employee("head-office", "M1"),
            "boss": Employee("henan", "M3", frozenset({"henan"})),
            "stranger": Employee("hebei", "S1"),
        }
    )

    async def employee(self, person: str) -> Employee:
        if person not in self.employees:
            raise NotFound(name=f"people/{person}")
        return self.employees[person]

    async def organisations(self) -> frozenset[str]:
        return frozenset({"henan", "hebei", "head-office"})


def effect(verb: Callable[..., Any], claim: Claim) -> str:
    """The same for the same verb on the same revision: a repetition."""
    return f"{verb.__name__}/{claim.revision}"


@dataclass
class Desk:
    database: Database
    directory: SmallGroup = field(default_factory=SmallGroup)
    planner: Planning = field(default_factory=Planning)
    files: Files = field(default_factory=Files)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    def uow(self) -> ExpenseUnitOfWork:
        return ExpenseUnitOfWork(self.database)

    async def do(self, use_case: Callable[..., Awaitable[Any]], command: Any, by: Actor = LIHUA) -> Any:
        """One verb by `by`, a second after the one before."""
        self.clock.advance(timedelta(seconds=1))
        return await use_case(command, uow=self.uow(), actor=by, clock=self.clock)

    async def create(self, *lines: ClaimLine, by: Actor = LIHUA) -> Claim:
        use_case = partial(drafts.create_claim, directory=self.directory)
        command = drafts.CreateClaim("拜访客户", lines or (a_line(),))
        claim: Claim = await self.do(use_case, command, by)
        return claim

    async def edit(self, claim: Claim, *lines: ClaimLine, by: Actor = LIHUA) -> Claim:
        command = drafts.UpdateClaim(claim.number, claim.etag, claim.title, lines, claim.attachments)
        use_case = partial(drafts.update_claim, attachments=self.files)
        edited: Claim = await self.do(use_case, command, by)
        return edited

    async def attach(self, claim: Claim, *attachments: str, by: Actor = LIHUA) -> Claim:
        said = (claim.title, claim.lines, attachments, claim.cost_centre)
        use_case = partial(drafts.update_claim, attachments=self.files)
        edited: Claim = await self.do(use_case, drafts.UpdateClaim(claim.number, claim.etag, *said), by)
        return edited

    async def submit(self, claim: Claim, by: Actor = LIHUA) -> Claim:
        use_case = partial(submission.submit_claim, directory=self.directory, planner=self.planner)
        submitted: Claim = await self.do(use_case, submission.SubmitClaim(claim.number, claim.etag), by)
        return submitted

    async def submitted(self, *lines: ClaimLine, by: Actor = LIHUA) -> Claim:
        return await self.submit(await self.create(*lines, by=by), by)

    async def delete(self, claim: Claim, by: Actor = LIHUA) -> Claim:
        deleted: Claim = await self.do(drafts.delete_claim, drafts.DeleteClaim(claim.number, claim.etag), by)
        return deleted

    async def approve(self, claim: Claim) -> Claim:
        return await self.decide(case_verbs.approve_claim, claim)

    async def pass_finance(self, claim: Claim) -> Claim:
        return await self.decide(case_verbs.pass_claim, claim)

    async def decide(self, verb: Callable[..., Awaitable[Any]], claim: Claim, by: Actor = WORKER) -> Claim:
        decided: Claim = await self.do(verb, Decided(claim.number, claim.version, effect(verb, claim)), by)
        return decided

    async def refuse(
        self,
        verb: Callable[..., Awaitable[Any]],
        claim: Claim,
        reason: str = "不符合规定",
        by: Actor = WORKER,
    ) -> Claim:
        refused: Claim = await self.do(verb, Undecided(claim.number, reason, effect(verb, claim)), by)
        return refused

    async def reopen(self, claim: Claim, reason: str = "误拒", by: Actor = WORKER) -> Claim:
        """In the version that `claim` shows."""
        said = (claim.number, claim.version, reason, effect(case_verbs.reopen_claim, claim))
        reopened: Claim = await self.do(case_verbs.reopen_claim, Reopened(*said), by)
        return reopened

    async def pay(self, claim: Claim, payment: str = "PAY-2026-000001", by: Actor = WORKER) -> Claim:
        name = effect(case_verbs.record_payment, claim)
        command = case_verbs.Paid(claim.number, payment, self.clock.now(), name)
        paid: Claim = await self.do(case_verbs.record_payment, command, by)
        return paid

    async def cut(self, claim: Claim, line: str, amount: str | int, by: Actor = FINANCE) -> Claim:
        command = finance_review.CutClaimLine(claim.number, claim.etag, line, yuan(amount), "超出标准")
        cut: Claim = await self.do(finance_review.cut_claim_line, command, by)
        return cut

    async def load_budget(self, amount: str | int = 10_000, key: BudgetKey | None = None) -> None:
        key = key or a_key()
        async with self.uow() as uow:
            before = (await uow.budgets.lock_or_make([(key, "CNY")]))[key]
            await uow.budgets.write(load(before, yuan(amount)), Note(self.clock.now(), FINANCE.id))
            await uow.commit()

    async def set_catalogue(self, catalogue: Catalogue | None = None) -> None:
        async with self.uow() as uow:
            await uow.catalogue.replace(catalogue or a_catalogue())
            await uow.commit()

    async def budget(self, key: BudgetKey | None = None) -> Budget:
        async with self.uow() as uow:
            return await uow.budgets.get(key or a_key(), EVERYTHING)

    async def columns(self, key: BudgetKey | None = None) -> tuple[str, str, str, str]:
        """What is reserved, committed, spent and free."""
        budget = await self.budget(key)
        return tuple(  # type: ignore[return-value]  # four of them
            str(money.amount) for money in (budget.reserved, budget.committed, budget.spent, budget.free)
        )

    async def claim(self, number: str) -> Claim:
        async with self.uow() as uow:
            return await uow.claims.get(number, EVERYTHING)

    async def messages(self, document: str) -> list[str]:
        """Which messages about the document wait in the outbox, in their order."""
        rows = await self.rows(outbox, outbox.c.position)
        return [row.subject.rpartition(".")[2] for row in rows if row.lane == document]

    async def kinds(self, document: str) -> list[str]:
        """The document's timeline, as kinds."""
        rows = await self.rows(timeline, timeline.c.sequence)
        return [row.kind for row in rows if row.document == document]

    async def rows(self, table: Table | Any, *order: Any) -> list[Any]:
        async with self.database.engine.connect() as connection:
            return list((await connection.execute(select(table).order_by(*order))).all())

    async def everything(self) -> dict[str, list[Any]]:
        """Every row of every table: what must be the same before and after a refusal."""
        tables: Iterable[Any] = (*BudgetRow.metadata.sorted_tables, timeline, outbox)
        found = {table.name: await self.rows(table, *table.primary_key.columns) for table in tables}
        return {name: [tuple(row) for row in rows] for name, rows in found.items()}
