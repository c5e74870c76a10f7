"""Rows as aggregates and back. Where a value has no column of its own it is JSON, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from chassis.postgres.wire import Columns, json
from kernel.money import Money
from kernel.text import Text
from kernel.timeline import plain
from services.approval.domain.cases.case import Case, CaseOutcome, CaseState, Reopening, Seals
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.planning.elsewhere import StageJump
from services.approval.domain.planning.route import Route, Why
from services.approval.domain.policies.ballot import Mode, Terms
from services.approval.domain.policies.countdown import Countdown
from services.approval.domain.policies.facts import Fact, FactType, FactValue
from services.approval.domain.policies.step_rules import StepRules
from services.approval.domain.steps.states import ItemState
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.work_items import Decision, Question, WorkItem
from services.approval.domain.time.timers import Timers
from services.approval.search_text import search_text

ROUTE: Final = TypeAdapter(Route)
JUMPS: Final = TypeAdapter(list[StageJump])
WHY: Final = TypeAdapter(Why)
DECISION: Final = TypeAdapter(Decision)
SEALS: Final = TypeAdapter(dict[str, Seals])
REOPENING: Final = TypeAdapter(Reopening)
TERMS: Final = TypeAdapter(Terms)
RULES: Final = TypeAdapter(StepRules)
TIMERS: Final = TypeAdapter(Timers)
COUNTDOWN: Final = TypeAdapter(Countdown)
QUESTIONS: Final = TypeAdapter(tuple[Question, ...])

# What `item_of` needs of the table `item`.
ITEM_COLUMNS: Final = """
    item.id AS item_id, item.candidates, item.why, item.post, item.state AS item_state, item.assignee, item.decision,
    item.version AS item_version, item.weight, item.seat, item.parent, item.added_by, item.after, item.removed_by,
    item.owners, item.until, item.answers, item.questions
