"""A document, its route and its timeline as the page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import Message

from portal.document.loading import Loaded
from portal.shown import dates
from portal.shown.dates import Moment
from portal.shown.fields import Entry, entries
from portal.shown.money import money
from portal.shown.reader import Reader
from portal.shown.states import State, state
from portal.words.catalogue import word
from reading.names import bare
from zhupi.approval.v1.case_pb2 import Case
from zhupi.approval.v1.route_pb2 import RouteStep
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.common.v1.timeline_pb2 import TimelineEntry

# Said in the head, or of no interest to whoever reads.
IN_HEAD: Final = frozenset(
    {"name", "title", "state", "etag", "version", "total", "amount", "process_title", "form"}
)
AMOUNTS: Final = ("amount", "total", "planned", "cost")
OPEN: Final = (
    WorkItem.STATE_OFFERED,
    WorkItem.STATE_ALLOCATED,
    WorkItem.STATE_STARTED,
    WorkItem.STATE_SUSPENDED,
)


@dataclass(frozen=True, slots=True)
class Head:
    number: str
    title: str
    kind: str
    requester: str
    state: State | None
    amount: str
    version: int
    submitted: Moment | None


@dataclass(frozen=True, slots=True)
class Voice:
    """What one person has said, or is asked to say. `late`: it is overdue."""

    who: str
    decision: State | None
    comment: str
    moment: Moment | None


@dataclass(frozen=True, slots=True)
class Step:
    """`standing` is done, now, todo or skipped."""

    title: str
    standing: str
    mode: str
    voices: tuple[Voice, ...]
    awaited: str
    why: str


@dataclass(frozen=True, slots=True)
class Stage:
    title: str
    policy: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    who: str
    sentence: str
    time: str
    override: bool


def head(loaded: Loaded, reader: Reader) -> Head:
    document: Any = loaded.document
    fields = loaded.document.DESCRIPTOR.fields_by_name
    case = loaded.case
    amount = next((getattr(document, name) for name in AMOUNTS if name in fields), None)
    shown = money(case.amount) if case is not None and case.HasField("amount") else ""
    return Head(
        number=bare(document.name),
        title=(case.title if case is not None else "")
        or getattr(document, "title", "")
        or bare(document.name),
        kind=reader.text(case.process_title) if case is not None else "",
        requester=(case.requester_title or reader.name(case.requester)) if case is not None else "",
        state=state(loaded.document, "state", reader) if "state" in fields else None,
        amount=shown or (money(amount) if amount is not None and _is_money(amount) else ""),
        version=getattr(document, "version", 0) if isinstance(getattr(document, "version", 0), int) else 0,
        submitted=dates.ago(case.create_time, reader) if case is not None else None,
    )


def _is_money(message: object) -> bool:
    return isinstance(message, Message) and message.DESCRIPTOR.full_name == "google.type.Money"


def form(document: Message, reader: Reader) -> list[Entry]:
    """What the document says, beside its head."""
    return list(entries(document, reader, without=IN_HEAD))


def stages(case: Case | None, reader: Reader) -> list[Stage]:
    """The route, stage by stage, with what was said in each step."""
    if case is None:
        return []
    return [
        Stage(
            reader.text(route.stage_title) or route.stage,
            bare(route.policy),
            tuple(_step(step, _said(case.work_items, route.stage, step.key), reader) for step in route.steps),
        )
        for route in case.routes
    ]


def _said(items: Iterable[WorkItem], stage: str, step: str) -> list[WorkItem]:
    """The work items of a step's latest visit."""
    of_step = [
        item
        for item in items
        if (item.stage, item.step) == (stage, step) and item.kind != WorkItem.KIND_ANSWER
    ]
    latest = max((item.visit for item in of_step), default=0)
    return [item for item in of_step if item.visit == latest]


def _step(step: RouteStep, items: Sequence[WorkItem], reader: Reader) -> Step:
    decided = [item for item in items if item.state == WorkItem.STATE_DONE]
    waiting = [item for item in items if item.state in OPEN]
    standing = "skipped" if step.skipped else "now" if waiting else "done" if decided else "todo"
    reasons = (step.override, step.why, *(approver.why for approver in step.approvers))
    why = dict.fromkeys(filter(None, (reader.text(reason) for reason in reasons)))
    return Step(
        title=reader.text(step.title) or step.key,
        standing=standing,
        mode="" if len(step.approvers) < 2 else state(step, "mode", reader).text,
        voices=(*(_voice(item, reader) for item in decided), *(_awaited(item, reader) for item in waiting)),
        awaited="" if items else _approvers(step, reader),
        why=" · ".join(why),
    )


def _voice(item: WorkItem, reader: Reader) -> Voice:
    who = reader.name(item.decider)
    if item.on_behalf_of and item.on_behalf_of != item.decider:
        who = reader.text(word("document.in_place").format(who=who, whom=reader.name(item.on_behalf_of)))
    return Voice(who, state(item, "decision", reader), item.comment, dates.ago(item.decide_time, reader))


def _awaited(item: WorkItem, reader: Reader) -> Voice:
    people = [item.assignee] if item.assignee else list(item.candidates)
    return Voice("、".join(map(reader.name, people)), None, "", dates.due(item.due_time, reader))


def _approvers(step: RouteStep, reader: Reader) -> str:
    named = (
        _pool(list(approver.candidate_titles), reader.text(approver.post_title))
        for approver in step.approvers
    )
    expected = [title for later in step.deferred for title in later.expected_titles]
    return "、".join(dict.fromkeys([*named, *expected]))


def _pool(titles: list[str], post: str) -> str:
    return post if post and len(titles) > 2 else " / ".join(titles)


def happenings(timeline: Iterable[TimelineEntry], reader: Reader) -> list[Happening]:
    """Latest first."""
    told = [
        Happening(
            reader.name(entry.actor),
            reader.text(entry.sentence) or entry.kind,
            dates.exact(entry.time),
            entry.override,
        )
        for entry in timeline
    ]
    return told[::-1]


def beforehand(case: Case | None, item: str, reader: Reader) -> Voice | None:
    """Who has decided a work item, where somebody has: what to say to whoever came second."""
    for one in case.work_items if case is not None else ():
        if one.name == item and one.state == WorkItem.STATE_DONE:
            return _voice(one, reader)
    return None
