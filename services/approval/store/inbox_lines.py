"""Cases and notices as lines of lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from kernel.text import Text
from services.approval.domain.cases.case import CaseOutcome, CaseState
from services.approval.domain.cases.names import CaseName
from services.approval.domain.cases.notices import Notice, NoticeKind
from services.approval.store.rows import money_of
from services.approval.use_cases.views import CaseLine, NoticeView

CASE_LINE: Final = """
    cases.process, cases.number, cases.n, cases.document, cases.title, cases.amount_minor, cases.currency,
    cases.requester, cases.organisation, cases.state, cases.outcome, cases.created_at, cases.closed_at
"""
NOTICE: Final = """
    notices.id AS notice_id, notices.kind, notices.by, notices.zh, notices.en, notices.comment, notices.at,
    notices.about, notices.title_zh, notices.title_en
"""
NO_DEADLINE_YEAR: Final = 9999


def case_line(row: Any) -> CaseLine:
    return CaseLine(
        name=CaseName(row.process, row.number, row.n),
        document=row.document,
        title=row.title,
        amount=money_of(row.amount_minor, row.currency),
        requester=row.requester,
        organisation=row.organisation,
        state=CaseState(row.state),
        outcome=CaseOutcome(row.outcome) if row.outcome else None,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )


def notice_view(row: Any) -> NoticeView:
    """From a row of a page of notices."""
    kind, text = NoticeKind(row.kind), Text(row.zh, row.en)
    case = None if row.number is None else case_line(row)
    notice = Notice(
        id=row.notice_id,
        case=case.name if case else None,
        kind=kind,
        text=text,
        at=row.at,
        by=row.by,
        comment=row.comment,
        about=row.about,
        title=None if case else Text(row.title_zh, row.title_en),
    )
    return NoticeView(notice, case, row.entry_read_at)


def due_at(stored: datetime) -> datetime | None:
    """When an entry is due; None without a deadline."""
    return None if stored.year == NO_DEADLINE_YEAR else stored
