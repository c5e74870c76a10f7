"""What the workflows of cases were told, for those that have not heard it yet; and which cases are open or closed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, update

from chassis.postgres.tables import outbox
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.store.tables import CaseRow, SignalRow, StepRow
from services.approval.store.unit_of_work import ApprovalStore
from services.approval.use_cases.messages import (
    ENGINE,
    signal_workflow,
    step_completed,
)
from workflows import contracts

CLOSED = "closed"


class Lanes:
    def __init__(self, units: Callable[[], ApprovalStore]) -> None:
        self._units = units

    async def open_cases(self, after: int, before: datetime, size: int) -> list[tuple[int, str]]:
        """The next open cases older than `before` in the order in which they came: place and id.

        Left out are those with something on its way to the engine.
        """
        cases = (
            select(CaseRow.place, CaseRow.id)
            .where(CaseRow.state != CLOSED, CaseRow.place > after, CaseRow.created_at < before)
            .where(~_is_on_its_way())
            .order_by(CaseRow.place)
            .limit(size)
        )
        async with self._units().reading() as uow:
            return [(place, case) for place, case in await uow.session.execute(cases)]

    async def closed(self, cases: Collection[str], before: datetime) -> list[tuple[str, str]]:
        """Of these cases those that were closed before then: id and outcome."""
        ended = select(CaseRow.id, CaseRow.outcome).where(CaseRow.id.in_(cases), CaseRow.closed_at < before)
        async with self._units().reading() as uow:
            return [(case, outcome) for case, outcome in await uow.session.execute(ended)]

    async def unconsumed(self, now: datetime, seconds: float, size: int) -> list[str]:
        """Steps of open cases whose completion the workflow should know by now and does not seem to.

        Each time a step is told again the next time is twice as far away.
        """
        patience = func.make_interval(
            0, 0, 0, 0, 0, 0, seconds * func.pow(2, func.least(StepRow.told_again, 20))
        )
        steps = (
            select(StepRow.id)
            .join(CaseRow, CaseRow.id == StepRow.case_id)
            .where(StepRow.state == "completed", StepRow.consumed_at.is_(None), CaseRow.state != CLOSED)
            .where(StepRow.completed_at + patience < now, ~_is_on_its_way())
            .order_by(StepRow.completed_at)
            .limit(size)
        )
        async with self._units().reading() as uow:
            return list(await uow.session.scalars(steps))

    async def tell_again(self, step: str) -> None:
        """Put the completion of a step into the lane of its case once more. Workflows drop what they have seen.

        Where that was done before, in vain, the workflow lacks more than this: it is told everything.
        """
        name = StepName.parse(step)
        async with self._units() as uow:
            case = await uow.cases.lock(name.case)
            told = await uow.session.scalar(select(StepRow.told_again).where(StepRow.id == step))
            if case.is_open and told is not None:
                for signal, args in (
                    await _everything(uow, str(case.name)) if told else [await _done(uow, step)]
                ):
                    signal_workflow(uow, case, signal, args)
                again = update(StepRow).where(StepRow.id == step).values(told_again=told + 1)
                await uow.session.execute(again, execution_options={"synchronize_session": False})
            await uow.commit()

    async def idle_since(self, cases: Collection[str]) -> list[tuple[str, datetime]]:
        """Of these open cases those in which nobody is asked and every completion was taken in, and since when."""
        steps = select(StepRow.id).where(StepRow.case_id == CaseRow.id)
        unconsumed = (StepRow.state == "completed") & StepRow.consumed_at.is_(None)
        last_step = select(func.max(func.greatest(StepRow.opened_at, StepRow.completed_at)))
        last_news = select(func.max(SignalRow.at)).where(SignalRow.case_id == CaseRow.id)
        moved = func.greatest(
            last_step.where(StepRow.case_id == CaseRow.id).scalar_subquery(), last_news.scalar_subquery()
        )
        idle = (
            select(CaseRow.id, moved)
            .where(CaseRow.id.in_(cases), CaseRow.state != CLOSED, ~_is_on_its_way(), moved.is_not(None))
            .where(~steps.where((StepRow.state == "open") | unconsumed).exists())
            .order_by(CaseRow.place)
        )
        async with self._units().reading() as uow:
            return [(case, since) for case, since in await uow.session.execute(idle)]

    async def tell_everything(self, case: str) -> None:
        """Put all that the workflow was ever told into the case's lane once more."""
        async with self._units() as uow:
            found = await uow.cases.lock(CaseName.parse(case))
            if found.is_open:
                for signal, args in await _everything(uow, case):
                    signal_workflow(uow, found, signal, args)
            await uow.commit()


Told = tuple[str, dict[str, Any]]


async def _everything(uow: ApprovalStore, case: str) -> list[Told]:
    """Completions, facts and acts of a case in the order in which they came: signals and what each says."""
    completed = select(StepRow.completed_at, StepRow.id).where(
        StepRow.case_id == case, StepRow.state == "completed"
    )
    rows = (await uow.session.execute(completed)).all()
    steps = [(at, await _done(uow, step)) for at, step in rows if at is not None]
    told = select(SignalRow).where(SignalRow.case_id == case).order_by(SignalRow.place)
    news = [(row.at, (row.signal, row.args)) for row in await uow.session.scalars(told)]
    return [said for _, said in sorted([*steps, *news], key=lambda pair: pair[0])]


async def _done(uow: ApprovalStore, step: str) -> Told:
    found = await uow.steps.find(StepName.parse(step))
    assert found is not None
    return contracts.STEP_COMPLETED, asdict(step_completed(found))


def _is_on_its_way() -> ColumnElement[bool]:
    return exists().where(
        outbox.c.destination == ENGINE, outbox.c.lane == CaseRow.id, outbox.c.sent_at.is_(None)
    )
