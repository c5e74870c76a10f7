"""What there is to see of a customer that became formal, and of the licences of all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cli.commands.erp import REGISTRATIONS
from cli.commands.licences import LIST as LICENCES
from cli.commands.timeline import merged
from cli.customer_view import LIST, get_customer, show_customer
from cli.customer_words import in_words
from cli.timeline_view import tell_entries
from cli.values import day, today
from demo.acting import Actors
from demo.group import CLAIMANT, FINANCE, Group
from demo.telling import Teller
from reading.names import bare
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1 import licence_service_pb2 as licence
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub
from zhupi.customer.v1.licence_service_pb2_grpc import LicenceServiceStub
from zhupi.erp.v1.erp_pb2 import ListRegistrationsRequest, Registration
from zhupi.erp.v1.erp_pb2_grpc import ErpServiceStub

WITHIN: Final = 60
A_FEW: Final = 10


class LookAtCustomers:
    """Looks as those who may, and says with which command."""

    def __init__(self, actors: Actors, group: Group, teller: Teller) -> None:
        self.actors = actors
        self.teller = teller
        self.out = teller.out
        self._quality = next(person.login for person in group.people if person.post == "quality-reviewer")

    async def at_the_registration(self, customer: str) -> None:
        self.teller.step(
            "ERP 登记一次，给出编码；客户成为正式客户",
            "The ERP has registered it once, and given it a code: the customer is formal",
        )
        self.teller.command(f"erp registrations {bare(customer)} --as {FINANCE}")
        books = (await self.actors.session(FINANCE)).stub(ErpServiceStub)
        booked = await books.ListRegistrations(ListRegistrationsRequest(customer=customer))
        self.out.table(booked.registrations, REGISTRATIONS, kind=Registration)
        self.teller.command(f"customer show {bare(customer)} --as {CLAIMANT}")
        session = await self.actors.session(CLAIMANT)
        formal = await get_customer(session, customer)
        await in_words(session, self.out, customers=(formal,))
        show_customer(self.out, formal)

    async def at_the_licences(self) -> None:
        """Of all customers, as quality sees them."""
        self.teller.step(
            "之后由证照监控接手：每天早上 6 点查看一次，到期前 60、30、7 天提醒，过期则锁定订货",
            "From now on its licences are watched: each day at six, with a word 60, 30 and 7 days before the end; "
            "then orders are blocked",
        )
        self.teller.command(f"licence list --within {WITHIN} --as {self._quality}")
        session = await self.actors.session(self._quality)
        by = day((today() + timedelta(days=WITHIN)).isoformat())
        expiring = licence.ListLicencesRequest(page_size=A_FEW, expiring_by=by)
        lines = (await session.stub(LicenceServiceStub).ListLicences(expiring)).lines
        await in_words(session, self.out, licences=(line.licence for line in lines))
        self.out.table(lines, LICENCES, kind=licence.ListLicencesResponse.Line)
        self.teller.command(f"customer list --blocked --as {self._quality}")
        blocked = pb.ListCustomersRequest(page_size=A_FEW, blocked=pb.ListCustomersRequest.BLOCKED_YES)
        found = (await session.stub(CustomerServiceStub).ListCustomers(blocked)).customers
        self.out.table(found, LIST, kind=pb.Customer)

    async def at_the_timeline(self, onboarding: str) -> None:
        self.teller.step(
            "全部经过，以及每个人为何被选中", "All that happened, and why each person was chosen"
        )
        self.teller.command(f"timeline {bare(onboarding)} --as {CLAIMANT}")
        session = await self.actors.session(CLAIMANT)
        await tell_entries(session, await merged(session, onboarding), self.out)
