"""Budgets balance: entries sum up to columns, what documents hold sums up to columns, and each claim holds what it should."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import Row, State

COLUMNS: Final = ("amount_minor", "reserved_minor", "committed_minor", "spent_minor")
STAGES: Final = ("reserved", "committed", "spent")
# In which stage a claim in this state holds its part of the budget; nowhere else does it hold anything.
HOLDS: Final = {
    "in_approval": "reserved",
    "in_finance_review": "reserved",
    "payable": "committed",
    "paid": "spent",
}
Key = tuple[str, str, str]


def money(state: State) -> Iterator[Finding]:
    yield from _entries_are_columns(state)
    yield from _holdings_are_columns(state)
    yield from _claims_hold_what_they_should(state)
    yield from _effects_are_booked_once(state)


def key_of(row: Row) -> Key:
    return row["organisation"], row["month"], row["expense_type"]


def _entries_are_columns(state: State) -> Iterator[Finding]:
    sums: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for movement in state.expense["budget_movements"]:
        sums[key_of(movement)].update({column: movement[column] for column in COLUMNS})
    for budget in state.expense["budgets"]:
        for column in COLUMNS:
            if (summed := sums[key_of(budget)][column]) != budget[column]:
                yield Finding(
                    "budget", _name(budget), f"{column} is {budget[column]}, its entries sum up to {summed}"
                )
        if sum(budget[f"{stage}_minor"] for stage in STAGES) > budget["amount_minor"]:
            yield Finding("budget", _name(budget), "more is in use than there is")


def _holdings_are_columns(state: State) -> Iterator[Finding]:
    sums: Counter[tuple[Key, str]] = Counter()
    for holding in state.expense["budget_holdings"]:
        sums[key_of(holding), holding["stage"]] += holding["amount_minor"]
    for budget in state.expense["budgets"]:
        for stage in STAGES:
            held, column = sums[key_of(budget), stage], budget[f"{stage}_minor"]
            if held != column:
                yield Finding("budget", _name(budget), f"{column} {stage}, and documents hold {held}")


def _claims_hold_what_they_should(state: State) -> Iterator[Finding]:
    held: defaultdict[str, Counter[tuple[Key, str]]] = defaultdict(Counter)
    moved: defaultdict[str, Counter[tuple[Key, str]]] = defaultdict(Counter)
    for holding in state.expense["budget_holdings"]:
        held[holding["document"]][key_of(holding), holding["stage"]] += holding["amount_minor"]
    for movement in state.expense["budget_movements"]:
        for stage in STAGES:
            moved[movement["document"]][key_of(movement), stage] += movement[f"{stage}_minor"]
    for claim in state.expense["claims"]:
        name = f"claims/{claim['number']}"
        should = _should_hold(state, claim)
        for what, found in (("holds", held[name]), ("has entries for", moved[name])):
            if (nonzero := {key: amount for key, amount in found.items() if amount}) != should:
                yield Finding("holding", name, f"{claim['state']} {what} {nonzero} and not {should}")


def _should_hold(state: State, claim: Row) -> dict[tuple[Key, str], int]:
    stage = HOLDS.get(claim["state"])
    needs: Counter[tuple[Key, str]] = Counter()
    for line in state.expense["claim_lines"]:
        if stage and line["claim"] == claim["number"]:
            key = claim["organisation"], line["date"].strftime("%Y-%m"), line["expense_type"]
            needs[key, stage] += line["amount_minor"] - (line["cut_minor"] or 0)
    return {key: amount for key, amount in needs.items() if amount}


# Which event of a claim's timeline moves its budget, and how its entries are called.
MOVES: Final = {"ClaimSubmitted": "reserved", "ClaimPassed": "committed", "ClaimPaid": "spent", "PaymentRefused": "reserved"}  # fmt: skip


def _effects_are_booked_once(state: State) -> Iterator[Finding]:
    happened = _moves(state)
    booked: Counter[tuple[str, Key, str]] = Counter()
    for movement in state.expense["budget_movements"]:
        if movement["document"] and movement["kind"] in STAGES:
            booked[movement["document"], key_of(movement), movement["kind"]] += 1
    for (document, key, kind), times in booked.items():
        if times != happened[document, kind]:
            said = (
                f"{kind} {times} times in {'/'.join(key)}, and its timeline says {happened[document, kind]}"
            )
            yield Finding("booked once", document, said)


def _moves(state: State) -> Counter[tuple[str, str]]:
    """How often each claim's budget was moved in which way, as its timeline says."""
    happened: Counter[tuple[str, str]] = Counter()
    cuts: dict[tuple[str, str], Decimal] = {}
    for event in sorted(state.expense["timeline"], key=lambda event: event["sequence"]):
        document, kind = event["document"], event["kind"]
        if kind in MOVES:
            happened[document, MOVES[kind]] += 1
        if kind == "ClaimSubmitted":
            cuts = {key: cut for key, cut in cuts.items() if key[0] != document}
        if kind == "ClaimLineCut":
            line, cut = (document, event["details"]["line"]), Decimal(event["details"]["cut"]["amount"])
            # A smaller cut than before takes some of it back.
            happened[document, "reserved"] += cut < cuts.get(line, Decimal())
            cuts[line] = cut
    return happened


def _name(budget: Row) -> str:
    return "/".join(key_of(budget))
