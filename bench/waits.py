"""Where the wait between a decision and the next open step goes, by the spans that Zhupi itself has kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import psycopg
from psycopg.rows import class_row

from bench.spread import Spread

DECISION: Final = "zhupi.approval.v1.WorkItemService/ApproveWorkItem"
SIGNAL: Final = "send signal"
ACTIVITY: Final = "RunActivity:"
PROTOCOL: Final = "zhupi.approval.v1.CaseProtocolService"
OPENED: Final = (f"{PROTOCOL}/OpenStep", f"{PROTOCOL}/BeginStage")
SERVER: Final = 2

READ: Final = """
SELECT id, parent, title, component, kind, began, took, coalesce(attributes ->> 'zhupi.case', '') AS of_case
FROM spans WHERE began >= %(since)s ORDER BY began
"""


@dataclass(frozen=True, slots=True)
class Span:
    id: str
    parent: str
    title: str
    component: str
    kind: int
    began: datetime
    took: timedelta
    of_case: str = ""

    @property
    def ended(self) -> datetime:
        return self.began + self.took


@dataclass(slots=True)
class Waits:
    """Seconds of each stretch on the way, in order; `between` is all that the workflow does before it opens the step."""

    decided: list[float] = field(default_factory=list)
    signal_picked_up: list[float] = field(default_factory=list)
    signal_taken: list[float] = field(default_factory=list)
    worker_begins: list[float] = field(default_factory=list)
    between: list[float] = field(default_factory=list)
    step_opened: list[float] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[str, Spread]]:
        yield "the decision itself: one transaction", Spread.of(self.decided)
        yield "its signal waits in the outbox", Spread.of(self.signal_picked_up)
        yield "the engine takes the signal", Spread.of(self.signal_taken)
        yield "engine and worker, until the workflow's first call", Spread.of(self.worker_begins)
        yield "the owner's verb, where a stage ends", Spread.of(self.between)
        yield "the step is opened: one call, one transaction", Spread.of(self.step_opened)


async def spans_since(database: str, since: datetime) -> list[Span]:
    async with await psycopg.AsyncConnection.connect(database, row_factory=class_row(Span)) as connection:
        return await (await connection.execute(READ.encode(), {"since": since})).fetchall()


def waits_of(spans: Sequence[Span]) -> Waits:
    """What lies between each decision that opened another step and that step being open."""
    children: defaultdict[str, list[Span]] = defaultdict(list)
    cases: defaultdict[str, list[Span]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: span.began):
        children[span.parent].append(span)
        if span.of_case:
            cases[span.of_case].append(span)
    waits = Waits()
    for of_case in cases.values():
        decisions = [span for span in of_case if span.title == DECISION]
        for decision, following in pairwise(decisions):
            _add(
                waits, decision, [s for s in of_case if decision.began < s.began < following.began], children
            )
    return waits


def _add(waits: Waits, decision: Span, after: Sequence[Span], children: dict[str, list[Span]]) -> None:
    """Nothing where a span of the way is missing: an exporter may have dropped it."""
    signal = _first(children.get(decision.id, ()), SIGNAL)
    begins = _first((span for span in after if signal and span.began >= signal.began), ACTIVITY)
    opened = _first((span for span in after if span.kind == SERVER), OPENED)
    if signal is None or begins is None or opened is None:
        return
    waits.decided.append(decision.took.total_seconds())
    waits.signal_picked_up.append(_between(decision.ended, signal.began))
    waits.signal_taken.append(signal.took.total_seconds())
    waits.worker_begins.append(_between(signal.ended, begins.began))
    waits.between.append(_between(begins.began, opened.began))
    waits.step_opened.append(opened.took.total_seconds())


def _first(spans: Iterable[Span], title: str | tuple[str, ...]) -> Span | None:
    return next((span for span in spans if span.title.startswith(title)), None)


def _between(earlier: datetime, later: datetime) -> float:
    return max(0.0, (later - earlier).total_seconds())


def by_title(spans: Sequence[Span], cases: int, most: int = 30) -> list[tuple[str, float, Spread, float]]:
    """Component and title, how often a case, how long, and milliseconds a case in all; what takes longest first."""
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for span in spans:
        found[span.component, span.title].append(span.took.total_seconds())
    largest = sorted(found.items(), key=lambda item: -sum(item[1]))[:most]
    return [
        (f"{component}: {title}", len(took) / cases, Spread.of(took), 1000 * sum(took) / cases)
        for (component, title), took in largest
    ]
