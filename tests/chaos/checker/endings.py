"""Every claim ended as its script says; whoever could not finish their script, or was surprised, is named."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import Row, State


def endings(state: State) -> Iterator[Finding]:
    for surprise in state.said("surprise"):
        yield Finding("surprise", f"script {surprise['script']}", surprise["what"])
    claims = {f"claims/{claim['number']}": claim for claim in state.expense["claims"]}
    expected = {entry["script"]: entry for entry in state.said("expects")}
    for script in state.said("script"):
        about = f"script {script['number']} ({script['shape']})"
        end = expected.get(script["number"])
        if end is None:
            yield Finding("ending", about, f"has not come to its end: {_stands(state, script)}")
            continue
        claim, state_ = claims.get(end["claim"]), end["state"].removeprefix("STATE_").lower()
        if claim is None:
            yield Finding("ending", about, f"{end['claim']} is not there")
        elif claim["state"] != state_:
            yield Finding("ending", about, f"{end['claim']} is {claim['state']}, and should be {state_}")


def _stands(state: State, script: Row) -> str:
    """Where its claim is, and for what it waits, if that can be seen."""
    claim = next((claim for claim in state.expense["claims"] if claim["title"] == script["title"]), None)
    if claim is None:
        return "there is no claim"
    name = f"claims/{claim['number']}"
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
    return f"{name} {claim['state']}, asked: {items}, effects: {waits}"
