"""Everything that was to be sent has been sent and taken in; nothing lies about."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.checker.finding import Finding
from tests.chaos.checker.state import State


def deliveries(state: State) -> Iterator[Finding]:
    for database, tables in state.timelines().items():
        for row in tables["outbox"]:
            about = f"{database} {row['destination']} {row['lane']} {row['position']}"
            if row["parked_at"] is not None:
                yield Finding("parked", about, row["error"])
            elif row["sent_at"] is None:
                yield Finding("unsent", about, f"{row['subject']} {row['error']}")
        for letter in tables["dead_letters"]:
            if letter["dead_at"] is not None:
                yield Finding("dead letter", f"{letter['consumer']} {letter['message_id']}", letter["error"])
    for fact in state.approval["waiting_facts"]:
        yield Finding("waiting fact", fact["document"], fact["fact_id"])
    for step in state.approval["steps"]:
        if step["state"] == "completed" and step["consumed_at"] is None:
            yield Finding("unconsumed", step["id"], "its workflow has not taken in that it is complete")
