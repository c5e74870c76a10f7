"""What people were told, about cases and other things: append-only. Whether somebody has read it is in their entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from chassis.postgres.wire import Columns, Wire
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.notices import Notice, NoticeKind
from services.approval.domain.people.directory import PersonId
from services.approval.search_text import searched_news
from services.approval.store.inbox_entries import InboxEntries
from services.approval.store.participants import join
from services.approval.use_cases.queries import Box
from services.approval.use_cases.views import Copy
from zhupi.approval.v1.events_pb2 import InboxChanged

NOTICE: Final = Columns(
    ("id", "case_id", "kind", "by", "zh", "en", "comment", "at", "about", "title_zh", "title_en")
)
ADD: Final = f"INSERT INTO notices ({NOTICE.columns}) VALUES ({NOTICE.values})"  # noqa: S608 - names of columns
ADD_ONCE: Final = f"""
INSERT INTO notices (key, {NOTICE.columns}) VALUES (%(key)s, {NOTICE.values})
ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING RETURNING id
"""  # noqa: S608 - names of columns

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
        self._wire.write(ADD, _row(notice))
        self._wire.write(*join(case.name, everyone))
        box = Box.COPIES if kind is NoticeKind.COPY else Box.NEWS
        self._entries.add(case.name, notice.id, everyone, box, at)
        return notice

    async def tell_once(self, key: str, people: Iterable[PersonId], notice: Notice) -> bool:
        if not (await self._wire.fetch((ADD_ONCE, {**_row(notice), "key": key})))[0]:
            return False
        everyone = sorted(set(people))
        if notice.case is not None:
            self._wire.write(*join(notice.case, everyone))
            self._entries.add(notice.case, notice.id, everyone, Box.NEWS, notice.at)
        else:
            self._entries.add_news(
                notice.id, everyone, searched_news(notice.title or notice.text, notice.about), notice.at
            )
        return True


def _row(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "case_id": str(notice.case) if notice.case else None,
        "kind": notice.kind.value,
        "by": notice.by,
        "zh": notice.text.zh,
        "en": notice.text.en,
        "comment": notice.comment,
        "at": notice.at,
        "about": notice.about,
        "title_zh": notice.title.zh if notice.title else "",
        "title_en": notice.title.en if notice.title else "",
    }
