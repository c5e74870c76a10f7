"""Every document ended as its script says; whoever could not finish their script, or was surprised, is named."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.checker.documents import documents
from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import Row, State


def endings(state: State) -> Iterator[Finding]:
    for surprise in state.said("surprise"):
        yield Finding("surprise", f"script {surprise['script']}", surprise["what"])
    known = {document.name: document for document in documents(state)}
    expected = {entry["script"]: entry for entry in state.said("expects")}
    for script in state.said("script"):
        about = f"script {script['number']} ({script['shape']})"
        end = expected.get(script["number"])
        if end is None:
            yield Finding("ending", about, f"has not come to its end: {_stands(state, script)}")
            continue
        document, due = known.get(end["document"]), end["state"].removeprefix("STATE_").lower()
        if document is None:
            yield Finding("ending", about, f"{end['document']} is not there")
        elif document.state != due:
            yield Finding("ending", about, f"{document.name} is {document.state}, and should be {due}")


def _stands(state: State, script: Row) -> str:
    """Where its document is, and for what it waits, if that can be seen."""
    document = next((one for one in documents(state) if one.title == script["title"]), None)
    if document is None:
        return "there is no document"
    name = document.name
    cases = [case["id"] for case in state.approval["cases"] if case["document"] == name]
    waits = [
        f"{effect['key']} {effect['state']}: {effect['reason']}, next {effect['next_attempt_at']}"
        for effect in state.approval["effects"]
        if effect["case_id"] in cases
    ]
    items = [
        f"{item['state']} {item['step_id']}"
        for item in state.approval["work_items"]
        if item["case_id"] in cases and item["state"] in ("offered", "allocated")
    ]
    return f"{name} {document.state}, asked: {items}, effects: {waits}"
