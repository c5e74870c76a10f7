"""Renewals of licences inside one transaction."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Final

from chassis.postgres.wire import json
from kernel.timeline import plain
from services.customer.domain.kinds import Kind
from services.customer.domain.licence import Licence
from services.customer.domain.renewal import Renewal
from services.customer.domain.renewal_life import RenewalState
from services.customer.store.renewal_tables import LicenceRenewalRow
from services.customer.store.requests import Requests, said_by_all

UNDER_WAY: Final = """
SELECT * FROM licence_renewals WHERE customer = %(customer)s AND number <> %(but)s AND case_open ORDER BY place
"""


class Renewals(Requests[Renewal]):
    prefix: ClassVar[str] = "LR"
    collection: ClassVar[str] = Renewal.collection
    row: ClassVar[type[Any]] = LicenceRenewalRow
    counters: ClassVar[str] = "licence_renewal_counters"
    columns: ClassVar[tuple[str, ...]] = (
        *("kind", "renews", "type", "licence_number", "scope", "issuer", "valid_from", "expiry", "scan"),
        *("note", "previous", "renewed_at"),
    )

    async def under_way(self, customer: str, but: str = "") -> tuple[Renewal, ...]:
        """Those of the customer whose case has not ended; the customer is locked."""
        (rows,) = await self._wire.fetch((UNDER_WAY, {"customer": customer, "but": but}))
        return tuple(map(self.read, rows))

    def own(self, document: Renewal) -> dict[str, Any]:
        new = document.licence
        return {
            "kind": document.kind.value,
            "renews": new.id,
            "type": new.type,
            "licence_number": new.number,
            "scope": new.scope,
            "issuer": new.issuer,
            "valid_from": new.valid_from,
            "expiry": new.expiry,
            "scan": new.scan,
            "note": document.note,
            "previous": json(plain(document.previous)) if document.previous else None,
            "renewed_at": document.renew_time,
        }

    def read(self, row: Any) -> Renewal:
        licence = Licence(
            customer=row.customer,
            id=row.renews,
            type=row.type,
            number=row.licence_number,
            scope=row.scope,
            issuer=row.issuer,
            valid_from=row.valid_from,
            expiry=row.expiry,
            scan=row.scan,
        )
        return Renewal(
            **said_by_all(row),
            state=RenewalState(row.state),
            kind=Kind(row.kind),
            licence=licence,
            note=row.note,
            previous=_licence(row.previous) if row.previous is not None else None,
            renew_time=row.renewed_at,
        )


def _licence(said: dict[str, Any]) -> Licence:
    days = {day: said[day] and date.fromisoformat(said[day]) for day in ("valid_from", "expiry")}
    return Licence(**{**said, **days})
