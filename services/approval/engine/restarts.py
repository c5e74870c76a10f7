"""Workflows that are gone while their cases are open: each begins again from what is recorded here, and everybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

import structlog
from sqlalchemy import select

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from services.approval.domain.cases.names import CaseName
from services.approval.domain.cases.workflows import WORDS, WorkflowStatus, next_pause
from services.approval.store.tables import EffectRow, SignalRow
from services.approval.store.unit_of_work import ApprovalStore
from services.approval.use_cases.events import EffectNoted, WorkflowBegunAgain, about
from services.approval.use_cases.messages import signal_workflow, start_workflow, workflow_key
from services.approval.use_cases.views import Effect, EffectState

OURSELVES: Final = Actor(service="approval")

log = structlog.get_logger(__name__)


class Restarts:
    def __init__(self, units: Callable[[], ApprovalStore], clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def begin_again(self, case: str, was: WorkflowStatus) -> None:
        """Put a new start into the case's lane, and everything that the workflow was ever told; decisions it asks for itself.

        Nothing happens where the case has ended, or where that was done a moment ago. A workflow that is gone each time
        begins ever later, once a day at last, unless somebody asks to try at once.
        """
        name = CaseName.parse(case)
        async with self._units() as uow:
            try:
                found = await uow.cases.lock(name)
            except NotFound:
                return
            now, key = self._clock.now(), workflow_key(name)
            known = await uow.effects.find(name, key)
            waits_until = known.next_attempt_at if known and known.state is EffectState.WAITING else None
            if not found.is_open or (waits_until is not None and waits_until > now):
                return
            last = waits_until - known.updated_at if known and waits_until else None
            words = WORDS[was]
            reason = f"工作流{words.zh}，已重新启动 (it {words.en} and has begun again)"
            pause = next_pause(last)
            uow.effects.save(name, Effect(key, EffectState.WAITING, reason, now, now + pause))
            uow.record(WorkflowBegunAgain(**about(found, OURSELVES, now), was=was))
            start_workflow(uow, found, again=True)
            told = select(SignalRow).where(SignalRow.case_id == case).order_by(SignalRow.place)
            for signal in await uow.session.scalars(told):
                signal_workflow(uow, found, signal.signal, signal.args)
            await uow.commit()
        log.warning("the workflow of an open case is gone; it begins again", case=case, was=was.value)

    async def note_stuck(self, case: str) -> None:
        """Have operators see that its workflow does not get on. A new one would not, either: the code has to be mended."""
        name = CaseName.parse(case)
        async with self._units() as uow:
            found = await uow.cases.lock(name)
            now, key = self._clock.now(), workflow_key(name)
            known = await uow.effects.find(name, key)
            words = WORDS[WorkflowStatus.STUCK]
            reason = f"工作流{words.zh} (it {words.en})"
            if not found.is_open or (known and (known.state, known.reason) == (EffectState.WAITING, reason)):
                return
            uow.effects.save(name, Effect(key, EffectState.WAITING, reason, now, now))
            noted = EffectNoted(
                **about(found, OURSELVES, now),
                key=key,
                state=EffectState.WAITING.value,
                reason=reason,
                next_attempt_at=None,
            )
            uow.record(noted)
            await uow.commit()
        log.error("the workflow of an open case fails again and again", case=case)

    async def settle(self, running: Collection[str]) -> None:
        """These run: those that have begun again and lasted are in trouble no more."""
        lasted = select(EffectRow.case_id).where(
            EffectRow.key.in_([workflow_key(CaseName.parse(case)) for case in running]),
            EffectRow.case_id.in_(running),
            EffectRow.state == EffectState.WAITING.value,
            EffectRow.next_attempt_at < self._clock.now(),
        )
        async with self._units() as uow:
            for case in await uow.session.scalars(lasted):
                name = CaseName.parse(case)
                uow.effects.settle(name, workflow_key(name), self._clock.now())
            await uow.commit()
