"""What terms are held against that others know: the configuration, expense types, customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kernel.fields import Faults, within
from services.marketing.domain.configuration import Configuration
from services.marketing.domain.overlap import CustomerClosed, NotYourCustomer, UnknownCustomer
from services.marketing.domain.terms import Terms
from services.marketing.use_cases.ports import Customers, ExpenseTypes, KnownCustomer

NO_TRADE: Final = ("CUSTOMER_STATE_LOST", "CUSTOMER_STATE_STOPPED", "CUSTOMER_STATE_CLOSED")
MERGED: Final = "MERGED"


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around an activity, owned by other services."""

    customers: Customers
    expense_types: ExpenseTypes


async def check_terms(terms: Terms, configuration: Configuration, around: Around) -> None:
    """What a draft says must be right. Nobody is asked about what it does not say. Outside of a transaction.

    Raises what `Terms.check` raises, UnknownCustomer.
    """
    codes = await around.expense_types.codes() if terms.lines else frozenset()
    known = await around.customers.of(terms.customers) if terms.customers else {}
    faults = Faults()
    for index, number in enumerate(terms.customers):
        with faults.within(f"terms.customers[{index}]"):
            if number not in known:
                raise UnknownCustomer(customer=f"customers/{number}")
    with faults.within("terms"):
        terms.check(configuration, codes)
    faults.refuse()


async def check_customers(
    terms: Terms, requester: str, responsible_for: frozenset[str], around: Around
) -> None:
    """Whether the requester may go to all of them. Raises UnknownCustomer, CustomerClosed, NotYourCustomer."""
    known = await around.customers.of(terms.customers) if terms.customers else {}
    for index, number in enumerate(terms.customers):
        with within(f"terms.customers[{index}]"):
            if number not in known:
                raise UnknownCustomer(customer=f"customers/{number}")
            _check_customer(known[number], requester, responsible_for)


def _check_customer(customer: KnownCustomer, requester: str, responsible_for: frozenset[str]) -> None:
    name = f"customers/{customer.number}"
    if customer.merged_into:
        raise CustomerClosed(customer=name, state=MERGED, into=f"customers/{customer.merged_into}")
    if customer.state in NO_TRADE:
        raise CustomerClosed(customer=name, state=customer.state.removeprefix("CUSTOMER_STATE_"))
    if customer.salesperson != requester and customer.organisation not in responsible_for:
        raise NotYourCustomer(customer=name)
