"""Licences of customers inside one transaction. Whoever writes them has locked the customer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from chassis.postgres.wire import Columns, Wire
from services.customer.domain.licence import Licence

KEY: Final = Columns(("customer", "id"))
SAID: Final = Columns(("type", "number", "scope", "issuer", "valid_from", "expiry", "scan"))
OF: Final = "SELECT * FROM licences WHERE customer = %(customer)s ORDER BY place"
PUT: Final = f"""
INSERT INTO licences ({KEY.columns}, {SAID.columns}) VALUES ({KEY.values}, {SAID.values})
ON CONFLICT (customer, id) DO UPDATE SET {SAID.changes}
"""  # noqa: S608 - names of columns
REMOVE: Final = "DELETE FROM licences WHERE customer = %(customer)s AND id = %(id)s"


class Licences:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def of(self, number: str) -> tuple[Licence, ...]:
        (rows,) = await self._wire.fetch((OF, {"customer": number}))
        return tuple(map(licence_of, rows))

    async def put(self, licence: Licence) -> None:
        self._wire.write(PUT, asdict(licence))

    async def remove(self, licence: Licence) -> None:
        self._wire.write(REMOVE, {"customer": licence.customer, "id": licence.id})


def licence_of(row: Any) -> Licence:
    return Licence(
        customer=row.customer,
        id=row.id,
        type=row.type,
        number=row.number,
        scope=row.scope,
        issuer=row.issuer,
        valid_from=row.valid_from,
        expiry=row.expiry,
        scan=row.scan,
    )
