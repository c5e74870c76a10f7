"""What somebody may see, as SQL."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, or_, text, true

from services.approval.store.tables import CaseRow, ParticipantRow
from services.approval.use_cases.views import Sight

# Whether a row of `cases` is about what somebody has to do for whom the person stands in. Of those there are few.
_STANDS_IN: Final = """EXISTS (
    SELECT FROM inbox_entries AS entry, jsonb_to_recordset(CAST({standings} AS jsonb)) AS standing (
        person text, processes jsonb, organisations jsonb
    ) WHERE entry.case_id = cases.id AND entry.box = 'to_do' AND entry.person = standing.person
        AND (standing.processes IS NULL OR jsonb_exists(standing.processes, entry.process))
        AND (standing.organisations IS NULL OR jsonb_exists(standing.organisations, entry.organisation))
)"""
STANDS_IN: Final = _STANDS_IN.format(standings="%(standings)s")
# The same, where SQLAlchemy writes the statement around it.
_AS_CLAUSE: Final = _STANDS_IN.format(standings=":standings")
# Whether a row of `cases` may be seen, with the parameters of `seen_by`.
SEEN: Final = f"""(
    %(everything)s OR cases.organisation = ANY(%(organisations)s) OR EXISTS (
        SELECT FROM case_participants AS part WHERE part.case_id = cases.id AND part.person = %(person)s
    ) OR {STANDS_IN}
)"""


def seen_by(sight: Sight) -> dict[str, Any]:
    return {
        "everything": sight.everything,
        "organisations": sorted(sight.organisations),
        "person": sight.person,
        "standings": _standings(sight),
    }


def takes_part(sight: Sight) -> ColumnElement[bool]:
    return exists().where(ParticipantRow.case_id == CaseRow.id, ParticipantRow.person == sight.person)


def is_responsible(sight: Sight) -> ColumnElement[bool]:
    return CaseRow.organisation.in_(sorted(sight.organisations))


def seen(sight: Sight) -> ColumnElement[bool]:
    """Whether a row of `cases` may be seen. For one case or a few; lists walk their indexes instead."""
    if sight.everything:
        return true()
    found = or_(takes_part(sight), is_responsible(sight))
    if not sight.standings:
        return found
    return or_(found, text(_AS_CLAUSE).bindparams(standings=_standings(sight)))


def _standings(sight: Sight) -> str:
    """What is not limited is left out."""
    said = (
        {"person": one.person, "processes": one.processes, "organisations": one.organisations}
        for one in sight.standings
    )
    return json.dumps(
        [{key: _plain(value) for key, value in one.items() if value is not None} for one in said]
    )


def _plain(value: str | frozenset[str]) -> str | list[str]:
    return value if isinstance(value, str) else sorted(value)
