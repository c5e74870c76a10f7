"""What people and cases do about renewals of licences at the desk of the customer service."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from chassis.cases.commands import Decided, Reopened, Undecided
from kernel.actor import Actor
from kernel.clock import local_date
from services.customer.domain.customer import Customer
from services.customer.domain.kinds import Kind
from services.customer.domain.licence import Licence
from services.customer.domain.renewal import Renewal
from services.customer.use_cases import decided, renewal_case, renewals
from services.customer.use_cases.licence_watch import WatchLicences, watch_licences
from services.customer.use_cases.ports import EVERYTHING
from services.customer.use_cases.requests import Seen
from tests.builders.customer_desk import LIHUA, WORKER, Desk
from tests.builders.customers import NOW, a_file

TODAY: Final = local_date(NOW)
NEEDED: Final = "medical-institution"


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


async def hospital(desk: Desk, *days: int | None, name: str = "郑州第一人民医院") -> Customer:
    """A registered customer, which needs one licence, with licences that end in so many days."""
    customer = await desk.create(a_file(name, kind=Kind.HOSPITAL))
    async with desk.uow() as uow:
        for n, left in enumerate(days, 1):
            expiry = None if left is None else in_days(left)
            await uow.licences.put(
                Licence(customer=customer.number, id=str(n), type=NEEDED, number=f"OLD{n}", expiry=expiry)
            )
        await uow.commit()
    await desk.decided(decided.become_formal, customer.number, f"K-{customer.number}")
    return await desk.customer(customer.number)


async def watch(desk: Desk, days: int = 0) -> None:
    await desk.do(watch_licences, WatchLicences(in_days(days)), WORKER)


def a_new_licence(customer: Customer, id: str = "1", **said: Any) -> Licence:
    usual = {"type": NEEDED, "number": "NEW1", "valid_from": in_days(-1), "expiry": in_days(1800)}
    return Licence(customer=customer.number, id=id, **(usual | said))


async def draft(desk: Desk, customer: Customer, by: Actor = LIHUA, id: str = "1", **said: Any) -> Renewal:
    command = renewals.CreateRenewal(a_new_licence(customer, id, **said), "新证已发")
    use_case = partial(renewals.create_renewal, directory=desk.directory)
    made: Renewal = await desk.do(use_case, command, by)
    return made


async def edit(desk: Desk, renewal: Renewal, by: Actor = LIHUA, **said: Any) -> Renewal:
    customer = await desk.customer(renewal.customer)
    command = renewals.UpdateRenewal(renewal.number, renewal.etag, a_new_licence(customer, **said))
    use_case = partial(renewals.update_renewal, directory=desk.directory, attachments=desk.files)
    edited: Renewal = await desk.do(use_case, command, by)
    return edited


async def submit(desk: Desk, renewal: Renewal, by: Actor = LIHUA) -> Renewal:
    use_case = partial(renewals.submit_renewal, directory=desk.directory, planner=desk.planner)
    submitted: Renewal = await desk.do(use_case, Seen(renewal.number, renewal.etag), by)
    return submitted


async def delete(desk: Desk, renewal: Renewal, by: Actor = LIHUA) -> Renewal:
    use_case = partial(renewals.ASKING.delete, directory=desk.directory)
    deleted: Renewal = await desk.do(use_case, Seen(renewal.number, renewal.etag), by)
    return deleted


async def approve(desk: Desk, renewal: Renewal, effect: str = "approve/1", by: Actor = WORKER) -> Renewal:
    command = Decided(renewal.number, renewal.version, effect)
    approved: Renewal = await desk.do(renewal_case.approve_renewal, command, by)
    return approved


async def say(desk: Desk, verb: Any, renewal: Renewal, effect: str, reason: str = "看不清") -> Renewal:
    """Return, reject or withdraw."""
    said: Renewal = await desk.do(verb, Undecided(renewal.number, reason, effect), WORKER)
    return said


async def reopen(desk: Desk, renewal: Renewal, effect: str = "reopen/1") -> Renewal:
    command = Reopened(renewal.number, renewal.version, "补了扫描件", effect)
    reopened: Renewal = await desk.do(renewal_case.reopen_renewal, command, WORKER)
    return reopened


async def stored(desk: Desk, renewal: Renewal) -> Renewal:
    async with desk.uow() as uow:
        return await uow.renewals.get(renewal.number, EVERYTHING)


async def licences_of(desk: Desk, customer: Customer) -> list[tuple[str, str]]:
    """Ids and numbers of what is on record."""
    async with desk.uow() as uow:
        return [(licence.id, licence.number) for licence in await uow.licences.of(customer.number)]
