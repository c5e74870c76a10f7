"""What can follow what: as the table says, and as the documentation tells those who write mappings."""

from __future__ import annotations

import re

from chassis.project import PROJECT
from replay.story import TRANSITIONS, State, Verb

CODE = re.compile(r"`([a-z_]+)`")


def documented() -> dict[tuple[State, Verb], State]:
    """The table of verbs in the documentation; a row without a verb belongs to the one above."""
    text = (PROJECT / "docs/replaying-a-log.md").read_text("utf-8")
    rows = text.partition("| verb | who | from | to |\n")[2].partition("\n\n")[0].splitlines()[1:]
    table: dict[tuple[State, Verb], State] = {}
    verb = Verb.SAVE
    for row in rows:
        named, _, sources, target = (cell.strip() for cell in row.strip("|").split("|"))
        verb = Verb(named.strip("`")) if named else verb
        for source in CODE.findall(sources):
            table[State(source), verb] = State(CODE.findall(target)[0])
    return table


def test_the_documentation_tells_what_leads_where() -> None:
    assert documented() == dict(TRANSITIONS)


def test_every_state_but_the_first_can_be_reached_and_every_verb_leads_somewhere() -> None:
    assert set(TRANSITIONS.values()) == set(State) - {State.NEW}
    assert {verb for _, verb in TRANSITIONS} == set(Verb)
