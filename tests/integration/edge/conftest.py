"""One installation's keys for the session: making them is slow, nothing changes them. Spans, recorded in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis.observability import tracing
from tests.builders.edge import Edge


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    home: Path = tmp_path_factory.mktemp("home")
    return Edge(home)


class Recorder(InMemorySpanExporter):
    """Keeps spans while a test looks at them, not those of all the others."""

    looking = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return super().export(spans) if self.looking else SpanExportResult.SUCCESS


@pytest.fixture(scope="session")
def _recorder(edge: Edge) -> Iterator[Recorder]:
    """Tracing can be set up once in a process."""
    recorder = Recorder()
    started = tracing.start(edge.settings("approval"), "approval", SimpleSpanProcessor(recorder))
    yield recorder
    PsycopgInstrumentor().uninstrument()
    started.stop()


@pytest.fixture
def recorded(_recorder: Recorder) -> Iterator[Recorder]:
    """Every span that ends in this test, in the order of their ends."""
    _recorder.looking = True
    yield _recorder
    _recorder.looking = False
    _recorder.clear()
