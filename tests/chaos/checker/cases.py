"""Cases, their items and their workflows agree; nothing stands still without a reason that can be seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from tests.chaos.checker.documents import documents
from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import Row, State, Workflow

OPEN_ITEM: Final = ("offered", "allocated")
# Whatever people end by hand, too, where there is nothing left to do.
ENDED: Final = ("completed", "terminated", "cancelled")
OUTCOMES: Final = {"paid": "approved", "formal": "approved", "rejected": "rejected"}


def cases(state: State) -> Iterator[Finding]:
    returned = {document.name for document in documents(state) if document.state == "draft"}
    steps, items, effects = (_by_case(state.approval[name]) for name in ("steps", "work_items", "effects"))
    for case in state.approval["cases"]:
        name, open_ = case["id"], case["state"] != "closed"
        asked = [item for item in items[name] if item["state"] in OPEN_ITEM]
        waits = [effect for effect in effects[name] if effect["state"] == "waiting"]
        workflow = state.engine.get(name)
        if not open_:
            yield from _closed(name, asked, steps[name], waits, workflow)
        else:
            yield from _open(case, [*asked, *waits], case["document"] in returned, workflow)
    yield from _agree_with_documents(state)
    for stray in state.engine.keys() - {case["id"] for case in state.approval["cases"]}:
        yield Finding("workflow", stray, "there is no such case")


def _closed(
    name: str, asked: list[Row], steps: list[Row], waits: list[Row], workflow: Workflow | None
) -> Iterator[Finding]:
    for item in asked:
        yield Finding("closed case", name, f"work item {item['id']} is still {item['state']}")
    for step in steps:
        if step["state"] == "open":
            yield Finding("closed case", name, f"step {step['id']} is still open")
    for effect in waits:
        yield Finding("closed case", name, f"effect {effect['key']} still waits: {effect['reason']}")
    if workflow is not None and workflow.status not in ENDED:
        yield Finding("closed case", name, f"its workflow is {workflow.status}")


def _open(case: Row, waits: list[Row], returned: bool, workflow: Workflow | None) -> Iterator[Finding]:
    if workflow is None or workflow.status != "running":
        how = workflow.status if workflow else "unknown to the engine"
        yield Finding("open case", case["id"], f"its workflow is {how}")
    elif not (waits or returned or workflow.waits):
        yield Finding("open case", case["id"], "nobody is asked, and it waits for nothing")


def _agree_with_documents(state: State) -> Iterator[Finding]:
    latest: dict[str, Row] = {}
    for case in sorted(state.approval["cases"], key=lambda case: case["n"]):
        latest[case["document"]] = case
    counts = Counter(case["document"] for case in state.approval["cases"] if case["state"] != "closed")
    for document in documents(state):
        name, expected = document.name, OUTCOMES.get(document.state)
        last: Row = latest.get(name, {"outcome": None, "document_version": None})
        ended = f"{document.state}, and its case ended as {last['outcome']!r}"
        if counts[name] != document.case_open:
            yield Finding("case", name, f"case_open is {document.case_open}, and {counts[name]} are open")
        if expected and last["outcome"] != expected:
            yield Finding("case", name, ended)
        if not (document.case_open or expected) and last["outcome"] not in (None, "withdrawn"):
            yield Finding("case", name, ended)
        if expected == "approved" and last["document_version"] != document.version:
            yield Finding("case", name, "was decided on a version that it does not have")


def _by_case(rows: list[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["case_id"]].append(row)
    return found
