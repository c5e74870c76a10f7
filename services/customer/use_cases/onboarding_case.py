"""The verbs by which a case moves its onboarding, each once (`chassis.cases.moves`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Final

from chassis.cases.commands import Decided, Reopened
from chassis.cases.moves import Moves
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.timeline import Event
from services.customer.domain import onboarding_events as events
from services.customer.domain.onboarding import Onboarding
from services.customer.domain.onboarding_life import OnboardingVerb
from services.customer.permissions import require_case_verb
from services.customer.use_cases.decided import become_formal
from services.customer.use_cases.onboarding_ports import OnboardingWork
from services.customer.use_cases.ports import EVERYTHING


@dataclass(frozen=True, slots=True)
class Registered:
    number: str
    erp_code: str
    formal_time: datetime
    effect: str


async def approve_onboarding(cmd: Decided, *, uow: OnboardingWork, actor: Actor, clock: Clock) -> Onboarding:
    async def approved(before: Onboarding) -> tuple[Onboarding, Event]:
        after = before.deciding_on(cmd.version).approve(at=clock.now())
        return after, events.OnboardingApproved.of(after, actor)

    return await MOVES.once(cmd, OnboardingVerb.APPROVE, approved, uow=uow, actor=actor, clock=clock)


async def reopen_onboarding(cmd: Reopened, *, uow: OnboardingWork, actor: Actor, clock: Clock) -> Onboarding:
    """In approval again. Raises EditedSince, OnboardingOpen, and what a customer that cannot become formal raises."""
    async with uow:
        number = (await uow.onboardings.get(cmd.number, EVERYTHING)).customer
        customer = await uow.customers.get_for_update(number, EVERYTHING)
        before = await _of_case(uow, cmd.number, actor, OnboardingVerb.REOPEN)
        if not await uow.case_verbs.note(cmd.effect, before.name, OnboardingVerb.REOPEN, clock.now()):
            return await uow.commit(before)
        after = before.deciding_on(cmd.version).reopen(customer, cmd.reason, at=clock.now())
        await uow.onboardings.must_be_alone(customer.number, after.number)
        return await MOVES.saved(uow, after, events.OnboardingReopened.of(after, actor, reason=cmd.reason))


async def record_registration(
    cmd: Registered, *, uow: OnboardingWork, actor: Actor, clock: Clock
) -> Onboarding:
    """The onboarding and its customer are formal, both or neither."""
    async with uow:
        number = (await uow.onboardings.get(cmd.number, EVERYTHING)).customer
        await uow.hierarchy.lock()  # it may leave whom it buys from
        await uow.customers.get_for_update(number, EVERYTHING)
        before = await _of_case(uow, cmd.number, actor, OnboardingVerb.REGISTER)
        noted = await uow.case_verbs.note(cmd.effect, before.name, OnboardingVerb.REGISTER, clock.now())
        # Another code is news, and must not pass for a repetition.
        if not noted and before.erp_code == cmd.erp_code:
            return await uow.commit(before)
        after = before.register(cmd.erp_code, cmd.formal_time, at=clock.now())
        await become_formal(number, cmd.erp_code, uow=uow, actor=actor, clock=clock)
        said = {"erp_code": cmd.erp_code, "formal_time": cmd.formal_time}
        return await MOVES.saved(uow, after, events.CustomerRegistered.of(after, actor, **said))


async def _of_case(uow: OnboardingWork, number: str, actor: Actor, verb: Enum) -> Onboarding:
    onboarding = await uow.onboardings.get_for_update(number, EVERYTHING)
    require_case_verb(actor, ACTIONS[verb], onboarding)
    return onboarding


async def _save(uow: OnboardingWork, onboarding: Onboarding) -> None:
    await uow.onboardings.save(onboarding)


ACTIONS: Final[dict[Enum, str]] = {
    OnboardingVerb.APPROVE: "ApproveOnboarding",
    OnboardingVerb.RETURN: "ReturnOnboarding",
    OnboardingVerb.REJECT: "RejectOnboarding",
    OnboardingVerb.WITHDRAW: "WithdrawOnboarding",
    OnboardingVerb.REOPEN: "ReopenOnboarding",
    OnboardingVerb.REGISTER: "RecordRegistration",
    OnboardingVerb.REFUSE_REGISTRATION: "RefuseRegistration",
}
MOVES: Final[Moves[OnboardingWork, Onboarding]] = Moves(_of_case, _save)
return_onboarding = partial(
    MOVES.undecided, verb=OnboardingVerb.RETURN, undo=Onboarding.give_back, event=events.OnboardingReturned
)
reject_onboarding = partial(
    MOVES.undecided, verb=OnboardingVerb.REJECT, undo=Onboarding.reject, event=events.OnboardingRejected
)
withdraw_onboarding = partial(
    MOVES.undecided, verb=OnboardingVerb.WITHDRAW, undo=Onboarding.withdraw, event=events.OnboardingWithdrawn
)
refuse_registration = partial(
    MOVES.undecided,
    verb=OnboardingVerb.REFUSE_REGISTRATION,
    undo=Onboarding.refuse_registration,
    event=events.RegistrationRefused,
)
