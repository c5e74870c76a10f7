"""One write of this service."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.cases.verbs import CaseVerbs
from chassis.transaction.unit_of_work import UnitOfWork
from services.customer.store.configurations import Configurations
from services.customer.store.customers import Customers
from services.customer.store.hierarchy import Hierarchy
from services.customer.store.imports import Imports
from services.customer.store.known_as import KnownAs
from services.customer.store.levels import Levels
from services.customer.store.licences import Licences
from services.customer.store.lookalikes import Lookalikes
from services.customer.store.onboardings import Onboardings
from services.customer.store.reports import Reports
from services.customer.store.reveals import Reveals
from services.customer.store.search import Search


class CustomerUnitOfWork(UnitOfWork):
    customers: Customers
    lookalikes: Lookalikes
    search: Search
    known_as: KnownAs
    imports: Imports
    licences: Licences
    onboardings: Onboardings
    case_verbs: CaseVerbs
    hierarchy: Hierarchy
    configurations: Configurations
    levels: Levels
    reveals: Reveals
    reports: Reports

    def opened(self, session: AsyncSession) -> None:
        self.customers = Customers(session, self)
        self.lookalikes = Lookalikes(self)
        self.search = Search(self)
        self.known_as = KnownAs(self)
        self.imports = Imports(session, self)
        self.licences = Licences(self)
        self.onboardings = Onboardings(session, self)
        self.case_verbs = CaseVerbs(self)
        self.hierarchy = Hierarchy(session, self)
        self.configurations = Configurations(self)
        self.levels = Levels(session, self)
        self.reveals = Reveals(self)
        self.reports = Reports(session)
