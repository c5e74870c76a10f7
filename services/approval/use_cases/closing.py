"""The workflow's side of effects and of the end: sealing, effects, closing. Repeating any of it is harmless."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.actor import Actor
from kernel.clock import Clock
from services.approval import permissions
from services.approval.domain.cases.case import Case, CaseOutcome, SealAnswer
from services.approval.domain.cases.names import CaseName
from services.approval.use_cases.events import CaseEnded, CaseSealed, CaseUnsealed, EffectNoted, about
from services.approval.use_cases.messages import case_closed
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.stages import put_an_end_to
from services.approval.use_cases.views import Effect, EffectState


@dataclass(frozen=True, slots=True)
class Seal:
    case: CaseName
    point: str
    n: int
    consumed: tuple[str, ...] = ()
    steerable: bool = False


@dataclass(frozen=True, slots=True)
class NoteEffect:
    case: CaseName
    key: str
    state: EffectState
    reason: str = ""
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Close:
    case: CaseName
    outcome: CaseOutcome
    consumed: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


async def seal_case(cmd: Seal, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> SealAnswer:
    """Whether an effect that cannot be undone may be done now. Whoever comes first wins: the seal or a withdrawal."""
    permissions.require_protocol(actor, cmd.case)
    async with uow:
        before = await uow.cases.lock(cmd.case)
        now = clock.now()
        uow.steps.consume(cmd.case, cmd.consumed, now)
        case, answer = before.seal(cmd.point, cmd.n, steerable=cmd.steerable)
        if case != before:
            uow.cases.save(case)
            uow.record(CaseSealed(**about(case, actor, now), point=cmd.point))
        return await uow.commit(answer)


async def unseal_case(cmd: Seal, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> None:
    permissions.require_protocol(actor, cmd.case)
    async with uow:
        before = await uow.cases.lock(cmd.case)
        case = before.unseal(cmd.point, cmd.n)
        if case != before:
            uow.cases.save(case)
        if case.is_sealed is not before.is_sealed:
            uow.record(CaseUnsealed(**about(case, actor, clock.now()), point=cmd.point))
        await uow.commit()


async def note_effect(cmd: NoteEffect, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> None:
    """How an effect stands. The timeline hears of it when it changes, not of every attempt."""
    permissions.require_protocol(actor, cmd.case)
    async with uow:
        case = await uow.cases.lock(cmd.case)
        if cmd.state is EffectState.WAITING and not case.is_open:
            return  # said before the end, and arrived after it
        effect = Effect(cmd.key, cmd.state, cmd.reason, clock.now(), cmd.next_attempt_at)
        await _note(case, effect, uow, actor)
        await uow.commit()


async def _note(case: Case, after: Effect, uow: ApprovalUnitOfWork, actor: Actor) -> None:
    before = await uow.effects.find(case.name, after.key)
    uow.effects.save(case.name, after)
    if before is None or (before.state, before.reason) != (after.state, after.reason):
        noted = EffectNoted(
            **about(case, actor, after.updated_at),
            key=after.key,
            state=after.state.value,
            reason=after.reason,
            next_attempt_at=after.next_attempt_at,
        )
        uow.record(noted)


async def close_case(cmd: Close, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> None:
    """Ends the case and tells everybody. Raises CaseIsClosed (with another outcome), CaseWithdrawn, CaseSuspended."""
    permissions.require_protocol(actor, cmd.case)
    async with uow:
        before = await uow.cases.lock(cmd.case)
        now = clock.now()
        uow.steps.consume(cmd.case, cmd.consumed, now)
        case = before.close(cmd.outcome, now)
        if case != before:
            uow.cases.save(case)
            for key in cmd.done:
                await _note(before, Effect(key, EffectState.DONE, "", now), uow, actor)
            for step in await uow.steps.open_steps(case.name):
                await put_an_end_to(step, case, uow, actor, clock)
            uow.steps.consume_all(case.name, now)
            # That it waits no more need not have arrived: notes hold nothing up.
            uow.effects.settle_all(case.name, now)
            ended = CaseEnded(
                **about(case, actor, now),
                outcome=cmd.outcome,
                subject=case.document,
                document_version=case.document_version,
            )
            uow.record(ended, case_closed(case))
        await uow.commit()
