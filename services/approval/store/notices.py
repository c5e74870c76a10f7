"""What people were told about cases: append-only. Whether somebody has read it is in their entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from chassis.postgres.wire import Columns, Wire
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.notices import Notice, NoticeKind
from services.approval.domain.people.directory import PersonId
from services.approval.store.inbox_entries import InboxEntries
from services.approval.store.participants import join
from services.approval.use_cases.queries import Box
from services.approval.use_cases.views import Copy
from zhupi.approval.v1.events_pb2 import InboxChanged

NOTICE: Final = Columns(("id", "case_id", "kind", "by", "zh", "en", "comment", "at"))
ADD: Final = f"INSERT INTO notices ({NOTICE.columns}) VALUES ({NOTICE.values})"  # noqa: S608 - names of columns

# Of a case nobody keeps more in view.
COPIES: Final = """
SELECT entry.person, notices.by, notices.zh, notices.en, notices.at, entry.read_at
FROM notices JOIN inbox_entries AS entry ON entry.id = notices.id
WHERE notices.case_id = %(case)s AND notices.kind = 'copy' ORDER BY notices.id DESC, entry.person LIMIT 1000
"""


async def copies_of(case: str, wire: Wire) -> tuple[Copy, ...]:
    """Who was told, and who has read it, latest first."""
    rows = (await wire.fetch((COPIES, {"case": case})))[0]
    return tuple(Copy(row.person, row.by, Text(row.zh, row.en), row.at, row.read_at) for row in rows)


class Notices:
    def __init__(self, wire: Wire, tell: Callable[[InboxChanged], None]) -> None:
        self._wire = wire
        self._entries = InboxEntries(wire, tell)

    def tell(
        self,
        people: Iterable[PersonId],
        kind: NoticeKind,
        case: Case,
        text: Text,
        *,
        at: datetime,
        by: PersonId = "",
        comment: str = "",
    ) -> Notice | None:
        everyone = sorted({person for person in people if person})
        if not everyone:
            return None
        notice = Notice.new(case.name, kind, text, at, by=by, comment=comment)
        row: dict[str, Any] = {
            "id": notice.id,
            "case_id": str(case.name),
            "kind": kind.value,
            "by": by,
            "zh": text.zh,
            "en": text.en,
            "comment": comment,
            "at": at,
        }
        self._wire.write(ADD, row)
        self._wire.write(*join(case.name, everyone))
        box = Box.COPIES if kind is NoticeKind.COPY else Box.NEWS
        self._entries.add(case.name, notice.id, everyone, box, at)
        return notice
