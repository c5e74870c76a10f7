"""Which claim uses which invoice, inside one transaction."""

from __future__ import annotations

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.expense.domain.claim import Claim
from services.expense.domain.invoice import InvoiceKey, InvoiceUsed
from services.expense.store.tables import InvoiceUseRow

_KEY = (InvoiceUseRow.seller, InvoiceUseRow.code, InvoiceUseRow.number)


class Invoices:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(self, claim: Claim) -> None:
        """Mark every invoice of the claim as used by it. Raises InvoiceUsed, naming the line and the other claim.

        Whoever asks for an invoice that another transaction is just taking or giving back waits for its end.
        """
        wanted = {invoice.key: invoice for _, invoice in claim.invoices}
        if not wanted:
            return
        rows = [
            {"seller": key.seller, "code": key.code, "number": key.number, "claim": claim.number}
            for key in sorted(wanted)
        ]
        # An update to what it is: it waits for and then names whoever has the invoice, in one statement.
        taking = insert(InvoiceUseRow).values(rows)
        taking = taking.on_conflict_do_update(index_elements=_KEY, set_={"claim": InvoiceUseRow.claim})
        users = await self._session.execute(taking.returning(*_KEY, InvoiceUseRow.claim))
        used = {InvoiceKey(*row[:3]): row[3] for row in users if row[3] != claim.number}
        for index, line in enumerate(claim.lines):
            if line.invoice is not None and line.invoice.key in used:
                raise InvoiceUsed(
                    field=f"lines[{index}].invoice",
                    seller=line.invoice.seller,
                    code=line.invoice.code,
                    number=line.invoice.number,
                    claim=f"claims/{used[line.invoice.key]}",
                )

    async def keep_only(self, claim: Claim) -> None:
        """Give back what the claim has taken and no line of it carries any more."""
        await self._give_back(claim, {invoice.key for _, invoice in claim.invoices})

    async def give_back(self, claim: Claim) -> None:
        await self._give_back(claim, set())

    async def _give_back(self, claim: Claim, kept: set[InvoiceKey]) -> None:
        own = select(*_KEY).where(InvoiceUseRow.claim == claim.number)
        # Locked in the order in which `take` takes: by code points.
        own = own.order_by(*(column.collate("C") for column in _KEY)).with_for_update()
        taken = {InvoiceKey(*row) for row in await self._session.execute(own)}
        gone = [(key.seller, key.code, key.number) for key in taken - kept]
        if gone:
            await self._session.execute(delete(InvoiceUseRow).where(tuple_(*_KEY).in_(gone)))
