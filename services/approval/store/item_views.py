"""Work items as they are shown: a row of three tables."""

from __future__ import annotations

from typing import Any, Final

from kernel.text import Text
from services.approval.domain.cases.names import StepName
from services.approval.store.rows import ITEM_COLUMNS, item_of, money_of
from services.approval.use_cases.views import ItemView, Listed

# What `item_view` needs of the tables `item`, `steps` and `cases`.
COLUMNS: Final = f"""{ITEM_COLUMNS},
    item.step_id, item.created_at, steps.title_zh, steps.title_en, cases.document,
    cases.document_version, cases.title, cases.amount_minor, cases.currency, cases.requester, cases.organisation,
    cases.policy, steps.due_at, steps.provisional, (steps.timers -> 'due' ->> 'deliver')::timestamptz AS held_until
"""
JOINED: Final = """
    work_items AS item JOIN steps ON steps.id = item.step_id JOIN cases ON cases.id = item.case_id
"""


def item_view(row: Any, listed: Listed | None = None) -> ItemView:
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
        due_at=row.due_at,
        due_is_provisional=row.provisional,
        held_until=row.held_until,
        listed=listed,
    )
