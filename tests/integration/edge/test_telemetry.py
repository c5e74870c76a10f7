"""One request is one trace, and nothing in it is personal."""

from __future__ import annotations

import socket

import psycopg
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import text

from chassis.observability import telemetry
from chassis.observability.span_encoding import encoded
from chassis.observability.span_export import ChannelSpanExporter
from chassis.postgres.database import Database
from chassis.rpc.errors import RemoteRefusal
from kernel.errors import NotFound
from tests.builders.edge import Cases, Edge, cases_as_person, cases_as_service, served
from tests.builders.lines import written_lines
from zhupi.approval.v1 import case_pb2

REQUEST = case_pb2.GetCaseRequest(name="cases/expense-claim/EC-2026-000001/1")
METHOD = "zhupi.approval.v1.CaseService/GetCase"


def _by_id(spans: tuple[ReadableSpan, ...]) -> dict[int, ReadableSpan]:
    return {span.context.span_id: span for span in spans}


def _ancestry(span: ReadableSpan, spans: tuple[ReadableSpan, ...]) -> list[tuple[str, SpanKind]]:
    """The span and its parents, outermost first."""
    chain, known = [], _by_id(spans)
    current: ReadableSpan | None = span
    while current is not None:
        chain.append((current.name, current.kind))
        current = known.get(current.parent.span_id) if current.parent else None
    return chain[::-1]


async def test_a_call_through_two_services_and_its_sql_are_one_trace(
    edge: Edge, recorded: InMemorySpanExporter, database_url: str
) -> None:
    database = Database(database_url)

    async def look(_request: object) -> case_pb2.Case:
        async with database.sessions() as session:
            await session.execute(text("SELECT 42"))
        return case_pb2.Case()

    async with (
        served(edge, Cases(look)) as far,
        cases_as_service(edge, far) as far_cases,
        served(edge, Cases(far_cases.GetCase), name="expense") as near,
        cases_as_person(edge, near) as cases,
    ):
        await cases.GetCase(REQUEST)
    await database.close()
    spans = recorded.get_finished_spans()
    statement = next(span for span in spans if dict(span.attributes or {}).get("db.statement") == "SELECT 42")
    assert [entry for entry in _ancestry(statement, spans) if entry[0] == METHOD] == [
        (METHOD, SpanKind.CLIENT),
        (METHOD, SpanKind.SERVER),
        (METHOD, SpanKind.CLIENT),
        (METHOD, SpanKind.SERVER),
    ]
    assert len({span.context.trace_id for span in spans}) == 1


async def test_a_span_says_which_document_and_case_it_is_about(
    edge: Edge, recorded: InMemorySpanExporter
) -> None:
    def answer(_request: object) -> case_pb2.Case:
        return case_pb2.Case(name="cases/expense-claim/EC-2026-000001/2", document="claims/EC-2026-000001")

    async with served(edge, Cases(answer)) as server, cases_as_person(edge, server) as cases:
        await cases.GetCase(case_pb2.GetCaseRequest(name="claims/EC-2026-000001"))
        await cases.GetCase(case_pb2.GetCaseRequest(name="李华 said/13912345678"))
    first, second = (
        dict(s.attributes or {}) for s in recorded.get_finished_spans() if s.kind is SpanKind.SERVER
    )
    for attributes in (first, second):
        assert attributes[telemetry.DOCUMENT] == "claims/EC-2026-000001"
        assert attributes[telemetry.CASE] == "cases/expense-claim/EC-2026-000001/2"


async def test_the_line_of_a_call_leads_to_its_trace_its_caller_and_its_document(
    edge: Edge, recorded: InMemorySpanExporter
) -> None:
    with written_lines("approval") as lines:
        async with served(edge, Cases()) as server, cases_as_person(edge, server) as cases:
            await cases.GetCase(REQUEST)
    line = next(line for line in lines.all() if line["event"] == "served")
    server_span = next(s for s in recorded.get_finished_spans() if s.kind is SpanKind.SERVER)
    assert line["trace"] == f"{server_span.context.trace_id:032x}"
    assert (line["actor"], line["case"], line["code"]) == ("people/lihua", REQUEST.name, "OK")


async def test_a_trace_goes_on_through_a_rows_headers(recorded: InMemorySpanExporter) -> None:
    with telemetry.step("submit"):
        row, trace = telemetry.headers(), telemetry.trace_id()
    assert telemetry.headers() == {}
    assert telemetry.trace_id() == ""
    with telemetry.continued(row, "send ClaimSubmitted", SpanKind.PRODUCER):
        assert telemetry.trace_id() == trace
    sent = recorded.get_finished_spans()[-1]
    assert [name for name, _ in _ancestry(sent, recorded.get_finished_spans())] == [
        "submit",
        "send ClaimSubmitted",
    ]


async def test_a_statement_outside_any_request_begins_no_trace(
    recorded: InMemorySpanExporter, database_url: str
) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        await connection.execute("SELECT 1")
    assert recorded.get_finished_spans() == ()


async def test_a_refusal_is_an_answer_and_an_incident_is_a_fault(
    edge: Edge, recorded: InMemorySpanExporter
) -> None:
    for error, fault in ((NotFound(name="x"), False), (RuntimeError("李华 has lost 13912345678"), True)):
        recorded.clear()

        def fail(_request: object, error: Exception = error) -> None:
            raise error

        async with served(edge, Cases(fail)) as server, cases_as_person(edge, server) as cases:
            with pytest.raises(RemoteRefusal):
                await cases.GetCase(REQUEST)
        span = next(s for s in recorded.get_finished_spans() if s.kind is SpanKind.SERVER)
        assert (span.status.status_code is StatusCode.ERROR) is fault
        assert "李华" not in span.to_json() + "".join(s.to_json() for s in recorded.get_finished_spans())


async def test_what_a_database_says_of_a_row_does_not_leave_the_process(
    recorded: InMemorySpanExporter, database_url: str
) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        with telemetry.step("write"):
            await connection.execute("CREATE TABLE people (name text PRIMARY KEY)")
            await connection.execute("INSERT INTO people VALUES (%s)", ("李华",))
            with pytest.raises(psycopg.errors.UniqueViolation):
                await connection.execute("INSERT INTO people VALUES (%s)", ("李华",))
    spans = recorded.get_finished_spans()
    assert any("李华" in span.to_json(indent=None) or span.events for span in spans)
    assert "李华".encode() not in encoded(spans).SerializeToString()


def test_a_receiver_that_is_not_there_costs_spans_and_nothing_else(
    edge: Edge, recorded: InMemorySpanExporter
) -> None:
    with socket.socket() as taken:  # bound, not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        exporter = ChannelSpanExporter(f"127.0.0.1:{taken.getsockname()[1]}", None)
        with telemetry.step("work"):
            pass
        assert exporter.export(recorded.get_finished_spans()) is SpanExportResult.FAILURE
        exporter.shutdown()
