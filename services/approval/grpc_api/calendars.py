"""CalendarService."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeAlias, TypeVar

import grpc

from chassis.rpc.servicer import Servicer
from services.approval.mapping import calendars as mapping
from services.approval.use_cases import calendars
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from zhupi.approval.v1 import calendar_pb2 as pb
from zhupi.approval.v1 import calendar_pb2_grpc

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class CalendarServicer(Servicer[ApprovalUnitOfWork], calendar_pb2_grpc.CalendarServiceServicer):
    async def GetCalendarYear(
        self,
        request: pb.GetCalendarYearRequest,
        context: Context[pb.GetCalendarYearRequest, pb.CalendarYear],
    ) -> pb.CalendarYear:
        name = mapping.year_name(request.name)
        return await self.read(context, calendars.get_year, name, mapping.year_to_message)

    async def SetCalendarDays(
        self,
        request: pb.SetCalendarDaysRequest,
        context: Context[pb.SetCalendarDaysRequest, pb.CalendarYear],
    ) -> pb.CalendarYear:
        return await self.write(
            context, calendars.set_days, mapping.set_days(request), mapping.year_to_message
        )

    async def RemoveCalendarDays(
        self,
        request: pb.RemoveCalendarDaysRequest,
        context: Context[pb.RemoveCalendarDaysRequest, pb.CalendarYear],
    ) -> pb.CalendarYear:
        return await self.write(
            context, calendars.remove_days, mapping.remove_days(request), mapping.year_to_message
        )

    async def PublishYear(
        self, request: pb.PublishYearRequest, context: Context[pb.PublishYearRequest, pb.PublishedYear]
    ) -> pb.PublishedYear:
        return await self.write(
            context, calendars.publish_year, mapping.publish_year(request), mapping.published_to_message
        )

    async def GetRescheduling(
        self,
        request: pb.GetReschedulingRequest,
        context: Context[pb.GetReschedulingRequest, pb.Rescheduling],
    ) -> pb.Rescheduling:
        return await self.read(context, calendars.get_rescheduling, None, mapping.rescheduling_to_message)
