"""The sandbox's books inside one transaction."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.transaction.unit_of_work import UnitOfWork
from kernel.clock import local_date
from kernel.money import Money
from services.erp.contract import Payment, PaymentOrder, PaymentState
from services.erp.sandbox.faults import Faults
from services.erp.sandbox.master_file import MasterFile
from services.erp.sandbox.tables import FaultsRow, OrderRow, OutcomeRow


class Books(UnitOfWork):
    payments: Payments
    customers: MasterFile
    faults: Switches

    def opened(self, session: AsyncSession) -> None:
        self.payments = Payments(session)
        self.customers = MasterFile(session)
        self.faults = Switches(session)


class Payments:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, key: str) -> Payment | None:
        row = (await self._session.execute(_payments().where(OrderRow.key == key))).one_or_none()
        return _payment_of(*row) if row else None

    async def take_in(self, order: PaymentOrder, at: datetime) -> bool:
        """Book the order; false where its key is booked already. Whoever books the same key just now is waited for."""
        booking = insert(OrderRow).values(
            key=order.key,
            payee=order.payee,
            currency=order.amount.currency,
            amount_minor=order.amount.minor,
            document=order.document,
            taken_at=at,
        )
        booked = booking.on_conflict_do_nothing().returning(OrderRow.place)
        return await self._session.scalar(booked) is not None

    async def decide(self, key: str, state: PaymentState, at: datetime, refusal: str = "") -> bool:
        """Book what becomes of an order; false where that is booked already."""
        deciding = insert(OutcomeRow).values(key=key, state=state.value, refusal=refusal, at=at)
        decided = deciding.on_conflict_do_nothing().returning(OutcomeRow.key)
        return await self._session.scalar(decided) is not None

    async def page(self, document: str, page: PageRequest) -> Page[Payment]:
        """Oldest first; of all documents where `document` is empty."""
        found = _payments()
        if document:
            found = found.where(OrderRow.document == document)
        rows = await fetch_page(self._session, found, page, OrderRow.place)
        return rows.map(lambda row: _payment_of(row.OrderRow, row.OutcomeRow))


class Switches:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self) -> Faults:
        return _faults_of(await self._session.get_one(FaultsRow, 1))

    async def get_for_update(self) -> Faults:
        """Others who are struck, or who switch, wait until this transaction ends."""
        locking = select(FaultsRow).with_for_update().execution_options(populate_existing=True)
        return _faults_of((await self._session.scalars(locking)).one())

    async def set(self, faults: Faults) -> None:
        values = {field.name: getattr(faults, field.name) for field in fields(Faults)}
        await self._session.execute(update(FaultsRow).where(FaultsRow.id == 1).values(**values))


def _payments() -> Select[OrderRow, OutcomeRow | None]:
    return select(OrderRow, OutcomeRow).outerjoin(OutcomeRow)


def _payment_of(order: OrderRow, outcome: OutcomeRow | None) -> Payment:
    amount = Money.from_minor(order.amount_minor, order.currency)
    number = f"PAY-{local_date(order.taken_at).year}-{order.place:06}"
    payment = Payment(PaymentOrder(order.key, order.payee, amount, order.document), number, order.taken_at)
    if outcome is None:
        return payment
    state = PaymentState(outcome.state)
    settled_at = outcome.at if state is PaymentState.SETTLED else None
    return Payment(payment.order, number, order.taken_at, state, outcome.refusal, settled_at)


def _faults_of(row: FaultsRow) -> Faults:
    return Faults(**{field.name: getattr(row, field.name) for field in fields(Faults)})
