"""Steps and their work items in the database, and in whose lists the items stand. Their case is locked already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.ids import uuid7
from services.approval.domain.names import CaseName, StepName
from services.approval.domain.steps import Step
from services.approval.domain.work_items import Decision, WorkItem
from services.approval.store.rows import WHY, item_of, item_values, step_of, step_values
from services.approval.store.tables import (
    AS_STORED,
    CandidateRow,
    CaseRow,
    DecisionRow,
    StepRow,
    StepTimerRow,
    WorkItemRow,
)
from services.approval.use_cases.queries import Box

NOT_SYNCHRONIZED: dict[str, Any] = {"synchronize_session": False}


class Steps:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, name: StepName) -> Step | None:
        found = await self._locked(StepRow.id == str(name))
        return found[0] if found else None

    async def of_item(self, item: UUID) -> Step:
        of_item = select(WorkItemRow.step_id).where(WorkItemRow.id == item).scalar_subquery()
        found = await self._locked(StepRow.id == of_item)
        if not found:
            raise NotFound(name=f"workItems/{item}")
        return found[0]

    async def open_steps(self, case: CaseName) -> tuple[Step, ...]:
        return await self._locked((StepRow.case_id == str(case)) & (StepRow.state == "open"))

    async def _locked(self, which: ColumnElement[bool]) -> tuple[Step, ...]:
        rows = (
            select(StepRow, CaseRow.requester, WorkItemRow)
            .join(CaseRow, CaseRow.id == StepRow.case_id)
            .outerjoin(WorkItemRow, WorkItemRow.step_id == StepRow.id)
            .where(which)
            .order_by(StepRow.opened_at, StepRow.id, WorkItemRow.position)
        )
        steps: dict[str, tuple[StepRow, str]] = {}
        items: defaultdict[str, list[WorkItem]] = defaultdict(list)
        for step, requester, item in await self._session.execute(rows, execution_options=AS_STORED):
            steps[step.id] = step, requester
            if item is not None:
                items[step.id].append(item_of(item))
        return tuple(step_of(step, tuple(items[id]), requester) for id, (step, requester) in steps.items())

    async def add(self, step: Step, round: int) -> None:
        row = {
            "id": str(step.name),
            "case_id": str(step.name.case),
            "stage": step.name.stage,
            "key": step.name.key,
            "visit": step.name.visit,
            "round": round,
            "mode": step.mode.value,
            "title_zh": step.title.zh,
            "title_en": step.title.en,
            "earlier": list(step.earlier),
            "opened_at": step.opened_at,
        }
        await self._session.execute(insert(StepRow).values(row | step_values(step)))
        if step.items:
            await self._session.execute(
                insert(WorkItemRow), [_item_row(step, n) for n in range(len(step.items))]
            )
            await self._list([], step.items, step.name.case.process, step.opened_at)

    async def save(self, before: Step, after: Step, at: datetime) -> None:
        """Write down what a verb has changed."""
        pairs = zip(before.items, after.items, strict=True)
        changed = [(old, new) for old, new in pairs if old is not new and old != new]
        if changed:
            await self._session.execute(
                update(WorkItemRow.__table__)  # type: ignore[arg-type]  # a Table, whatever the stubs say
                .where(WorkItemRow.id == bindparam("of_item"))
                .values({key: bindparam(key) for key in item_values(changed[0][1])}),
                [{"of_item": new.id} | item_values(new) for _, new in changed],
            )
            old, new = zip(*changed, strict=True)
            await self._list(old, new, after.name.case.process, at)
        if before.state is not after.state:
            step = update(StepRow).where(StepRow.id == str(after.name)).values(step_values(after))
            await self._session.execute(step, execution_options=NOT_SYNCHRONIZED)

    async def _list(
        self, before: Sequence[WorkItem], after: Sequence[WorkItem], process: str, at: datetime
    ) -> None:
        """Put the items into the lists where they now belong, and only touch those that change."""
        was = {(item.id, person): box for item in before for person, box in boxes(item).items()}
        now = {(item.id, person): box for item in after for person, box in boxes(item).items()}
        moved = {key: now.get(key, "") for key in was.keys() | now.keys() if was.get(key) != now.get(key, "")}
        rows = [
            {"item_id": item, "person": person, "box": box, "since": at, "process": process}
            for (item, person), box in sorted(moved.items())
        ]
        if rows:
            put = upsert(CandidateRow.__table__)  # type: ignore[arg-type]  # a Table, whatever the stubs say
            put = put.on_conflict_do_update(
                index_elements=["item_id", "person"],
                set_={"box": put.excluded.box, "since": put.excluded.since},
            )
            await self._session.execute(put, rows)

    async def add_decision(self, item: UUID, step: StepName, decision: Decision, actor: Actor) -> None:
        row = {
            "id": uuid7(decision.at),
            "item_id": item,
            "step_id": str(step),
            "case_id": str(step.case),
            "person": decision.by,
            "on_behalf_of": decision.on_behalf_of,
            "service": actor.service,
            "device": actor.device,
            "outcome": decision.outcome.value,
            "comment": decision.comment,
            "return_to": decision.return_to,
            "document_version": decision.document_version,
            "at": decision.at,
        }
        await self._session.execute(insert(DecisionRow).values(row))

    async def consume(self, case: CaseName, steps: Sequence[str], at: datetime) -> None:
        if steps:
            known = update(StepRow).where(StepRow.id.in_(steps), StepRow.case_id == str(case))
            known = known.where(StepRow.consumed_at.is_(None), StepRow.state == "completed")
            await self._session.execute(known.values(consumed_at=at), execution_options=NOT_SYNCHRONIZED)

    async def consume_all(self, case: CaseName, at: datetime) -> None:
        known = update(StepRow).where(StepRow.case_id == str(case), StepRow.state == "completed")
        known = known.where(StepRow.consumed_at.is_(None))
        await self._session.execute(known.values(consumed_at=at), execution_options=NOT_SYNCHRONIZED)

    async def note_timer(self, step: StepName, timer: str, n: int, at: datetime) -> bool:
        row = {"step_id": str(step), "timer": timer, "n": n, "at": at}
        added = upsert(StepTimerRow).values(row).on_conflict_do_nothing().returning(StepTimerRow.n)
        return await self._session.scalar(added) is not None


def boxes(item: WorkItem) -> dict[str, str]:
    """Everyone who has to do with the item, and the list in which it stands for them: empty for none."""
    lists = dict.fromkeys(item.people, "") | dict.fromkeys(item.audience, Box.TO_DO.value)
    return lists | ({item.decision.by: Box.DONE.value} if item.decision else {})


def _item_row(step: Step, position: int) -> dict[str, Any]:
    item = step.items[position]
    return {
        "id": item.id,
        "case_id": str(step.name.case),
        "step_id": str(step.name),
        "position": position,
        "why": WHY.dump_python(item.why, mode="json"),
        "post": item.post,
        "created_at": step.opened_at,
        **item_values(item),
    }
