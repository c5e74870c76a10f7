"""Which claim uses which invoice, inside one transaction."""

from __future__ import annotations

from typing import Any, Final

from chassis.postgres.wire import Rows, Wire
from services.expense.domain.claim import Claim
from services.expense.domain.invoice import InvoiceKey, InvoiceUsed

USES: Final = Rows("used", {"seller": "text", "code": "text", "number": "text"})
# An update to what it is: it waits for and then names whoever has the invoice, in one statement.
TAKE: Final = f"""
INSERT INTO invoice_uses ({USES.columns}, claim) SELECT {USES.columns}, %(claim)s FROM {USES.source}
ON CONFLICT ({USES.columns}) DO UPDATE SET claim = invoice_uses.claim
RETURNING {USES.columns}, claim
"""  # noqa: S608 - names of columns
# Locked in the order in which TAKE takes: by code points.
TAKEN: Final = f"""
SELECT {USES.columns} FROM invoice_uses WHERE claim = %(claim)s
ORDER BY seller COLLATE "C", code COLLATE "C", number COLLATE "C" FOR UPDATE
"""  # noqa: S608 - names of columns
GIVE_BACK: Final = f"DELETE FROM invoice_uses WHERE ({USES.columns}) IN (SELECT * FROM {USES.source})"  # noqa: S608 - names of columns


class Invoices:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def take(self, claim: Claim) -> None:
        """Mark every invoice of the claim as used by it. Raises InvoiceUsed, naming the line and the other claim.

        Whoever asks for an invoice that another transaction is just taking or giving back waits for its end.
        """
        wanted = {invoice.key: invoice for _, invoice in claim.invoices}
        if not wanted:
            return
        taking = USES.of([_columns(key) for key in sorted(wanted)]) | {"claim": claim.number}
        users = (await self._wire.fetch((TAKE, taking)))[0]
        used = {_key(row): row.claim for row in users if row.claim != claim.number}
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
        taken = {_key(row) for row in (await self._wire.fetch((TAKEN, {"claim": claim.number})))[0]}
        if gone := [_columns(key) for key in taken - kept]:
            self._wire.write(GIVE_BACK, USES.of(gone))


def _key(row: Any) -> InvoiceKey:
    return InvoiceKey(row.seller, row.code, row.number)


def _columns(key: InvoiceKey) -> dict[str, str]:
    return {"seller": key.seller, "code": key.code, "number": key.number}
