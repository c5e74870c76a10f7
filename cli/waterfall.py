"""A trace as a waterfall: each span below the one that caused it, with a bar where in time it was."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from rich.text import Text as Styled

from cli.output import Output, grid
from reading.labels import field_at, field_label
from zhupi.traces.v1.traces_pb2 import Span, Trace

COLUMNS: Final = ("title", "component", "start_time", "duration")
WIDTH: Final = 40
NANOS_OF_MS: Final = 1_000_000
# The attribute that marks a span as one of the database.
STATEMENT: Final = "db.system"


def show_trace(out: Output, trace: Trace, *, statements: bool = False) -> None:
    """`statements`: those to the database, too."""
    table = grid(trace.name)
    for column in COLUMNS:
        label = field_label(field_at(Span.DESCRIPTOR, column), out.language)
        table.add_column(
            label, justify="left" if column in ("title", "component") else "right", overflow="fold"
        )
    table.add_column("", min_width=WIDTH, no_wrap=True)
    spans = [
        (depth, span) for depth, span in in_order(trace) if statements or STATEMENT not in span.attributes
    ]
    begin = min((span.start_time.ToNanoseconds() for _, span in spans), default=0)
    end = max((ended(span) for _, span in spans), default=0)
    for depth, span in spans:
        style = "red" if span.failed else ""
        table.add_row(
            Styled("  " * depth + span.title, style=style),
            span.component,
            milliseconds(span.start_time.ToNanoseconds() - begin),
            milliseconds(span.duration.ToNanoseconds()),
            Styled(bar(span, begin, end), style=style or "cyan"),
        )
    out.console.print(table)


def in_order(trace: Trace) -> list[tuple[int, Span]]:
    """Spans with their depth, each after its parent; one whose parent is missing stands at the left."""
    known = {span.id for span in trace.spans}
    below: defaultdict[str, list[Span]] = defaultdict(list)
    for span in trace.spans:
        below[span.parent if span.parent in known else ""].append(span)
    found: list[tuple[int, Span]] = []
    # A stack, not recursion: how deep a trace goes is not ours to limit.
    waiting = [(0, span) for span in reversed(below[""])]
    while waiting:
        depth, span = waiting.pop()
        found.append((depth, span))
        waiting += [(depth + 1, child) for child in reversed(below.pop(span.id, []))]
    return found


def ended(span: Span) -> int:
    return span.start_time.ToNanoseconds() + span.duration.ToNanoseconds()


def milliseconds(nanoseconds: int) -> str:
    return f"{nanoseconds / NANOS_OF_MS:,.1f} ms"


def bar(span: Span, begin: int, end: int) -> str:
    """Where in the whole the span was: at least one mark, however short it was."""
    whole = max(end - begin, 1)
    left = min((span.start_time.ToNanoseconds() - begin) * WIDTH // whole, WIDTH - 1)
    right = max((ended(span) - begin) * WIDTH // whole, left + 1)
    return " " * left + "█" * (right - left)
