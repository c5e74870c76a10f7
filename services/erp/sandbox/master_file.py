"""The sandbox's master file of customers inside one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from kernel.money import Money
from services.erp.contract import Registration, RegistrationOrder, RegistrationState
from services.erp.sandbox.tables import RegistrationOutcomeRow, RegistrationRow


class MasterFile:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, key: str) -> Registration | None:
        asked = _registrations().where(RegistrationRow.key == key)
        row = (await self._session.execute(asked)).one_or_none()
        return _registration_of(*row) if row else None

    async def take_in(self, order: RegistrationOrder, at: datetime) -> bool:
        """Book the order; false where its key is booked already. Whoever books the same key just now is waited for."""
        limit = order.credit_limit
        booking = insert(RegistrationRow).values(
            key=order.key,
            customer=order.customer,
            name=order.name,
            credit_code=order.credit_code,
            kind=order.kind,
            currency=limit.currency if limit is not None else None,
            credit_minor=limit.minor if limit is not None else None,
            payment_terms_days=order.payment_terms_days,
            document=order.document,
            taken_at=at,
        )
        booked = booking.on_conflict_do_nothing().returning(RegistrationRow.place)
        return await self._session.scalar(booked) is not None

    async def decide(self, key: str, state: RegistrationState, at: datetime, refusal: str = "") -> bool:
        """Book what becomes of an order; false where that is booked already."""
        deciding = insert(RegistrationOutcomeRow).values(key=key, state=state.value, refusal=refusal, at=at)
        decided = deciding.on_conflict_do_nothing().returning(RegistrationOutcomeRow.key)
        return await self._session.scalar(decided) is not None

    async def code_of(self, customer: str, but: str) -> str:
        """The code that the customer has by any key `but` this one, empty where it has none.

        Others who ask wait until this transaction ends.
        """
        await self._session.execute(select(func.pg_advisory_xact_lock(func.hashtext(customer))))
        registered = RegistrationOutcomeRow.state == RegistrationState.REGISTERED.value
        of_it = _registrations().where(
            RegistrationRow.customer == customer, RegistrationRow.key != but, registered
        )
        row = (await self._session.execute(of_it)).first()
        return _registration_of(*row).code if row else ""

    async def page(self, customer: str, page: PageRequest) -> Page[Registration]:
        """Oldest first; of all customers where `customer` is empty."""
        found = _registrations()
        if customer:
            found = found.where(RegistrationRow.customer == customer)
        rows = await fetch_page(self._session, found, page, RegistrationRow.place)
        return rows.map(lambda row: _registration_of(row.RegistrationRow, row.RegistrationOutcomeRow))


def _registrations() -> Select[RegistrationRow, RegistrationOutcomeRow | None]:
    return select(RegistrationRow, RegistrationOutcomeRow).outerjoin(RegistrationOutcomeRow)


def _registration_of(order: RegistrationRow, outcome: RegistrationOutcomeRow | None) -> Registration:
    limit = None
    if order.credit_minor is not None and order.currency is not None:
        limit = Money.from_minor(order.credit_minor, order.currency)
    asked = RegistrationOrder(
        order.key,
        order.customer,
        order.name,
        order.credit_code,
        order.kind,
        limit,
        order.payment_terms_days,
        order.document,
    )
    if outcome is None:
        return Registration(asked, order.taken_at)
    state = RegistrationState(outcome.state)
    if state is RegistrationState.REFUSED:
        return Registration(asked, order.taken_at, state, refusal=outcome.refusal)
    return Registration(asked, order.taken_at, state, f"K-{order.place:06}", register_time=outcome.at)
