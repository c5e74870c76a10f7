"""Has the group's activities live as far as they are planned to; those that are there go on from where they are.

Everything is done by the people whose it is, through the RPCs that everybody uses: budgets, cases and timelines agree.
"""

from __future__ import annotations

import asyncio
from typing import Final

from cli.paging import listed
from cli.session import Session
from demo.acting import Actors
from demo.activities import COUNT, Planned, activities
from demo.activity_lives import Life, drafted
from demo.customers import STAGE
from demo.found import Found, Part
from demo.group import Group
from kernel.errors import Code, Refusal
from kernel.text import Text
from zhupi.customer.v1 import customer_pb2 as customer
from zhupi.customer.v1.customer_pb2 import Customer
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub
from zhupi.marketing.v1 import activity_pb2 as pb
from zhupi.marketing.v1.activity_pb2 import Activity
from zhupi.marketing.v1.activity_pb2_grpc import ActivityServiceStub

REPRESENTATIVE: Final = "medical-representative"
TRADES: Final = (
    customer.CUSTOMER_STATE_FORMAL,
    customer.CUSTOMER_STATE_OPPORTUNITY,
    customer.CUSTOMER_STATE_POTENTIAL,
)
# At the same time: whoever works meanwhile hardly waits.
AT_ONCE: Final = 3
Host = tuple[Session, list[Customer]]


async def load_activities(actors: Actors, group: Group, count: int = COUNT) -> Part:
    """The first `count` of them. Raises what the services refuse, StillWaiting."""
    hosts = await hosts_of(actors, group, count)
    turns, goes_on = asyncio.Semaphore(AT_ONCE), list[bool]()

    async def live(plan: Planned) -> None:
        session, customers = hosts[plan.requester]
        async with turns:
            there = await find(session, plan)
            activity = there or await drafted(session, plan, customers[plan.customer % len(customers)])
            lived = await Life(actors, session, plan, activity).live()
            goes_on.append(lived or there is None)

    plans = activities(len(hosts), count) if hosts else []
    try:
        async with asyncio.TaskGroup() as tasks:
            for plan in plans:
                tasks.create_task(live(plan))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed
    found = Found.LOADED if any(goes_on) else Found.UNCHANGED
    return Part(Text("活动", "activities"), found, len(plans))


async def hosts_of(actors: Actors, group: Group, count: int) -> list[Host]:
    """Representatives who have customers, with them: where stories take place first."""
    logins = [person.login for person in group.people if person.post == REPRESENTATIVE]
    logins.sort(key=lambda login: group.by_login[login].organisation != STAGE)
    found: list[Host] = []
    for login in logins:
        if len(found) == count:
            break
        try:
            session = await actors.session(login)
            customers = await customers_of(session, login)
        except Refusal as refusal:
            if refusal.code is not Code.NOT_FOUND:  # a home of before has a smaller group
                raise
            continue
        if customers:
            found.append((session, customers))
    return found


async def customers_of(session: Session, login: str) -> list[Customer]:
    """The oldest first, as they are numbered."""
    request = customer.ListCustomersRequest(salesperson=f"people/{login}")
    rows = await listed(session, session.stub(CustomerServiceStub).ListCustomers, request, "customers")
    return sorted((one for one in rows if one.state in TRADES), key=lambda one: one.name)


async def find(session: Session, plan: Planned) -> Activity | None:
    """The activity as it is now, if it was made before; also one that is deleted."""
    stub = session.stub(ActivityServiceStub)
    for state in (Activity.STATE_UNSPECIFIED, Activity.STATE_DELETED):
        asked = pb.ActivityFilter(state=state, query=plan.title)
        page = await stub.ListActivities(pb.ListActivitiesRequest(filter=asked))
        for one in page.activities:
            if one.terms.title == plan.title:
                return one
    return None
