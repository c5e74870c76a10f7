"""Imports as messages."""

from __future__ import annotations

from typing import Final

from chassis.postgres.paging import Page
from chassis.rpc.values import text_to_message, time_to_message
from services.customer.domain.import_columns import COLUMNS
from services.customer.domain.import_rows import Outcome
from services.customer.domain.imports import Import, ImportState
from services.customer.use_cases.import_ports import FileRow, Looked
from services.customer.use_cases.imports import ImportRows
from zhupi.common.v1.sheet_pb2 import RowRefusal
from zhupi.customer.v1 import import_pb2 as pb

STATES: Final = {state: pb.CustomerImport.State.Value(f"STATE_{state.name}") for state in ImportState}
OUTCOMES: Final = {outcome: pb.ImportOutcome.Value(f"IMPORT_OUTCOME_{outcome.name}") for outcome in Outcome}
OUTCOMES_BACK: Final = {number: outcome for outcome, number in OUTCOMES.items()}
FIELDS: Final = {key: pb.ImportField.Value(f"IMPORT_FIELD_{key.upper()}") for key in COLUMNS}
FIELDS_BACK: Final = {number: key for key, number in FIELDS.items()}


def import_to_message(one: Import) -> pb.CustomerImport:
    return pb.CustomerImport(
        name=one.name,
        file_name=one.file_name,
        sheet=one.sheet,
        owner=f"people/{one.owner}",
        columns=[
            pb.ImportColumn(
                title=c.title, field=FIELDS.get(c.key, pb.IMPORT_FIELD_UNSPECIFIED), samples=c.samples
            )
            for c in one.columns
        ],
        state=STATES[one.state],
        rows=one.rows,
        done=one.cursor,
        counts=[
            pb.ImportCount(outcome=OUTCOMES[outcome], rows=one.counts[outcome])
            for outcome in Outcome
            if one.counts.get(outcome)
        ],
        etag=one.etag,
        create_time=time_to_message(one.create_time),
        update_time=time_to_message(one.update_time),
    )


def imports_to_message(page: Page[Import]) -> pb.ListImportsResponse:
    return pb.ListImportsResponse(
        imports=map(import_to_message, page.items), next_page_token=page.next_page_token
    )


def rows_to_message(found: ImportRows) -> pb.ListImportRowsResponse:
    one, page = found
    rows = [_row(one, row, looked) for row, looked in page.items]
    return pb.ListImportRowsResponse(rows=rows, next_page_token=page.next_page_token)


def _row(one: Import, row: FileRow, looked: Looked | None) -> pb.ImportRow:
    named = dict(zip(one.keys, row.cells, strict=False)).get("name", "")
    shown = pb.ImportRow(line=row.line, display_name=named[:200])
    if looked is None:
        return shown
    shown.outcome = OUTCOMES[looked.outcome]
    shown.customer = looked.customer and f"customers/{looked.customer}"
    shown.refusals.extend(
        RowRefusal(
            sheet=one.sheet,
            line=row.line,
            column=fault.field,
            rule=fault.rule,
            sentence=text_to_message(fault.text),
        )
        for fault in looked.faults
    )
    return shown
