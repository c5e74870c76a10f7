"""The ERP's master file against onboardings and customers: each formal customer is in it once, by the code that it has here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final

from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import Row, State

FORMAL: Final = "CustomerBecameFormal"
# What the ERP was told of an onboarding, by the names of its columns there and here.
TOLD: Final = (
    ("name", "display_name"),
    ("credit_code", "credit_code"),
    ("currency", "currency"),
    ("credit_minor", "credit_minor"),
    ("payment_terms_days", "payment_terms_days"),
)


def registrations(state: State) -> Iterator[Finding]:
    outcomes = {outcome["key"]: outcome["state"] for outcome in state.erp["registration_outcomes"]}
    orders: defaultdict[str, list[Row]] = defaultdict(list)
    for order in state.erp["registration_orders"]:
        orders[order["document"]].append(order)
        if order["key"] not in outcomes:
            yield Finding("registration", order["key"], "was taken in and never decided")
    onboardings = {f"onboardings/{one['number']}": one for one in state.customer["onboardings"]}
    for document in orders.keys() - onboardings.keys():
        yield Finding("registration", document, "was registered for, and is no onboarding")
    for name, onboarding in onboardings.items():
        registered = [order for order in orders[name] if outcomes.get(order["key"]) == "registered"]
        yield from _about(name, onboarding, registered)
        yield from _refusals(state, name, len(orders[name]) - len(registered))
    yield from _customers(state, onboardings, outcomes)


def _about(name: str, onboarding: Row, registered: list[Row]) -> Iterator[Finding]:
    formal = onboarding["state"] == "formal"
    if len(registered) != formal:
        yield Finding("registration", name, f"is {onboarding['state']}, registered {len(registered)} times")
    for order in registered:
        if order["customer"] != f"customers/{onboarding['customer']}":
            yield Finding("registration", name, f"is of another customer than {order['customer']}")
        for there, here in TOLD:
            if order[there] != onboarding[here]:
                said = f"{there} was {order[there]!r}, {onboarding[here]!r} was approved"
                yield Finding("registration", name, said)
        if formal and onboarding["erp_code"] != code_of(order):
            said = f"knows {onboarding['erp_code']} and was registered as {code_of(order)}"
            yield Finding("registration", name, said)


def _refusals(state: State, name: str, refused: int) -> Iterator[Finding]:
    """Every refusal of the ERP was told to the onboarding, once."""
    rows = state.customer["timeline"]
    told = sum(event["kind"] == "RegistrationRefused" for event in rows if event["document"] == name)
    if told != refused:
        yield Finding("registration", name, f"was refused {refused} times, and was told so {told} times")


def _customers(state: State, onboardings: dict[str, Row], outcomes: dict[str, Any]) -> Iterator[Finding]:
    """Of customers that somebody has asked for: formal by one onboarding, by its code, and everybody was told once."""
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for order in state.erp["registration_orders"]:
        if outcomes.get(order["key"]) == "registered":
            codes[order["customer"]].append(code_of(order))
    messages = (row for row in state.customer["outbox"] if row["subject"].rpartition(".")[2] == FORMAL)
    told = Counter(row["lane"] for row in messages)
    events = Counter(row["document"] for row in state.customer["timeline"] if row["kind"] == FORMAL)
    asked = {onboarding["customer"] for onboarding in onboardings.values()}
    for customer in state.customer["customers"]:
        if customer["number"] not in asked:
            continue
        name, formal = f"customers/{customer['number']}", customer["state"] == "formal"
        if codes[name] != ([customer["erp_code"]] if formal else []):
            said = f"is {customer['state']} as {customer['erp_code']!r}, the ERP has {codes[name]}"
            yield Finding("registration", name, said)
        for what, times in (("happened", events[name]), ("was published", told[name])):
            if times != formal:
                yield Finding("formal once", name, f"{customer['state']}, and {FORMAL} {what} {times} times")


def code_of(order: Row) -> str:
    return f"K-{order['place']:06}"
