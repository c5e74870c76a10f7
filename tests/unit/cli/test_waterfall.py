"""A trace as a waterfall."""

from __future__ import annotations

import io
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cli.output import Output
from cli.waterfall import WIDTH, bar, in_order, show_trace
from zhupi.traces.v1.traces_pb2 import Span, Trace


def a_span(id: str, parent: str = "", begin: int = 0, took: int = 10, *, title: str = "") -> Span:
    span = Span(id=id, parent=parent, title=title or id, component="expense")
    span.start_time.FromMilliseconds(1_000_000 + begin)
    span.duration.FromMilliseconds(took)
    return span


def test_a_span_stands_below_the_one_that_caused_it() -> None:
    trace = Trace(spans=[a_span("a"), a_span("c", "b"), a_span("b", "a"), a_span("d", "a")])

    assert [(depth, span.id) for depth, span in in_order(trace)] == [(0, "a"), (1, "b"), (2, "c"), (1, "d")]


def test_a_span_whose_parent_is_missing_is_still_shown() -> None:
    assert [depth for depth, _ in in_order(Trace(spans=[a_span("a", "gone")]))] == [0]


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=20))
def test_a_bar_is_never_empty_and_never_leaves_its_place(times: list[tuple[int, int]]) -> None:
    spans = [a_span(str(n), begin=begin, took=took) for n, (begin, took) in enumerate(times)]
    begin = min(span.start_time.ToNanoseconds() for span in spans)
    end = max(span.start_time.ToNanoseconds() + span.duration.ToNanoseconds() for span in spans)

    for span in spans:
        drawn = bar(span, begin, end)
        assert drawn.strip()
        assert len(drawn) <= WIDTH


def test_the_whole_waterfall_names_every_span() -> None:
    out = Output("zh", console=Console(file=io.StringIO(), width=200))
    spans = [a_span("a", title="SubmitClaim"), a_span("b", "a", 3, 4, title="INSERT claims")]

    show_trace(out, Trace(name="traces/00", spans=spans), statements=True)

    assert isinstance(out.console.file, io.StringIO)
    shown = out.console.file.getvalue()
    lines = [line for line in shown.splitlines() if "Claim" in line or "INSERT" in line]
    assert [line.count("█") > 0 for line in lines] == [True, True]
    assert all(a.index("█") <= b.index("█") for a, b in pairwise(lines))


def test_statements_are_shown_only_when_asked_for() -> None:
    out = Output("zh", console=Console(file=io.StringIO(), width=200))
    statement = a_span("b", "a", title="INSERT claims")
    statement.attributes["db.system"] = "postgresql"

    show_trace(out, Trace(name="traces/00", spans=[a_span("a", title="SubmitClaim"), statement]))

    assert isinstance(out.console.file, io.StringIO)
    assert "SubmitClaim" in out.console.file.getvalue()
    assert "INSERT" not in out.console.file.getvalue()
