"""Documents of processes without code inside one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.postgres.keyset import fetch_page
from chassis.postgres.paging import Page, PageRequest
from chassis.postgres.wire import Columns, Wire
from kernel.errors import NotFound
from services.approval.domain.cases.names import CaseName
from services.approval.domain.documents.document import (
    COLLECTION,
    Document,
    DocumentState,
    DocumentVerb,
    Submission,
)
from services.approval.domain.forms.filling_in import read_values
from services.approval.domain.forms.json_text import written
from services.approval.store.document_tables import DocumentRow
from services.approval.store.rows import money_of
from services.approval.store.sight import STANDS_IN, seen_by
from services.approval.store.tables import CaseRow, ParticipantRow
from services.approval.use_cases.ports.forms import AskDocuments
from services.approval.use_cases.views import Sight

# Others who want a number wait until this transaction ends.
COUNT: Final = """
INSERT INTO document_counters (prefix, year, last) VALUES (%(prefix)s, %(year)s, 1)
ON CONFLICT (prefix, year) DO UPDATE SET last = document_counters.last + 1 RETURNING last
"""
CHANGES: Final = Columns(
    (
        *("form_version", "title", "amount_minor", "currency", "content", "state", "version", "revision"),
        *("case_open", "edited", "reason", "updated_at", "submitted_at", "ended_at"),
    )
)
FIXED: Final = Columns(("number", "process", "requester", "organisation", "created_at"))
# As `_places` says it for lists, and what somebody stands in for.
FIND: Final = f"""
SELECT * FROM documents WHERE number = %(number)s AND (
    %(everything)s OR (requester = %(person)s AND %(person)s <> '')
    OR (organisation = ANY(%(organisations)s) AND version > 0)
    OR EXISTS (
        SELECT FROM cases JOIN case_participants AS part ON part.case_id = cases.id
        WHERE cases.document = %(name)s AND part.person = %(person)s
    ) OR EXISTS (SELECT FROM cases WHERE cases.document = %(name)s AND {STANDS_IN})
)
"""  # noqa: S608 - text of ours
# NO KEY: rows that refer to the document may be added meanwhile.
LOCK: Final = f"{FIND} FOR NO KEY UPDATE"
ADD: Final = f"""
INSERT INTO documents ({FIXED.columns}, {CHANGES.columns}) VALUES ({FIXED.values}, {CHANGES.values})
"""  # noqa: S608 - names of columns
SAVE: Final = f"UPDATE documents SET {CHANGES.changes} WHERE number = %(number)s"  # noqa: S608 - names of columns
SUBMITTED: Final = """
INSERT INTO document_submissions (number, version, form_version, policy, at)
VALUES (%(number)s, %(version)s, %(form_version)s, %(policy)s, %(at)s)
"""
SUBMISSION: Final = """
SELECT said.*, cases.reopens FROM document_submissions AS said JOIN cases ON cases.id = %(case)s
WHERE cases.document = %(collection)s || '/' || said.number AND said.version >= cases.requested_version
ORDER BY said.version LIMIT 1 OFFSET %(before)s
"""
NOTE: Final = """
INSERT INTO document_verbs (number, effect, verb, at) VALUES (%(number)s, %(effect)s, %(verb)s, %(at)s)
ON CONFLICT DO NOTHING RETURNING effect
"""


class FormDocuments:
    def __init__(self, session: AsyncSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    async def next_number(self, prefix: str, year: int) -> str:
        ((counted,),) = await self._wire.fetch((COUNT, {"prefix": prefix, "year": year}))
        return f"{prefix}-{year}-{counted.last:06}"

    def add(self, document: Document) -> None:
        fixed = {
            "number": document.number,
            "process": document.process,
            "requester": document.requester,
            "organisation": document.organisation,
            "created_at": document.create_time,
        }
        self._wire.write(ADD, fixed | _changes(document))

    async def get(self, number: str, sight: Sight) -> Document:
        return await self._one(FIND, number, sight)

    async def get_for_update(self, number: str, sight: Sight) -> Document:
        return await self._one(LOCK, number, sight)

    def save(self, document: Document) -> None:
        self._wire.write(SAVE, _changes(document) | {"number": document.number})

    async def page(self, asked: AskDocuments, sight: Sight, page: PageRequest) -> Page[Document]:
        wanted = _wanted(asked, sight, page)
        found = await fetch_page(self._session, wanted, page, DocumentRow.place, newest_first=True)
        return found.map(lambda row: _document(row.DocumentRow))

    async def newest(self, asked: AskDocuments, sight: Sight, most: int) -> tuple[Document, ...]:
        wanted = _wanted(asked, sight, PageRequest(most))
        rows = await self._session.scalars(wanted.order_by(DocumentRow.place.desc()).limit(most))
        return tuple(map(_document, rows))

    def submitted(self, submission: Submission) -> None:
        self._wire.write(
            SUBMITTED,
            {
                "number": submission.number,
                "version": submission.version,
                "form_version": submission.form_version,
                "policy": submission.policy,
                "at": submission.at,
            },
        )

    async def submission(self, case: CaseName, round: int) -> Submission:
        asked = {"case": str(case), "collection": COLLECTION, "before": round - 1}
        (found,) = await self._wire.fetch((SUBMISSION, asked))
        if not found:
            raise NotFound(name=case.resource)
        row = found[0]
        # A reopened case does not begin with a submission of its own, and its policy may be another by now.
        policy = row.reopens["policy"] if row.reopens and round == 1 else row.policy
        return Submission(row.number, row.version, row.form_version, policy, row.at)

    async def note(self, effect: str, document: Document, verb: DocumentVerb, at: datetime) -> bool:
        noted = {"number": document.number, "effect": effect, "verb": verb.value, "at": at}
        return bool((await self._wire.fetch((NOTE, noted)))[0])

    async def _one(self, statement: str, number: str, sight: Sight) -> Document:
        name = f"{COLLECTION}/{number}"
        asked = {"number": number, "name": name, **seen_by(sight)}
        (found,) = await self._wire.fetch((statement, asked))
        if not found:
            raise NotFound(name=name)
        return _document(found[0])


def _wanted(asked: AskDocuments, sight: Sight, page: PageRequest) -> Select[Any]:
    """Lists are filtered here, in the database: a row that may not be seen never leaves it."""
    rows = select(DocumentRow).where(*_conditions(asked))
    if sight.everything or (sight.person and asked.requester == sight.person):
        return rows
    return rows.where(DocumentRow.place.in_(_places(asked, sight, page)))


def _places(asked: AskDocuments, sight: Sight, page: PageRequest) -> Select[Any]:
    """One page of somebody's own, one of what they take part in and one of what they are responsible for.

    A single condition with OR would read everybody's documents to find the few of one person.
    """
    places = select(DocumentRow.place.label("place")).where(*_conditions(asked))
    number = func.substr(CaseRow.document, len(COLLECTION) + 2)
    parts = places.join(CaseRow, number == DocumentRow.number).join(
        ParticipantRow, ParticipantRow.case_id == CaseRow.id
    )
    walks = [
        places.where(DocumentRow.requester == sight.person, DocumentRow.requester != ""),
        # Once, however many cases it has had.
        parts.where(
            ParticipantRow.person == sight.person, CaseRow.document.startswith(f"{COLLECTION}/")
        ).distinct(),
    ]
    if sight.organisations:
        organisations = DocumentRow.organisation.in_(sorted(sight.organisations))
        walks.append(places.where(organisations, DocumentRow.version > 0))
    cut = (_cut(walk, page).subquery() for walk in walks)
    return select(union(*(select(walk.c.place) for walk in cut)).subquery().c.place)


def _cut(walk: Select[Any], page: PageRequest) -> Select[Any]:
    before = page.place(int)
    if before is not None:
        walk = walk.where(DocumentRow.place < before[0])
    return walk.order_by(DocumentRow.place.desc()).limit(page.size + 1)


def _conditions(asked: AskDocuments) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.state is not None:
        conditions.append(DocumentRow.state == asked.state.value)
    else:
        conditions.append(DocumentRow.state != DocumentState.DELETED.value)
    if asked.process:
        conditions.append(DocumentRow.process == asked.process)
    if asked.requester:
        conditions.append(DocumentRow.requester == asked.requester)
    if asked.organisation:
        conditions.append(DocumentRow.organisation == asked.organisation)
    if asked.words:
        conditions.append(
            DocumentRow.title.icontains(asked.words, autoescape=True)
            | DocumentRow.number.icontains(asked.words, autoescape=True)
        )
    return conditions


def _changes(document: Document) -> dict[str, Any]:
    """Everything but what never changes."""
    return {
        "form_version": document.form_version,
        "title": document.title,
        "amount_minor": document.amount.minor if document.amount else None,
        "currency": document.amount.currency if document.amount else "",
        "content": written(dict(document.values)),
        "state": document.state.value,
        "version": document.version,
        "revision": document.revision,
        "case_open": document.case_open,
        "edited": document.edited,
        "reason": document.reason,
        "updated_at": document.update_time,
        "submitted_at": document.submit_time,
        "ended_at": document.end_time,
    }


def _document(row: Any) -> Document:
    """From a row of SQLAlchemy's or psycopg's making."""
    return Document(
        number=row.number,
        process=row.process,
        form_version=row.form_version,
        requester=row.requester,
        organisation=row.organisation,
        title=row.title,
        amount=money_of(row.amount_minor, row.currency),
        values=read_values(row.content),
        state=DocumentState(row.state),
        version=row.version,
        revision=row.revision,
        case_open=row.case_open,
        edited=row.edited,
        reason=row.reason,
        create_time=row.created_at,
        update_time=row.updated_at,
        submit_time=row.submitted_at,
        end_time=row.ended_at,
    )