"""

# What changes of each, by the names of its columns.
CASE_CHANGES: Final = Columns(
    (
        "document_version",
        "title",
        "search",
        "amount_minor",
        "currency",
        "policy",
        "facts",
        "state",
        "outcome",
        "sealed_for",
        "seals",
        "version",
        "closed_at",
    )
)
ITEM_CHANGES: Final = Columns(
    (
        "candidates",
        "state",
        "assignee",
        "decision",
        "version",
        "parent",
        "added_by",
        "after",
        "removed_by",
        "owners",
        "until",
        "questions",
    )
)
STEP_CHANGES: Final = Columns(
    (
        "state",
        "completion",
        "completed_at",
        "timers",
        "urged_at",
        "countdown",
        "due_at",
        "calendar_version",
        "provisional",
    )
)


def case_of(row: Any) -> Case:
    """From a row of `cases`, whether of SQLAlchemy's or psycopg's making."""
    return Case(
        name=CaseName(row.process, row.number, row.n),
        document=row.document,
        document_version=row.document_version,
        requester=row.requester,
        organisation=row.organisation,
        policy=row.policy,
        title=row.title,
        amount=money_of(row.amount_minor, row.currency),
        facts=facts_of(row.facts),
        state=CaseState(row.state),
        outcome=CaseOutcome(row.outcome) if row.outcome else None,
        sealed_for=row.sealed_for,
        seals=SEALS.validate_python(row.seals),
        version=row.version,
        created_at=row.created_at,
        closed_at=row.closed_at,
        reopens=REOPENING.validate_python(row.reopens) if row.reopens else None,
    )


def case_values(case: Case) -> dict[str, Any]:
    """Everything that may change of a case."""
    return {
        "document_version": case.document_version,
        "title": case.title,
        "search": search_text(case.title, case.name.number),
        "amount_minor": case.amount.minor if case.amount else None,
        "currency": case.amount.currency if case.amount else "",
        "policy": case.policy,
        "facts": json(facts_json(case.facts)),
        "state": case.state.value,
        "outcome": case.outcome.value if case.outcome else "",
        "sealed_for": case.sealed_for,
        "seals": json(SEALS.dump_python(dict(case.seals), mode="json")),
        "version": case.version,
        "closed_at": case.closed_at,
    }


def money_of(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money.from_minor(minor, currency)


def item_of(row: Any) -> WorkItem:
    """From a row with `ITEM_COLUMNS`."""
    return WorkItem(
        id=row.item_id,
        candidates=tuple(row.candidates),
        why=WHY.validate_python(row.why),
        post=row.post,
        state=ItemState(row.item_state),
        assignee=row.assignee,
        decision=DECISION.validate_python(row.decision) if row.decision else None,
        version=row.item_version,
        weight=row.weight,
        seat=row.seat,
        parent=row.parent,
        added_by=row.added_by,
        after=tuple(map(UUID, row.after)),
        removed_by=row.removed_by,
        owners=tuple(row.owners),
        until=row.until,
        answers=row.answers,
        questions=QUESTIONS.validate_python(row.questions),
    )


def item_values(item: WorkItem) -> dict[str, Any]:
    """Everything that may change of a work item."""
    return {
        "candidates": json(list(item.candidates)),
        "state": item.state.value,
        "assignee": item.assignee,
        "decision": json(decision_json(item.decision)),
        "version": item.version,
        "parent": item.parent,
        "added_by": item.added_by,
        "after": json(list(map(str, item.after))),
        "removed_by": item.removed_by,
        "owners": json(list(item.owners)),
        "until": item.until,
        "questions": json(QUESTIONS.dump_python(item.questions, mode="json")),
    }


def step_of(row: Any, items: tuple[WorkItem, ...], requester: str) -> Step:
    return Step(
        name=StepName.parse(row.id),
        title=Text(row.title_zh, row.title_en),
        mode=Mode(row.mode),
        requester=requester,
        earlier=tuple(row.earlier),
        previous=tuple(row.previous),
        route_revision=row.route_revision,
        turns=row.turns,
        items=items,
        opened_at=row.opened_at,
        state=StepState(row.state),
        completion=DECISION.validate_python(row.completion) if row.completion else None,
        terms=TERMS.validate_python(row.terms),
        rules=RULES.validate_python(row.rules),
        timers=TIMERS.validate_python(row.timers),
        countdown=COUNTDOWN.validate_python(row.countdown) if row.countdown else None,
        urged_at=row.urged_at,
    )


def step_values(step: Step) -> dict[str, Any]:
    """Everything that may change of a step. While its completion can be taken back it is not complete for good."""
    return {
        "state": step.state.value,
        "completion": json(decision_json(step.completion)),
        "completed_at": step.completion.at if step.completion and step.is_delivered else None,
        "timers": json(TIMERS.dump_python(step.timers, mode="json", exclude_defaults=True)),
        "urged_at": step.urged_at,
        **countdown_values(step.countdown),
    }


def countdown_values(countdown: Countdown | None) -> dict[str, Any]:
    """Whole, and what is looked for in columns of their own."""
    if countdown is None:
        return {"countdown": None, "due_at": None, "calendar_version": None, "provisional": False}
    return {
        "countdown": json(COUNTDOWN.dump_python(countdown, mode="json", exclude_defaults=True)),
        "due_at": countdown.due,
        "calendar_version": countdown.calendar,
        "provisional": countdown.provisional,
    }


def decision_json(decision: Decision | None) -> dict[str, Any] | None:
    return DECISION.dump_python(decision, mode="json") if decision else None


def facts_json(facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {key: {"type": fact.type.value, "value": plain(fact.value)} for key, fact in facts.items()}


def facts_of(stored: Mapping[str, Any]) -> Mapping[str, Fact]:
    return MappingProxyType(
        {key: _fact(FactType(said["type"]), said["value"]) for key, said in stored.items()}
    )


def _fact(type: FactType, value: Any) -> Fact:
    read: FactValue
    match type:
        case FactType.MONEY:
            read = Money(Decimal(value["amount"]), value["currency"])
        case FactType.WHOLE:
            read = int(value)
        case FactType.DATE:
            read = date.fromisoformat(value)
        case FactType.TEXTS | FactType.PEOPLE:
            read = tuple(value)
        case _:
            read = value
    return Fact(type, read)
