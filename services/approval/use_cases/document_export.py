"""Documents of one process as a workbook: a row for each, a column for each field of the form."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from chassis.files.sheets import SheetFormat, write_sheets
from kernel.actor import Actor
from kernel.clock import SHANGHAI, Clock, local_date
from kernel.errors import FailedPrecondition
from kernel.sheets import Sheet
from kernel.text import Text
from services.approval.domain.documents.document import WORDS, Document
from services.approval.domain.forms.form import FieldType, Form, FormField
from services.approval.domain.forms.json_text import Json, written
from services.approval.domain.people.directory import AsOf
from services.approval.use_cases.ports.forms import AskDocuments
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.sight import sight_of

MOST: Final = 10_000
LONGEST_CELL: Final = 30_000  # what a workbook can hold
OWN: Final = (
    Text("单号", "Number"),
    Text("标题", "Title"),
    Text("申请人", "Requester"),
    Text("部门", "Organisation"),
    Text("状态", "State"),
    Text("提交时间", "Submitted"),
    Text("结束时间", "Ended"),
)
YES, NO = Text("是", "yes"), Text("否", "no")


class TooMuchToExport(FailedPrecondition):
    zh = "超过 {most} 张单据，请缩小范围"
    en = "There are more than {most} documents; narrow it"


async def export_documents(
    asked: AskDocuments, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> bytes:
    """What the caller sees of the process in its list, newest first. Raises NotFound, TooMuchToExport."""
    async with uow:
        form = (await uow.forms.view(asked.process, None)).form
        today = (await uow.directories.current()).as_of(local_date(clock.now()))
        documents = await uow.documents.newest(asked, await sight_of(actor, uow, clock), MOST + 1)
    if len(documents) > MOST:
        raise TooMuchToExport(most=MOST)
    return await asyncio.to_thread(_workbook, form, documents, today)


def _workbook(form: Form, documents: Sequence[Document], today: AsOf) -> bytes:
    columns = [one for one in form.fields if one.type is not FieldType.GROUP and "[]" not in one.path]
    heading = [f"{title.zh} {title.en}" for title in (*OWN, *(column.title for column in columns))]
    rows = [list(_cells(form, columns, document, today)) for document in documents]
    return write_sheets([Sheet(form.process[:31], [heading, *rows])], SheetFormat.XLSX)


def _cells(form: Form, columns: Sequence[FormField], document: Document, today: AsOf) -> Iterator[str]:
    organisation = today.organisation(document.organisation)
    yield document.number
    yield document.title
    yield _person(document.requester, today)
    yield organisation.title.zh if organisation else document.organisation
    yield WORDS[document.state].zh
    yield _moment(document.submit_time)
    yield _moment(document.end_time)
    for column in columns:
        yield shown(form, column, form.value_at(document.values, column.path), today)[:LONGEST_CELL]


def shown(form: Form, field: FormField, value: Json, today: AsOf) -> str:
    """One value as people read it: choices and people by their names, rows in words."""
    match field.type, value:
        case _, None:
            return ""
        case _, bool(flag):
            return (YES if flag else NO).zh
        case ((FieldType.PERSON | FieldType.PEOPLE), str(name)):
            return _person(name.partition("/")[2], today)
        case FieldType.ORGANISATION, str(name):
            found = today.organisation(name.partition("/")[2])
            return found.title.zh if found else name
        case _, str(text):
            return next((choice.title.zh for choice in field.choices if choice.value == text), text)
        case FieldType.TABLE, list(rows):
            return "\n".join(_row(form, field, row, today) for row in rows)
        case _, list(items):
            return "、".join(shown(form, field, item, today) for item in items)
    return written(value)


def _row(form: Form, table: FormField, row: Json, today: AsOf) -> str:
    below = f"{table.path}[]."
    columns = [one for one in form.fields if one.path.startswith(below) and one.type is not FieldType.GROUP]
    cells = (
        (one, form.value_at(row, one.path.removeprefix(below)) if isinstance(row, dict) else None)
        for one in columns
    )
    return "，".join(
        f"{one.title.zh} {shown(form, one, value, today)}" for one, value in cells if value is not None
    )


def _person(id: str, today: AsOf) -> str:
    found = today.person(id)
    return f"{found.name} ({id})" if found else id


def _moment(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if at else ""
