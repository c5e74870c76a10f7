"""What people and cases do about onboardings at the desk of the customer service."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from chassis.cases.commands import Decided, Reopened, Undecided
from kernel.actor import Actor
from kernel.money import Money
from services.customer.domain.customer import Customer
from services.customer.domain.licence import Licence
from services.customer.domain.onboarding import Onboarding, Terms
from services.customer.use_cases import onboarding_case, onboardings
from services.customer.use_cases.ports import EVERYTHING
from services.customer.use_cases.requests import Seen
from tests.builders.customer_desk import LIHUA, WORKER, Desk
from tests.builders.customers import NOW, a_file

CREDIT = Terms(Money.of(500_000), 60, "年采购约三百万")
NEEDED = ("business", "medicine-trade")


async def licensed(desk: Desk, *types: str, customer: Customer | None = None, **said: Any) -> Customer:
    """A customer with licences of these types; `said` of them."""
    customer = customer or await desk.create(a_file())
    async with desk.uow() as uow:
        for n, type_ in enumerate(types or NEEDED, 1):
            usual = {"number": f"L{n}", "expiry": date(2030, 1, 1)}
            licence = Licence(customer=customer.number, id=str(n), type=type_, **(usual | said))
            await uow.licences.put(licence)
        await uow.commit()
    return customer


async def draft(
    desk: Desk, customer: Customer | None = None, terms: Terms = CREDIT, by: Actor = LIHUA
) -> Onboarding:
    customer = customer or await licensed(desk)
    create = partial(onboardings.create_onboarding, directory=desk.directory)
    made: Onboarding = await desk.do(create, onboardings.CreateOnboarding(customer.number, terms), by)
    return made


async def edit(desk: Desk, onboarding: Onboarding, terms: Terms, by: Actor = LIHUA) -> Onboarding:
    update = partial(onboardings.update_onboarding, directory=desk.directory, attachments=desk.files)
    command = onboardings.UpdateOnboarding(onboarding.number, onboarding.etag, terms)
    edited: Onboarding = await desk.do(update, command, by)
    return edited


async def delete(desk: Desk, onboarding: Onboarding, by: Actor = LIHUA) -> Onboarding:
    command = Seen(onboarding.number, onboarding.etag)
    deleted: Onboarding = await desk.do(
        partial(onboardings.ASKING.delete, directory=desk.directory), command, by
    )
    return deleted


async def submit(desk: Desk, onboarding: Onboarding | None = None, by: Actor = LIHUA) -> Onboarding:
    onboarding = onboarding or await draft(desk)
    use_case = partial(onboardings.submit_onboarding, directory=desk.directory, planner=desk.planner)
    command = Seen(onboarding.number, onboarding.etag)
    submitted: Onboarding = await desk.do(use_case, command, by)
    return submitted


async def look(desk: Desk, onboarding: Onboarding, by: Actor = LIHUA) -> onboardings.Looked:
    use_case = partial(onboardings.get_onboarding, directory=desk.directory)
    looked: onboardings.Looked = await desk.do(use_case, onboarding.number, by)
    return looked


async def stored(desk: Desk, onboarding: Onboarding) -> Onboarding:
    async with desk.uow() as uow:
        return await uow.onboardings.get(onboarding.number, EVERYTHING)


async def decide(desk: Desk, onboarding: Onboarding, effect: str = "approve/1") -> Onboarding:
    command = Decided(onboarding.number, onboarding.version, effect)
    decided: Onboarding = await desk.do(onboarding_case.approve_onboarding, command, WORKER)
    return decided


async def say(desk: Desk, verb: Any, onboarding: Onboarding, reason: str, effect: str) -> Onboarding:
    """Return, reject, withdraw, or the ERP's refusal."""
    said: Onboarding = await desk.do(verb, Undecided(onboarding.number, reason, effect), WORKER)
    return said


async def reopen(desk: Desk, onboarding: Onboarding, effect: str = "reopen/1") -> Onboarding:
    command = Reopened(onboarding.number, onboarding.version, "补了证照", effect)
    reopened: Onboarding = await desk.do(onboarding_case.reopen_onboarding, command, WORKER)
    return reopened


async def register(
    desk: Desk, onboarding: Onboarding, code: str = "K-000001", effect: str = "register/1"
) -> Onboarding:
    command = onboarding_case.Registered(onboarding.number, code, NOW, effect)
    registered: Onboarding = await desk.do(onboarding_case.record_registration, command, WORKER)
    return registered
