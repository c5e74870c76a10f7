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
    yield from _activities_hold_what_they_should(state)
    yield from _draws_are_what_claims_need(state)
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
            if line["activity_line"] and stage != "spent":
                continue  # the activity still holds it
            if line["activity_line"]:
                key = _budget_of(state, *_place(line))
            needs[key, stage] += line["amount_minor"] - (line["cut_minor"] or 0)
    return {key: amount for key, amount in needs.items() if amount}


def _place(line: Row) -> tuple[str, str]:
    """The activity's number and the id of its line: `activities/AC-2026-000001/lines/1`."""
    _, activity, _, of = line["activity_line"].split("/")
    return activity, of


def _budget_of(state: State, activity: str, line: str) -> Key:
    (allotment,) = (one for one in state.expense["allotments"] if one["number"] == activity)
    lines = (one for one in state.expense["allotment_lines"] if one["allotment"] == activity)
    (found,) = (one for one in lines if one["id"] == line)
    return allotment["organisation"], found["month"], found["expense_type"]


def _activities_hold_what_they_should(state: State) -> Iterator[Finding]:
    """What is committed and not spent, and what is asked for on top of what was agreed."""
    for allotment in state.expense["allotments"]:
        committed: Counter[Key] = Counter()
        agreed: Counter[Key] = Counter()
        for line in state.expense["allotment_lines"]:
            if line["allotment"] == allotment["number"]:
                key = allotment["organisation"], line["month"], line["expense_type"]
                claimable = line["claimable_minor"]
                agreed[key] += line["amount_minor"]
                committed[key] += (line["amount_minor"] if claimable is None else claimable) - line[
                    "spent_minor"
                ]
        asked: Counter[Key] = Counter()
        for term in allotment["asked"] or ():
            asked[allotment["organisation"], term["month"], term["expense_type"]] += term["amount_minor"]
        should = {(key, "committed"): amount for key, amount in committed.items() if amount}
        should |= {(key, "reserved"): more for key, more in (asked - agreed).items()}
        name = f"activities/{allotment['number']}"
        held = {
            (key_of(row), row["stage"]): row["amount_minor"]
            for row in state.expense["budget_holdings"]
            if row["document"] == name
        }
        if held != should:
            yield Finding("holding", name, f"{allotment['state']} holds {held} and not {should}")


def _draws_are_what_claims_need(state: State) -> Iterator[Finding]:
    """Each claim draws what its lines need, and what lines say is drawn and spent is the sum of it."""
    claims = {claim["number"]: claim for claim in state.expense["claims"]}
    needed: Counter[tuple[str, str, str]] = Counter()
    for line in state.expense["claim_lines"]:
        if line["activity_line"] and claims[line["claim"]]["state"] in HOLDS:
            needed[line["claim"], *_place(line)] += line["amount_minor"] - (line["cut_minor"] or 0)
    drawn: Counter[tuple[str, str]] = Counter()
    spent: Counter[tuple[str, str]] = Counter()
    for draw in state.expense["allotment_draws"]:
        claim, place = draw["claim"], (draw["allotment"], draw["line"])
        if needed.pop((claim, *place), 0) != draw["amount_minor"]:
            yield Finding("draw", f"claims/{claim}", f"draws {draw['amount_minor']} on {'/'.join(place)}")
        drawn[place] += draw["amount_minor"]
        spent[place] += draw["amount_minor"] if claims[claim]["state"] == "paid" else 0
    for (claim, *place), amount in needed.items():
        if amount:
            yield Finding("draw", f"claims/{claim}", f"draws nothing on {'/'.join(place)} and needs {amount}")
    for line in state.expense["allotment_lines"]:
        place = line["allotment"], line["id"]
        said = line["drawn_minor"], line["spent_minor"]
        if said != (drawn[place], spent[place]):
            yield Finding("draw", "/".join(place), f"says {said}, its claims {drawn[place]}, {spent[place]}")
        if drawn[place] > (line["claimable_minor"] or 0):
            yield Finding("draw", "/".join(place), "more is drawn than is claimable")


# Which event of a claim's timeline moves its budget, and how its entries are called.
MOVES: Final = {"ClaimSubmitted": "reserved", "ClaimPassed": "committed", "ClaimPaid": "spent", "PaymentRefused": "reserved"}  # fmt: skip


def _effects_are_booked_once(state: State) -> Iterator[Finding]:
    happened = _moves(state)
    booked: Counter[tuple[str, Key, str]] = Counter()
    for movement in state.expense["budget_movements"]:
        if movement["document"].startswith("claims/") and movement["kind"] in STAGES:
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
    drawing = {
        (f"claims/{line['claim']}", line["id"])
        for line in state.expense["claim_lines"]
        if line["activity_line"]
    }
    cuts: dict[tuple[str, str], Decimal] = {}
    for event in sorted(state.expense["timeline"], key=lambda event: event["sequence"]):
        document, kind = event["document"], event["kind"]
        if kind in MOVES:
            happened[document, MOVES[kind]] += 1
        if kind == "ClaimSubmitted":
            cuts = {key: cut for key, cut in cuts.items() if key[0] != document}
        if kind == "ClaimLineCut":
            line, cut = (document, event["details"]["line"]), Decimal(event["details"]["cut"]["amount"])
            # A smaller cut than before takes some of it back; what an activity pays for moves no budget then.
            happened[document, "reserved"] += line not in drawing and cut < cuts.get(line, Decimal())
            cuts[line] = cut
    return happened


def _name(budget: Row) -> str:
    return "/".join(key_of(budget))
