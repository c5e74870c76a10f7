"""One write of this service."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.transaction.unit_of_work import UnitOfWork
from services.customer.store.customers import Customers
from services.customer.store.licences import Licences
from services.customer.store.lookalikes import Lookalikes


class CustomerUnitOfWork(UnitOfWork):
    customers: Customers
    lookalikes: Lookalikes
    licences: Licences

    def opened(self, session: AsyncSession) -> None:
        self.customers = Customers(session, self)
        self.lookalikes = Lookalikes(self)
        self.licences = Licences(self)
