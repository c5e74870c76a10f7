"""Onboardings inside one transaction."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire, json
from kernel.errors import NotFound
from kernel.money import Money
from services.customer.domain.kinds import Kind
from services.customer.domain.onboarding import Frozen, Onboarding, Terms
from services.customer.domain.onboarding_life import OnboardingOpen, OnboardingState
from services.customer.store.onboarding_tables import OnboardingRow
from services.customer.use_cases.onboarding_ports import OnboardingQuery
from services.customer.use_cases.ports import Sight

# Others who want a number wait until this transaction ends.
COUNT: Final = """
INSERT INTO onboarding_counters (year, last) VALUES (%(year)s, 1)
ON CONFLICT (year) DO UPDATE SET last = onboarding_counters.last + 1 RETURNING last
"""
FIXED: Final = Columns(("number", "customer", "requester", "created_at"))
CHANGES: Final = Columns(
    (
        *("organisation", "display_name", "credit_code", "kind", "currency", "credit_minor"),
        *("payment_terms_days", "note", "attachments", "despite", "state", "version", "revision"),
        *("case_open", "edited", "reason", "erp_code", "frozen", "frozen_version"),
        *("updated_at", "submitted_at", "formal_at"),
    )
)
# As `_visible` says it for lists.
FIND: Final = """
SELECT * FROM onboardings WHERE number = %(number)s AND (
    %(everything)s OR (requester = %(person)s AND %(person)s <> '')
    OR (organisation = ANY(%(organisations)s) AND version > 0)
)
"""
# NO KEY: rows that refer to it may be added meanwhile.
LOCK: Final = f"{FIND} FOR NO KEY UPDATE"
UNDER_WAY: Final = """
SELECT number FROM onboardings WHERE customer = %(customer)s AND number <> %(but)s AND case_open
"""
ADD: Final = (
    f"INSERT INTO onboardings ({FIXED.columns}, {CHANGES.columns}) VALUES ({FIXED.values}, {CHANGES.values})"  # noqa: S608 - names of columns
)
SAVE: Final = f"UPDATE onboardings SET {CHANGES.changes} WHERE number = %(number)s"  # noqa: S608 - names of columns


class Onboardings:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def next_number(self, year: int) -> str:
        """The next number of the year, without gaps: others who want one wait until this transaction ends."""
        ((counted,),) = await self._wire.fetch((COUNT, {"year": year}))
        return f"ON-{year}-{counted.last:06}"

    async def add(self, onboarding: Onboarding) -> None:
        fixed = {
            "number": onboarding.number,
            "customer": onboarding.customer,
            "requester": onboarding.requester,
            "created_at": onboarding.create_time,
        }
        self._wire.write(ADD, fixed | _columns(onboarding))

    async def get(self, number: str, sight: Sight) -> Onboarding:
        """Raises NotFound, also where the caller may not see it."""
        return await self._one(FIND, number, sight)

    async def get_for_update(self, number: str, sight: Sight) -> Onboarding:
        """The onboarding, locked until the transaction ends. Raises NotFound."""
        return await self._one(LOCK, number, sight)

    async def must_be_alone(self, customer: str, but: str = "") -> None:
        """Whether nobody is asked about this customer already; the customer is locked. Raises OnboardingOpen."""
        (found,) = await self._wire.fetch((UNDER_WAY, {"customer": customer, "but": but}))
        if found:
            raise OnboardingOpen(
                customer=f"customers/{customer}", onboarding=f"onboardings/{found[0].number}"
            )

    async def save(self, onboarding: Onboarding) -> None:
        """Write one that was locked."""
        self._wire.write(SAVE, _columns(onboarding) | {"number": onboarding.number})

    async def page(self, query: OnboardingQuery, sight: Sight, page: PageRequest) -> Page[Onboarding]:
        """Newest first."""
        found = select(OnboardingRow).where(_visible(sight), *_conditions(query))
        rows = await fetch_page(self._session, found, page, OnboardingRow.place, newest_first=True)
        return rows.map(lambda row: _onboarding_of(row.OnboardingRow))

    async def _one(self, statement: str, number: str, sight: Sight) -> Onboarding:
        asked = {
            "number": number,
            "everything": sight.everything,
            "person": sight.person,
            "organisations": sorted(sight.responsible_for),
        }
        (found,) = await self._wire.fetch((statement, asked))
        if not found:
            raise NotFound(name=f"onboardings/{number}")
        return _onboarding_of(found[0])


def _visible(sight: Sight) -> ColumnElement[bool]:
    """Lists are filtered here, in the database: a row that may not be seen never leaves it."""
    if sight.everything:
        return true()
    own = OnboardingRow.requester == sight.person if sight.person else false()
    if not sight.responsible_for:
        return own
    return or_(
        own, OnboardingRow.organisation.in_(sorted(sight.responsible_for)) & (OnboardingRow.version > 0)
    )


def _conditions(query: OnboardingQuery) -> list[ColumnElement[bool]]:
    state = OnboardingRow.state
    conditions: list[ColumnElement[bool]] = [
        state == query.state.value if query.state else state != OnboardingState.DELETED.value
    ]
    for column, value in (
        (OnboardingRow.customer, query.customer),
        (OnboardingRow.requester, query.requester),
        (OnboardingRow.organisation, query.organisation),
    ):
        if value:
            conditions.append(column == value)
    if query.words:
        conditions.append(
            OnboardingRow.display_name.icontains(query.words, autoescape=True)
            | OnboardingRow.number.icontains(query.words, autoescape=True)
        )
    return conditions


def _columns(onboarding: Onboarding) -> dict[str, Any]:
    """Everything but what never changes."""
    terms, frozen = onboarding.terms, onboarding.frozen
    return {
        "organisation": onboarding.organisation,
        "display_name": onboarding.display_name,
        "credit_code": onboarding.credit_code,
        "kind": onboarding.kind.value,
        "currency": terms.credit_limit.currency if terms.credit_limit else None,
        "credit_minor": terms.credit_limit.minor if terms.credit_limit else None,
        "payment_terms_days": terms.payment_terms_days,
        "note": terms.note,
        "attachments": list(terms.attachments),
        "despite": list(terms.despite),
        "state": onboarding.state.value,
        "version": onboarding.version,
        "revision": onboarding.revision,
        "case_open": onboarding.case_open,
        "edited": onboarding.edited,
        "reason": onboarding.reason,
        "erp_code": onboarding.erp_code,
        "frozen": json(frozen.said) if frozen else None,
        "frozen_version": frozen.version if frozen else None,
        "updated_at": onboarding.update_time,
        "submitted_at": onboarding.submit_time,
        "formal_at": onboarding.formal_time,
    }


def _onboarding_of(row: Any) -> Onboarding:
    """From a row of SQLAlchemy's or psycopg's making."""
    limit = Money.from_minor(row.credit_minor, row.currency) if row.credit_minor is not None else None
    terms = Terms(limit, row.payment_terms_days, row.note, tuple(row.attachments), tuple(row.despite))
    return Onboarding(
        number=row.number,
        customer=row.customer,
        requester=row.requester,
        organisation=row.organisation,
        display_name=row.display_name,
        credit_code=row.credit_code,
        kind=Kind(row.kind),
        terms=terms,
        state=OnboardingState(row.state),
        version=row.version,
        revision=row.revision,
        case_open=row.case_open,
        edited=row.edited,
        reason=row.reason,
        erp_code=row.erp_code,
        frozen=Frozen(row.frozen_version, row.frozen) if row.frozen is not None else None,
        create_time=row.created_at,
        update_time=row.updated_at,
        submit_time=row.submitted_at,
        formal_time=row.formal_at,
    )
