"""The ERP's ledger against the claims: what was paid was paid once, to whom and as much as was approved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import Row, State


def payments(state: State) -> Iterator[Finding]:
    outcomes = {outcome["key"]: outcome["state"] for outcome in state.erp["payment_outcomes"]}
    orders: defaultdict[str, list[Row]] = defaultdict(list)
    for order in state.erp["payment_orders"]:
        orders[order["document"]].append(order)
        if order["key"] not in outcomes:
            yield Finding("payment", order["key"], "was taken in and never decided")
    claims = {f"claims/{claim['number']}": claim for claim in state.expense["claims"]}
    for document in orders.keys() - claims.keys():
        yield Finding("payment", document, "was paid for, and is no claim")
    for name, claim in claims.items():
        settled = [order for order in orders[name] if outcomes.get(order["key"]) == "settled"]
        yield from _about(name, claim, settled)
        yield from _refusals(state, name, len(orders[name]) - len(settled))


def _about(name: str, claim: Row, settled: list[Row]) -> Iterator[Finding]:
    paid = claim["state"] == "paid"
    if len(settled) != paid:
        yield Finding("payment", name, f"is {claim['state']} and was paid {len(settled)} times")
    for order in settled:
        if (order["amount_minor"], order["currency"]) != (claim["payable_minor"], claim["currency"]):
            said = f"{order['amount_minor']} were paid, {claim['payable_minor']} were payable"
            yield Finding("payment", name, said)
        if order["payee"] != f"people/{claim['claimant']}":
            yield Finding("payment", name, f"was paid to {order['payee']}")
        number = f"{order['place']:06}"
        if paid and not claim["payment"].endswith(f"-{number}"):
            yield Finding("payment", name, f"knows {claim['payment']} and was paid as number {number}")


def _refusals(state: State, name: str, refused: int) -> Iterator[Finding]:
    """Every refusal of the ERP was told to the claim, once."""
    told = sum(
        event["kind"] == "PaymentRefused" for event in state.expense["timeline"] if event["document"] == name
    )
    if told != refused:
        yield Finding("payment", name, f"was refused {refused} times, and was told so {told} times")
