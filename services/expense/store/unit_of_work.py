"""One write of this service."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.cases.verbs import CaseVerbs
from chassis.transaction.unit_of_work import UnitOfWork
from services.expense.store.allotment_books import AllotmentBooks
from services.expense.store.allotments import Allotments
from services.expense.store.budgets import Budgets
from services.expense.store.claims import Claims
from services.expense.store.finance import Catalogues, Months
from services.expense.store.invoices import Invoices


class ExpenseUnitOfWork(UnitOfWork):
    claims: Claims
    case_verbs: CaseVerbs
    invoices: Invoices
    budgets: Budgets
    allotments: Allotments
    allotment_books: AllotmentBooks
    months: Months
    catalogue: Catalogues

    def opened(self, session: AsyncSession) -> None:
        self.claims = Claims(session, self)
        self.case_verbs = CaseVerbs(self)
        self.invoices = Invoices(self)
        self.budgets = Budgets(session, self)
        self.allotments = Allotments(session, self)
        self.allotment_books = AllotmentBooks(self)
        self.months = Months(session, self)
        self.catalogue = Catalogues(session, self)
