"""What somebody may see, as SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, true

from services.approval.store.tables import CaseRow, ParticipantRow
from services.approval.use_cases.views import Sight


def takes_part(sight: Sight) -> ColumnElement[bool]:
    return exists().where(ParticipantRow.case_id == CaseRow.id, ParticipantRow.person == sight.person)


def is_responsible(sight: Sight) -> ColumnElement[bool]:
    return CaseRow.organisation.in_(sorted(sight.organisations))


def seen(sight: Sight) -> ColumnElement[bool]:
    """Whether a row of `cases` may be seen. For one case or a few; lists walk their indexes instead."""
    return true() if sight.everything else or_(takes_part(sight), is_responsible(sight))
