"""Work items as they are shown: a row of three tables."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from sqlalchemy import Row, Select, select

from kernel.text import Text
from services.approval.domain.names import StepName
from services.approval.store.rows import item_of, money_of
from services.approval.store.tables import CaseRow, StepRow, WorkItemRow
from services.approval.use_cases.views import ItemView

ItemViewRow: TypeAlias = Row[Any]

_ITEM_VIEWS: Final[Select[*tuple[Any, ...]]] = (
    select(
        WorkItemRow.id.label("item_id"),
        WorkItemRow.step_id,
        WorkItemRow.candidates,
        WorkItemRow.why,
        WorkItemRow.post,
        WorkItemRow.state.label("item_state"),
        WorkItemRow.assignee,
        WorkItemRow.decision,
        WorkItemRow.version.label("item_version"),
        WorkItemRow.created_at,
        StepRow.title_zh,
        StepRow.title_en,
        CaseRow.document,
        CaseRow.document_version,
        CaseRow.title,
        CaseRow.amount_minor,
        CaseRow.currency,
        CaseRow.requester,
        CaseRow.organisation,
        CaseRow.policy,
    )
    .join(StepRow, StepRow.id == WorkItemRow.step_id)
    .join(CaseRow, CaseRow.id == WorkItemRow.case_id)
)


def select_item_views() -> Select[*tuple[Any, ...]]:
    """Work items with what `item_view` needs; to be narrowed, ordered and cut by the caller."""
    return _ITEM_VIEWS


def item_view(row: ItemViewRow) -> ItemView:
    return ItemView(
        item=item_of(row),
        step=StepName.parse(row.step_id),
        step_title=Text(row.title_zh, row.title_en),
        created_at=row.created_at,
        document=row.document,
        document_version=row.document_version,
        title=row.title,
        amount=money_of(row.amount_minor, row.currency),
        requester=row.requester,
        organisation=row.organisation,
        policy=row.policy,
    )
