"""One write of this service."""

from __future__ import annotations

from types import TracebackType
from typing import Final

import psycopg
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.cases.verbs import CaseVerbs
from chassis.postgres.database import Contention, constraint_of
from chassis.postgres.publications import Publications
from chassis.transaction.unit_of_work import UnitOfWork
from kernel.errors import AlreadyExists
from services.customer.domain.configuration import Configuration
from services.customer.store.customers import Customers
from services.customer.store.delivered import configuration_of, delivered, document_of
from services.customer.store.follow_ups import FollowUps
from services.customer.store.hierarchy import Hierarchy
from services.customer.store.imports import Imports
from services.customer.store.known_as import KnownAs
from services.customer.store.levels import Levels
from services.customer.store.licences import Licences
from services.customer.store.lookalikes import Lookalikes
from services.customer.store.onboardings import Onboardings
from services.customer.store.renewals import Renewals
from services.customer.store.reports import Reports
from services.customer.store.reveals import Reveals
from services.customer.store.search import Search

CREDIT_CODES: Final = "customers_of_a_credit_code"


class CustomerUnitOfWork(UnitOfWork):
    customers: Customers
    lookalikes: Lookalikes
    search: Search
    known_as: KnownAs
    imports: Imports
    licences: Licences
    onboardings: Onboardings
    follow_ups: FollowUps
    renewals: Renewals
    case_verbs: CaseVerbs
    hierarchy: Hierarchy
    configurations: Publications[Configuration]
    levels: Levels
    reveals: Reveals
    reports: Reports

    def opened(self, session: AsyncSession) -> None:
        self.customers = Customers(session, self)
        self.lookalikes = Lookalikes(self)
        self.search = Search(self)
        self.known_as = KnownAs(self)
        self.imports = Imports(session, self)
        self.licences = Licences(session, self)
        self.onboardings = Onboardings(session, self)
        self.follow_ups = FollowUps(session, self)
        self.renewals = Renewals(session, self)
        self.case_verbs = CaseVerbs(self)
        self.hierarchy = Hierarchy(session, self)
        self.configurations = Publications(
            self, delivered=delivered, read=configuration_of, document=document_of
        )
        self.levels = Levels(session, self)
        self.reveals = Reveals(self)
        self.reports = Reports(session)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Of two who write the same credit code at once, the second is tried again, and then sees whose it is."""
        try:
            await super().__aexit__(kind, error, traceback)
        except AlreadyExists:
            if isinstance(error, psycopg.Error) and constraint_of(error) == CREDIT_CODES:
                raise Contention from error
            raise
