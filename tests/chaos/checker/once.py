"""Nothing happened twice, and nothing happened that nobody asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import State

# Events of a document that cannot happen twice at one version, and those that a whole life has once.
ONCE_A_VERSION: Final = (
    *("ClaimSubmitted", "ClaimLineCut", "ClaimApproved"),
    *("OnboardingSubmitted", "OnboardingApproved", "CustomerChanged"),
)
ONCE_A_LIFE: Final = (
    *("ClaimCreated", "ClaimPaid", "ClaimRejected", "ClaimDeleted"),
    *("OnboardingCreated", "CustomerRegistered", "OnboardingRejected", "OnboardingDeleted"),
    *("CustomerCreated", "CustomerBecameFormal"),
)
ONCE_A_CASE: Final = ("CaseStarted", "CaseEnded", "WithdrawalAsked")
# How often something is there must be how often it was acknowledged.
COUNTED: Final = {
    "ClaimCreated": "expense.CreateClaim",
    "ClaimEdited": "expense.UpdateClaim",
    "ClaimSubmitted": "expense.SubmitClaim",
    "ClaimDeleted": "expense.DeleteClaim",
    "ClaimLineCut": "expense.CutClaimLine",
    "CustomerCreated": "customer.CreateCustomer",
    "CustomerChanged": "customer.UpdateCustomer",
    "LicenceAdded": "customer.RecordLicence",
    "OnboardingCreated": "customer.CreateOnboarding",
    "OnboardingEdited": "customer.UpdateOnboarding",
    "OnboardingSubmitted": "customer.SubmitOnboarding",
    "OnboardingDeleted": "customer.DeleteOnboarding",
    "WithdrawalAsked": "approval.WithdrawCase",
    "RetryAsked": "approval.RetryEffect",
    "CaseCommented": "approval.CommentOnCase",
}
DECISIONS: Final = ("approval.ApproveWorkItem", "approval.RejectWorkItem", "approval.ReturnWorkItem")


def once(state: State) -> Iterator[Finding]:
    yield from _decisions(state)
    yield from _events(state)
    yield from _as_often_as_acknowledged(state)
    yield from _invoices(state)


def _decisions(state: State) -> Iterator[Finding]:
    for item, count in twice(row["item_id"] for row in state.approval["decisions"]):
        yield Finding("once", f"workItems/{item}", f"was decided {count} times")
    decided = {row["item_id"] for row in state.approval["decisions"]}
    for item in state.approval["work_items"]:
        if (item["state"] == "done") != (item["id"] in decided):
            yield Finding(
                "once", f"workItems/{item['id']}", f"is {item['state']}, decided: {item['id'] in decided}"
            )


def _events(state: State) -> Iterator[Finding]:
    events = state.happened()
    lives = [(e["document"], e["kind"]) for e in events if e["kind"] in ONCE_A_LIFE + ONCE_A_CASE]
    versions = [(e["document"], e["kind"], e["version"]) for e in events if e["kind"] in ONCE_A_VERSION]
    for (document, kind, *version), count in [*twice(lives), *twice(versions)]:
        yield Finding("once", document, f"{kind} {version or ''} happened {count} times")


def _as_often_as_acknowledged(state: State) -> Iterator[Finding]:
    """Every request is repeated until it is answered: what happened is what was acknowledged, neither less nor more."""
    events = Counter(event["kind"] for event in state.happened())
    for kind, method in COUNTED.items():
        if events[kind] != (told := len(state.acknowledged(method))):
            yield Finding("once", method, f"{told} were acknowledged, {events[kind]} happened")
    told = sum(len(state.acknowledged(method)) for method in DECISIONS)
    if len(state.approval["decisions"]) != told:
        yield Finding(
            "once", "decisions", f"{told} were acknowledged, {len(state.approval['decisions'])} happened"
        )
    titles = (claim["title"] for claim in state.expense["claims"])
    made = (customer for customer in state.customer["customers"] if customer["created_at"] >= state.began)
    names = (customer["display_name"] for customer in made)
    for title, count in [*twice(titles), *twice(names)]:
        yield Finding("once", title, f"was made {count} times")


def _invoices(state: State) -> Iterator[Finding]:
    """A claim that is under way or paid has its invoices to itself; one that was rejected or deleted has none."""
    used = {
        (row["seller"], row["code"], row["number"]): row["claim"] for row in state.expense["invoice_uses"]
    }
    states = {claim["number"]: claim["state"] for claim in state.expense["claims"]}
    for line in state.expense["claim_lines"]:
        invoice = (line["invoice_seller"], line["invoice_code"], line["invoice_number"])
        state_, holder = states.get(line["claim"], "gone"), used.get(invoice)
        free = state_ in ("rejected", "deleted")
        if holder != (None if free else line["claim"]) and not (state_ == "draft" and holder is None):
            yield Finding("invoice", line["claim"], f"{state_}, and its invoice is used by {holder}")


def twice(things: Any) -> list[tuple[Any, int]]:
    return [(thing, count) for thing, count in Counter(things).items() if count > 1]
