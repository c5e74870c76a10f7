"""Other services as this one asks them: customers, expense types, calendars, cases. On behalf of whoever calls."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

import grpc

from chassis.rpc.values import date_from_message, id_in
from kernel.errors import Code, Refusal
from services.marketing.use_cases.ports import KnownCustomer
from zhupi.approval.v1.calendar_pb2 import GetCalendarYearRequest
from zhupi.approval.v1.calendar_pb2_grpc import CalendarServiceStub
from zhupi.approval.v1.case_pb2 import ListCasesRequest
from zhupi.approval.v1.case_pb2_grpc import CaseServiceStub
from zhupi.customer.v1.customer_pb2 import CustomerState, GetCustomerRequest
from zhupi.customer.v1.customer_pb2_grpc import CustomerServiceStub
from zhupi.expense.v1.budget_pb2 import ListExpenseTypesRequest
from zhupi.expense.v1.budget_pb2_grpc import LimitServiceStub

SATURDAY: Final = 5
AT_ONCE: Final = 10


class CustomerService:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    async def of(self, numbers: Collection[str]) -> dict[str, KnownCustomer]:
        """A few at a time: one after the other a hundred of them would take as long as people notice."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def asked(number: str) -> KnownCustomer | None:
            async with turns:
                return await self._one(number)

        found = await asyncio.gather(*map(asked, numbers))
        return {customer.number: customer for customer in found if customer is not None}

    async def _one(self, number: str) -> KnownCustomer | None:
        """None where there is none, also where the caller may not see it."""
        try:
            customer = await self._stub.GetCustomer(GetCustomerRequest(name=f"customers/{number}"))
        except Refusal as refusal:
            if refusal.code is not Code.NOT_FOUND:
                raise
            return None
        return KnownCustomer(
            number=number,
            state=CustomerState.Name(customer.state),
            merged_into=customer.merged_into.removeprefix("customers/"),
            salesperson=id_in(customer.salesperson, "people"),
            organisation=id_in(customer.organisation, "organisations"),
        )


class ExpenseService:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = LimitServiceStub(channel)

    async def codes(self) -> frozenset[str]:
        answer = await self._stub.ListExpenseTypes(ListExpenseTypesRequest())
        return frozenset(one.code for one in answer.expense_types)


class ApprovalCases:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = CaseServiceStub(channel)

    async def may_see(self, document: str) -> bool:
        found = await self._stub.ListCases(ListCasesRequest(document=document, page_size=1))
        return bool(found.cases)


class ApprovalCalendar:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = CalendarServiceStub(channel)

    async def after(self, organisation: str, day: date, days: int) -> date:
        """Weekdays but for the days that the calendar says otherwise of; a year nobody announced yet has its weekdays."""
        special: dict[int, dict[date, bool]] = {}
        while days:
            day += timedelta(days=1)
            if day.year not in special:
                special[day.year] = await self._special(organisation, day.year)
            days -= special[day.year].get(day, day.weekday() < SATURDAY)
        return day

    async def _special(self, organisation: str, year: int) -> dict[date, bool]:
        name = f"calendars/{organisation}/{year}"
        answer = await self._stub.GetCalendarYear(GetCalendarYearRequest(name=name))
        return {date_from_message(one.day): one.working for one in answer.days}
