"""What people do about onboardings: draft, edit, delete, submit, look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from chassis.cases.attachments import must_belong
from chassis.cases.messages import case_requested, resubmitted
from chassis.cases.ports import Attachments, Plan, Planner
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from services.customer.domain.customer import Customer
from services.customer.domain.differences import Difference, differences
from services.customer.domain.duplicates import must_be_named
from services.customer.domain.licence_rules import must_have
from services.customer.domain.onboarding import Onboarding, Terms
from services.customer.domain.onboarding_events import (
    OnboardingCreated,
    OnboardingDeleted,
    OnboardingEdited,
    OnboardingSubmitted,
)
from services.customer.onboarding_mapping import said_of
from services.customer.onboarding_messages import submission
from services.customer.permissions import require_own, require_own_request
from services.customer.use_cases.files import sought_by
from services.customer.use_cases.onboarding_ports import OnboardingWork
from services.customer.use_cases.ports import EVERYTHING, Directory
from services.customer.use_cases.requests import Asking, Seen
from services.customer.use_cases.sight import sight_of

FIELD = "terms.attachments"


@dataclass(frozen=True, slots=True)
class CreateOnboarding:
    customer: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class UpdateOnboarding:
    number: str
    etag: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Looked:
    """An onboarding, and what of the customer has changed since it was submitted."""

    onboarding: Onboarding
    since: tuple[Difference, ...]


async def create_onboarding(
    cmd: CreateOnboarding, *, uow: OnboardingWork, actor: Actor, clock: Clock, directory: Directory
) -> Onboarding:
    # No file can have been uploaded for a number that is not given yet.
    must_belong(cmd.terms.attachments, frozenset(), field=FIELD)
    sight, now = await sight_of(actor, directory), clock.now()
    async with uow:
        customer = await uow.customers.get_for_update(cmd.customer, sight)
        require_own(actor, "RequestOnboarding", customer, sight.responsible_for)
        onboarding = Onboarding.draft("", customer, actor.person, cmd.terms, at=now)
        await uow.onboardings.must_be_alone(customer.number)
        await uow.customers.must_exist(frozenset(cmd.terms.despite))
        # Last, because others who draft one wait for it.
        number = await uow.onboardings.next_number(local_date(now).year)
        onboarding = replace(onboarding, number=number)
        await uow.onboardings.add(onboarding)
        uow.record(OnboardingCreated.of(onboarding, actor, customer=customer.name, terms=cmd.terms))
        return await uow.commit(onboarding)


async def update_onboarding(
    cmd: UpdateOnboarding,
    *,
    uow: OnboardingWork,
    actor: Actor,
    clock: Clock,
    directory: Directory,
    attachments: Attachments,
) -> Onboarding:
    """Raises AttachmentNotOfDocument. Only where a file is named that was not named before is their owner asked."""
    sight = await sight_of(actor, directory)
    async with uow:
        onboarding = await uow.onboardings.get(cmd.number, sight)
        require_own_request(actor, "UpdateOnboarding", onboarding)
    new = set(cmd.terms.attachments).difference(onboarding.terms.attachments)
    belonging = (await attachments.of(onboarding.name)) if new else frozenset()
    async with uow:
        onboarding = await uow.onboardings.get_for_update(cmd.number, sight)
        must_belong(cmd.terms.attachments, belonging.union(onboarding.terms.attachments), field=FIELD)
        await uow.customers.must_exist(frozenset(cmd.terms.despite))
        onboarding = onboarding.expecting(cmd.etag).edit(cmd.terms, at=clock.now())
        await uow.onboardings.save(onboarding)
        uow.record(OnboardingEdited.of(onboarding, actor, terms=cmd.terms))
        return await uow.commit(onboarding)


async def submit_onboarding(
    cmd: Seen,
    *,
    uow: OnboardingWork,
    actor: Actor,
    clock: Clock,
    directory: Directory,
    planner: Planner,
) -> Onboarding:
    """Freezes the customer, starts or continues the case: all of it or nothing.

    The planner is asked before the transaction, about the very onboarding that the etag names.
    """
    sight = await sight_of(actor, directory)
    async with uow:
        draft = await uow.onboardings.get(cmd.number, sight)
        require_own_request(actor, "SubmitOnboarding", draft)
        customer = await uow.customers.get(draft.customer, EVERYTHING)
        said = await checked(draft, customer, uow=uow, clock=clock)
    draft.expecting(cmd.etag)
    plan = await planner.plan(submission(draft.submit(customer, said, at=clock.now())))

    async with uow:
        # The customer first, as whoever becomes formal or is merged locks it.
        customer = await uow.customers.get_for_update(draft.customer, EVERYTHING)
        draft = (await uow.onboardings.get_for_update(cmd.number, sight)).expecting(cmd.etag)
        said = await checked(draft, customer, uow=uow, clock=clock)
        onboarding = draft.submit(customer, said, at=clock.now())
        await uow.onboardings.save(onboarding)
        request = resubmitted if draft.case_open else case_requested
        event = _submitted(onboarding, customer, actor, said, plan)
        uow.record(event, request(submission(onboarding), plan.policy))
        return await uow.commit(onboarding)


async def checked(
    draft: Onboarding, customer: Customer, *, uow: OnboardingWork, clock: Clock
) -> Mapping[str, Any]:
    """What is to be frozen of the customer, once it is held against the rules.

    Raises OnboardingOpen, DuplicateCreditCode, PossibleDuplicates, LicenceMissing, LicenceOfWrongKind, LicenceExpired.
    """
    draft.submit(customer, {}, at=clock.now())
    await uow.onboardings.must_be_alone(customer.number, draft.number)
    found = await uow.lookalikes.of(sought_by(customer))
    must_be_named(found, frozenset(draft.terms.despite))
    licences = await uow.licences.of(customer.number)
    needed = (await uow.configurations.current()).needed_by(customer.file.kind)
    must_have(needed, licences, customer.file.kind, local_date(clock.now()))
    return said_of(customer, licences)


async def get_onboarding(
    number: str, *, uow: OnboardingWork, actor: Actor, clock: Clock, directory: Directory
) -> Looked:
    """Raises NotFound, also where the caller may not see it."""
    sight = await sight_of(actor, directory)
    async with uow:
        return await looked(await uow.onboardings.get(number, sight), uow)


async def looked(onboarding: Onboarding, uow: OnboardingWork) -> Looked:
    if onboarding.frozen is None:
        return Looked(onboarding, ())
    customer = await uow.customers.get(onboarding.customer, EVERYTHING)
    if customer.version == onboarding.frozen.version:
        return Looked(onboarding, ())
    now = said_of(customer, await uow.licences.of(customer.number))
    return Looked(onboarding, differences(onboarding.frozen.said, now))


def _submitted(
    onboarding: Onboarding, customer: Customer, actor: Actor, said: Mapping[str, Any], plan: Plan
) -> OnboardingSubmitted:
    return OnboardingSubmitted.of(
        onboarding,
        actor,
        customer=customer.name,
        customer_version=customer.version,
        terms=onboarding.terms,
        frozen=dict(said),
        policy=plan.policy,
    )


ASKING: Final[Asking[OnboardingWork, Onboarding]] = Asking(
    lambda uow: uow.onboardings, submission, "DeleteOnboarding", OnboardingDeleted
)
