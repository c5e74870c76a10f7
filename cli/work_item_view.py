"""Work items in tables, and what a case waits for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cli.output import Output
from kernel.text import Text
from reading.cells import moment, of_message
from zhupi.approval.v1.case_pb2 import Case, Effect
from zhupi.approval.v1.work_item_pb2 import WorkItem

INBOX: Final = (
    "document", "title", "amount", "requester_title", "organisation_title", "step_title", "state", "create_time", "due_time",
    "in_place_of_title",
)  # fmt: skip
UPCOMING: Final = (
    "case.document", "case.title", "case.amount", "case.requester_title", "step", "step_title", "sure", "may_decide", "since_time",
    "decided.decision",
)  # fmt: skip
DONE: Final = (
    "document",
    "title",
    "amount",
    "requester_title",
    "step_title",
    "decision",
    "comment",
    "decide_time",
)
OF_CASE: Final = (
    "step_title",
    "visit",
    "state",
    "assignee",
    "candidates",
    "due_time",
    "decision",
    "decider",
    "comment",
    "why",
)
WHOLE: Final = (
    "name", "document", "case", "title", "amount", "requester_title", "organisation_title", "step_title", "state", "assignee",
    "delegated_by", "candidates", "added_by", "why", "decision", "decider", "on_behalf_of", "comment", "suspended_until", "create_time", "due_time", "due_time_provisional",
    "decide_time", "undo_expire_time", "document_version",
)  # fmt: skip
EFFECTS: Final = ("key", "state", "reason", "update_time", "next_attempt_time")
OPEN: Final = frozenset(
    {WorkItem.STATE_OFFERED, WorkItem.STATE_ALLOCATED, WorkItem.STATE_STARTED, WorkItem.STATE_SUSPENDED}
)
TROUBLED: Final = frozenset({Effect.STATE_WAITING, Effect.STATE_REFUSED, Effect.STATE_RUNNING})


QUESTIONS: Final = ("asker_title", "question", "person_title", "answer", "ask_time", "answer_time")
HELD: Final = Text(
    "\n“{step}”已有决定，{until} 生效，此前可撤销",
    "\n{step} is decided; it takes effect at {until} and may be undone before",
)


def show_item(out: Output, item: WorkItem) -> None:
    """A work item with what was asked about it."""
    out.details(item, WHOLE)
    if item.questions and not out.as_json:
        out.table(item.questions, QUESTIONS, kind=WorkItem.Question)


def questions_of(items: Iterable[WorkItem]) -> list[WorkItem.Question]:
    """What was asked, each once: it stands with the item for which it was asked and with that of whoever is asked."""
    found = {question.work_item: question for item in items for question in item.questions}
    return sorted(found.values(), key=lambda question: question.ask_time.ToNanoseconds())


def to_decide(items: Iterable[WorkItem]) -> list[WorkItem]:
    """Without questions, which have a table of their own; what is over is not due any more."""
    shown = []
    for item in items:
        if item.kind == WorkItem.KIND_ANSWER:
            continue
        if item.state not in OPEN:
            over = WorkItem()
            over.CopyFrom(item)
            over.ClearField("due_time")
            item = over
        shown.append(item)
    return shown


def open_items(case: Case) -> list[WorkItem]:
    return [item for item in case.work_items if item.state in OPEN]


def waiting(out: Output, case: Case) -> None:
    """Whom the case waits for, and which outside call."""
    items: Sequence[WorkItem] = to_decide(open_items(case))
    if items:
        out.say("\n正在等待：", "\nWaits for:")
        out.table(items, OF_CASE[:6], kind=WorkItem)
    if not items:
        held(out, case)
    effects = [effect for effect in case.effects if effect.state in TROUBLED]
    if effects:
        out.say("\n外部系统：", "\nOutside systems:")
        out.table(effects, EFFECTS, kind=Effect)


def held(out: Output, case: Case) -> None:
    """What was decided and does not count yet: until then nobody is asked."""
    steps = {item.step: item for item in case.work_items if item.undo_expire_time.seconds}
    for item in steps.values():
        said = HELD.format(
            step=of_message(item.step_title, out.language), until=moment(item.undo_expire_time)
        )
        out.say(said.zh, said.en)
