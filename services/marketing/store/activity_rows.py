"""Activities and their changes as rows and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from chassis.postgres.wire import json
from kernel.money import Money
from services.marketing.domain.activity import Activity, FormerTerms
from services.marketing.domain.change import Change
from services.marketing.domain.change_life import ChangeState
from services.marketing.domain.closure import Closure, Cost
from services.marketing.domain.life import ActivityState
from services.marketing.domain.terms import BudgetLine, Product, PromoItem, Terms


def activity_of(row: Any, lines: Iterable[Any]) -> Activity:
    """From rows of SQLAlchemy's or psycopg's making; `lines` in the order of their positions."""
    lines = tuple(lines)
    return Activity(
        number=row.number,
        requester=row.requester,
        organisation=row.organisation,
        terms=_terms_of_row(row, lines),
        attachments=tuple(row.attachments),
        state=ActivityState(row.state),
        version=row.version,
        revision=row.revision,
        case_open=row.case_open,
        edited=row.edited,
        lines_given=row.lines_given,
        reason=row.reason,
        closure=_closure_of(row.closure, _costs(lines, "actual_minor", row.currency)),
        claimable=_costs(lines, "claimable_minor", row.currency),
        claimable_until=row.claimable_until,
        overdue_date=row.overdue_on,
        ended_early=row.ended_early,
        open_change=row.open_change,
        closer=row.closer,
        history=tuple(map(_former_of, row.history)),
        create_time=row.created_at,
        update_time=row.updated_at,
        submit_time=row.submitted_at,
        start_time=row.started_at,
        end_time=row.ended_at,
        closure_submit_time=row.closure_submitted_at,
        settle_time=row.settled_at,
        close_time=row.closed_at,
    )


def fixed_columns(activity: Activity) -> dict[str, Any]:
    """What is said once, when an activity is made."""
    return {
        "number": activity.number,
        "requester": activity.requester,
        "organisation": activity.organisation,
        "created_at": activity.create_time,
    }


def activity_columns(activity: Activity) -> dict[str, Any]:
    """Everything but the lines and what never changes."""
    terms = activity.terms
    return {
        "title": terms.title,
        "activity_class": terms.activity_class,
        "customers": list(terms.customers),
        "products": [product.code for product in terms.products],
        "start_date": terms.start_date,
        "end_date": terms.end_date,
        "last_day": activity.last_day,
        "terms": json(_rest_of(terms)),
        "attachments": list(activity.attachments),
        "currency": activity.total.currency,
        "total_minor": activity.total.minor,
        "state": activity.state.value,
        "version": activity.version,
        "revision": activity.revision,
        "case_open": activity.case_open,
        "edited": activity.edited,
        "lines_given": activity.lines_given,
        "reason": activity.reason,
        "closure": json(_closure_document(activity.closure)),
        "claimable_until": activity.claimable_until,
        "overdue_on": activity.overdue_date,
        "ended_early": activity.ended_early,
        "open_change": activity.open_change,
        "closer": activity.closer,
        "history": json(list(map(_former_document, activity.history))),
        "updated_at": activity.update_time,
        "submitted_at": activity.submit_time,
        "started_at": activity.start_time,
        "ended_at": activity.end_time,
        "closure_submitted_at": activity.closure_submit_time,
        "settled_at": activity.settle_time,
        "closed_at": activity.close_time,
    }


def line_columns(activity: Activity) -> list[dict[str, Any]]:
    actual = {cost.line: cost.amount.minor for cost in (activity.closure or Closure()).costs}
    claimable = {cost.line: cost.amount.minor for cost in activity.claimable}
    return [
        {
            "activity": activity.number,
            "id": line.id,
            "position": position,
            "expense_type": line.expense_type,
            "month": line.month,
            "amount_minor": line.amount.minor,
            "note": line.note,
            "actual_minor": actual.get(line.id),
            "claimable_minor": claimable.get(line.id),
        }
        for position, line in enumerate(activity.terms.lines)
    ]


def change_of(row: Any) -> Change:
    return Change(
        number=row.number,
        activity=row.activity,
        requester=row.requester,
        organisation=row.organisation,
        terms=terms_of(row.terms),
        before=terms_of(row.before),
        purpose=row.purpose,
        attachments=tuple(row.attachments),
        state=ChangeState(row.state),
        version=row.version,
        revision=row.revision,
        case_open=row.case_open,
        edited=row.edited,
        reason=row.reason,
        create_time=row.created_at,
        update_time=row.updated_at,
        submit_time=row.submitted_at,
        apply_time=row.applied_at,
    )


def change_columns(change: Change) -> dict[str, Any]:
    """Everything but what never changes."""
    return {
        "terms": json(terms_document(change.terms)),
        "before": json(terms_document(change.before)),
        "purpose": change.purpose,
        "attachments": list(change.attachments),
        "state": change.state.value,
        "version": change.version,
        "revision": change.revision,
        "case_open": change.case_open,
        "edited": change.edited,
        "reason": change.reason,
        "updated_at": change.update_time,
        "submitted_at": change.submit_time,
        "applied_at": change.apply_time,
    }


def terms_document(terms: Terms) -> dict[str, Any]:
    """The whole of them."""
    return {
        **_rest_of(terms),
        "title": terms.title,
        "activity_class": terms.activity_class,
        "customers": list(terms.customers),
        "start_date": terms.start_date.isoformat() if terms.start_date else None,
        "end_date": terms.end_date.isoformat() if terms.end_date else None,
        "lines": [
            {
                "id": line.id,
                "expense_type": line.expense_type,
                "month": line.month,
                "amount": [line.amount.minor, line.amount.currency],
                "note": line.note,
            }
            for line in terms.lines
        ],
    }


def terms_of(document: dict[str, Any]) -> Terms:
    start, end = document["start_date"], document["end_date"]
    return Terms(
        title=document["title"],
        activity_class=document["activity_class"],
        customers=tuple(document["customers"]),
        start_date=date.fromisoformat(start) if start else None,
        end_date=date.fromisoformat(end) if end else None,
        lines=tuple(
            BudgetLine(**line | {"amount": Money.from_minor(*line["amount"])}) for line in document["lines"]
        ),
        **_rest_from(document),
    )


def _terms_of_row(row: Any, lines: Iterable[Any]) -> Terms:
    return Terms(
        title=row.title,
        activity_class=row.activity_class,
        customers=tuple(row.customers),
        start_date=row.start_date,
        end_date=row.end_date,
        lines=tuple(
            BudgetLine(
                id=line.id,
                expense_type=line.expense_type,
                month=line.month,
                amount=Money.from_minor(line.amount_minor, row.currency),
                note=line.note,
            )
            for line in lines
        ),
        **_rest_from(row.terms),
    )


def _rest_of(terms: Terms) -> dict[str, Any]:
    """What of the terms stands in no column of its own. Of products the names do not."""
    return {
        "products": [{"code": product.code, "name": product.name} for product in terms.products],
        "city": terms.city,
        "address": terms.address,
        "expected_result": terms.expected_result,
        "promo_items": [
            {"name": item.name, "quantity": item.quantity, "unit": item.unit} for item in terms.promo_items
        ],
    }


def _rest_from(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "products": tuple(Product(**product) for product in document["products"]),
        "city": document["city"],
        "address": document["address"],
        "expected_result": document["expected_result"],
        "promo_items": tuple(PromoItem(**item) for item in document["promo_items"]),
    }


def _costs(lines: Iterable[Any], column: str, currency: str) -> tuple[Cost, ...]:
    amounts = ((line.id, getattr(line, column)) for line in lines)
    return tuple(Cost(id_, Money.from_minor(minor, currency)) for id_, minor in amounts if minor is not None)


def _closure_document(closure: Closure | None) -> dict[str, Any] | None:
    """But for the costs, which stand with the lines."""
    if closure is None:
        return None
    return {
        "attendance": closure.attendance,
        "sales": closure.sales and [closure.sales.minor, closure.sales.currency],
        "result": closure.result,
        "evidence": list(closure.evidence),
    }


def _closure_of(document: dict[str, Any] | None, costs: tuple[Cost, ...]) -> Closure | None:
    if document is None:
        return None
    sales = document["sales"]
    return Closure(
        costs=costs,
        attendance=document["attendance"],
        sales=Money.from_minor(*sales) if sales else None,
        result=document["result"],
        evidence=tuple(document["evidence"]),
    )


def _former_document(former: FormerTerms) -> dict[str, Any]:
    return {
        "version": former.version,
        "terms": terms_document(former.terms),
        "change": former.change,
        "at": former.change_time.isoformat(),
    }


def _former_of(document: dict[str, Any]) -> FormerTerms:
    return FormerTerms(
        document["version"],
        terms_of(document["terms"]),
        document["change"],
        datetime.fromisoformat(document["at"]),
    )
