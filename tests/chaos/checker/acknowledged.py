"""Nothing acknowledged is lost: every write that a client was told of is there, with its effect."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from tests.chaos.checker.documents import documents
from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import Row, State

Missing = Callable[["Known", Row, Row], str]


class Known:
    """What is stored, by what acknowledgements name."""

    def __init__(self, state: State) -> None:
        self.documents = {document.name: document for document in documents(state)}
        self.customers = {f"customers/{one['number']}": one for one in state.customer["customers"]}
        self.licences = {
            f"customers/{one['customer']}/licences/{one['id']}": one for one in state.customer["licences"]
        }
        self.items = {f"workItems/{item['id']}": item for item in state.approval["work_items"]}
        self.cases = {f"cases/{case['id']}": case for case in state.approval["cases"]}
        self.decisions: defaultdict[str, list[Row]] = defaultdict(list)
        for decision in state.approval["decisions"]:
            self.decisions[f"workItems/{decision['item_id']}"].append(decision)
        self.comments = Counter((row["case_id"], row["comment"]) for row in state.approval["comments"])
        self.signals = Counter((row["case_id"], row["args"].get("kind")) for row in state.approval["signals"])
        self.happened: defaultdict[str, list[Row]] = defaultdict(list)
        for event in state.happened():
            self.happened[event["document"]].append(event)

    def events(self, document: str, kind: str) -> list[Row]:
        return [event for event in self.happened[document] if event["kind"] == kind]


def acknowledged(state: State) -> Iterator[Finding]:
    known = Known(state)
    stored = {
        (row["caller"], row["request_id"]): row["method"].rpartition("/")[2]
        for tables in (state.expense, state.approval, state.customer)
        for row in tables["requests"]
    }
    for method, missing in MISSING.items():
        for asked, answer in state.acknowledged(method):
            about = f"{method} {asked['request_id']}"
            if stored.get((f"people/{asked['who']}", asked["request_id"])) != method.rpartition(".")[2]:
                yield Finding("acknowledged", about, "its answer is not kept")
            if what := missing(known, asked, answer):
                yield Finding("acknowledged", about, what)
    for asked in state.said("asked"):
        if asked["method"] not in MISSING:
            yield Finding("acknowledged", asked["method"], "nobody knows how to look for its effect")


def _created(known: Known, asked: Row, answer: Row) -> str:
    claim = known.documents.get(answer["name"])
    if claim is None:
        return f"{answer['name']} is not there"
    whose = (claim.title, claim.author)
    return "" if whose == (asked["request"]["title"], asked["who"]) else f"{answer['name']} is another claim"


def _met(known: Known, asked: Row, answer: Row) -> str:
    customer = known.customers.get(answer["name"])
    if customer is None:
        return f"{answer['name']} is not there"
    file = asked["request"]["file"]
    said = (file["displayName"], file["creditCode"], asked["who"])
    kept = (customer["display_name"], customer["credit_code"], customer["salesperson"])
    return "" if kept == said else f"{answer['name']} is another customer"


def _licensed(known: Known, asked: Row, answer: Row) -> str:
    licence, said = known.licences.get(answer["name"]), asked["request"]["licence"]
    if licence is None:
        return f"{answer['name']} is not there"
    kept = (licence["type"], licence["number"])
    return "" if kept == (said["type"], said["number"]) else f"{answer['name']} is another licence"


def _drafted(known: Known, asked: Row, answer: Row) -> str:
    onboarding = known.documents.get(answer["name"])
    if onboarding is None:
        return f"{answer['name']} is not there"
    return "" if onboarding.author == asked["who"] else f"{answer['name']} is another onboarding"


def _on_document(kind: str) -> Missing:
    """The timeline of what was answered has an event of this kind and version by this person."""

    def missing(known: Known, asked: Row, answer: Row) -> str:
        version, who = int(answer.get("version", 0)), f"people/{asked['who']}"
        found = [(event["version"], event["actor"]) for event in known.events(answer["name"], kind)]
        return "" if (version, who) in found else f"{answer['name']} has no {kind} {version} by {who}"

    return missing


def _decided(outcome: str) -> Missing:
    def missing(known: Known, asked: Row, answer: Row) -> str:
        name, person = answer["name"], asked["who"]
        found = [(decision["outcome"], decision["person"]) for decision in known.decisions[name]]
        item = known.items.get(name)
        if (outcome, person) not in found:
            return f"{name} has no decision {outcome} by {person}"
        return "" if item and item["state"] == "done" else f"{name} is decided and not done"

    return missing


def _withdrawn(known: Known, asked: Row, answer: Row) -> str:
    case = known.cases.get(answer["name"])
    if case is None:
        return f"{answer['name']} is not there"
    return "" if case["outcome"] == "withdrawn" else f"{answer['name']} ended as {case['outcome']!r}"


def _commented(known: Known, asked: Row, answer: Row) -> str:
    case = asked["request"]["name"].removeprefix("cases/")
    return "" if known.comments[case, asked["request"]["text"]] else f"{case} has no such comment"


def _retried(known: Known, asked: Row, answer: Row) -> str:
    case = asked["request"]["name"].removeprefix("cases/")
    return "" if known.signals[case, "retry"] else f"{case} was not told to try again"


def _handed_on(known: Known, asked: Row, answer: Row) -> str:
    item, to = known.items.get(answer["name"]), asked["request"]["person"].removeprefix("people/")
    return "" if item and item["assignee"] == to else f"{answer['name']} is not with {to}"


MISSING: Final[dict[str, Missing]] = {
    "expense.CreateClaim": _created,
    "expense.UpdateClaim": _on_document("ClaimEdited"),
    "expense.SubmitClaim": _on_document("ClaimSubmitted"),
    "expense.DeleteClaim": _on_document("ClaimDeleted"),
    "expense.CutClaimLine": _on_document("ClaimLineCut"),
    "customer.CreateCustomer": _met,
    "customer.RecordLicence": _licensed,
    "customer.UpdateCustomer": _on_document("CustomerChanged"),
    "customer.CreateOnboarding": _drafted,
    "customer.UpdateOnboarding": _on_document("OnboardingEdited"),
    "customer.SubmitOnboarding": _on_document("OnboardingSubmitted"),
    "customer.DeleteOnboarding": _on_document("OnboardingDeleted"),
    "approval.ApproveWorkItem": _decided("approved"),
    "approval.RejectWorkItem": _decided("rejected"),
    "approval.ReturnWorkItem": _decided("returned"),
    "approval.TransferWorkItem": _handed_on,
    "approval.WithdrawCase": _withdrawn,
    "approval.CommentOnCase": _commented,
    "approval.RetryEffect": _retried,
}
