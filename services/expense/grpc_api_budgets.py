"""Budgets, months and limits over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

from chassis.cases.ports import Directory
from chassis.files.downloads import pieces
from chassis.files.limits import LARGEST
from chassis.files.sheet_messages import FORMATS
from chassis.files.uploads import once, receive
from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer, caller_request
from chassis.rpc.values import id_in, money_from_message
from kernel.clock import Clock
from kernel.fields import within
from services.expense import budget_mapping as mapping
from services.expense.domain.limits import Catalogue
from services.expense.domain.months import BookingMonth, Month
from services.expense.grpc_api import Context, Unit
from services.expense.use_cases import budget_files, budgets, limits, months
from services.expense.use_cases.budgets import BudgetView
from services.expense.use_cases.ports import Booked, BudgetQuery
from zhupi.common.v1.sheet_pb2 import FileChunk, ImportReport
from zhupi.expense.v1 import budget_pb2 as pb
from zhupi.expense.v1 import budget_pb2_grpc


class BudgetServicer(Servicer[Unit], budget_pb2_grpc.BudgetServiceServicer):
    def __init__(self, units: Callable[[], Unit], directory: Directory, clock: Clock | None = None) -> None:
        super().__init__(units, clock)
        self._get = partial(budgets.get_budget, directory=directory)
        self._list = partial(budgets.list_budgets, directory=directory)
        self._movements = partial(budgets.list_movements, directory=directory)
        self._import = partial(budget_files.import_budgets, directory=directory)

    async def GetBudget(self, request: pb.GetBudgetRequest, context: Context[pb.Budget]) -> pb.Budget:
        key = mapping.key_from_name(request.name)
        return await self.read(context, self._get, key, mapping.budget_to_message)

    async def ListBudgets(
        self, request: pb.ListBudgetsRequest, context: Context[pb.ListBudgetsResponse]
    ) -> pb.ListBudgetsResponse:
        query = BudgetQuery(
            request.organisation and id_in(request.organisation, "organisations", "organisation"),
            request.month,
            request.expense_type,
        )
        command = budgets.ListBudgets(query, PageRequest.of(request))
        return await self.read(context, self._list, command, _listed)

    async def ImportBudgets(
        self, request_iterator: AsyncIterator[pb.ImportBudgetsRequest], context: Context[ImportReport]
    ) -> ImportReport:
        header, content = await receive(request_iterator, LARGEST)
        command = budget_files.ImportBudgets(content, FORMATS[header.format], header.dry_run)
        with once(header, content):
            return await self.write(context, self._import, command, mapping.report_to_message)

    async def ExportBudgets(self, request: pb.ExportBudgetsRequest, context: Any) -> AsyncIterator[FileChunk]:
        with within("month_from"):
            first = Month.parse(request.month_from)
        with within("month_to"):
            command = budget_files.ExportBudgets(first, Month.parse(request.month_to))
        actor = caller_request().caller
        content = await budget_files.export_budgets(command, uow=self.units(), actor=actor, clock=self.clock)
        for piece in pieces(content):
            yield piece

    async def AdjustBudget(self, request: pb.AdjustBudgetRequest, context: Context[pb.Budget]) -> pb.Budget:
        key = mapping.key_from_name(request.name)
        with within("change"):
            change = money_from_message(request.change)
        command = budgets.AdjustBudget(key, request.etag, change, request.reason)
        return await self.write(context, budgets.adjust_budget, command, mapping.budget_to_message)

    async def TransferBudget(
        self, request: pb.TransferBudgetRequest, context: Context[pb.TransferBudgetResponse]
    ) -> pb.TransferBudgetResponse:
        source = mapping.key_from_name(request.source, "source")
        target = mapping.key_from_name(request.target, "target")
        with within("amount"):
            amount = money_from_message(request.amount)
        command = budgets.TransferBudget(source, target, amount, request.reason)
        return await self.write(context, budgets.transfer_budget, command, _transferred)

    async def ListBudgetMovements(
        self, request: pb.ListBudgetMovementsRequest, context: Context[pb.ListBudgetMovementsResponse]
    ) -> pb.ListBudgetMovementsResponse:
        key = mapping.key_from_name(request.budget, "budget")
        command = budgets.ListMovements(key, PageRequest.of(request))
        return await self.read(context, self._movements, command, _moved)

    async def CloseMonth(self, request: pb.CloseMonthRequest, context: Context[pb.Month]) -> pb.Month:
        command = months.CloseMonth(_month(request.name))
        return await self.write(context, months.close_month, command, mapping.month_to_message)

    async def ReopenMonth(self, request: pb.ReopenMonthRequest, context: Context[pb.Month]) -> pb.Month:
        command = months.ReopenMonth(_month(request.name), request.reason)
        return await self.write(context, months.reopen_month, command, mapping.month_to_message)

    async def ListMonths(
        self, request: pb.ListMonthsRequest, context: Context[pb.ListMonthsResponse]
    ) -> pb.ListMonthsResponse:
        return await self.read(context, months.list_months, PageRequest.of(request), _listed_months)


class LimitServicer(Servicer[Unit], budget_pb2_grpc.LimitServiceServicer):
    async def ListExpenseTypes(
        self, request: pb.ListExpenseTypesRequest, context: Context[pb.ListExpenseTypesResponse]
    ) -> pb.ListExpenseTypesResponse:
        return await self.read(context, limits.get_catalogue, None, _types)

    async def ListLimits(
        self, request: pb.ListLimitsRequest, context: Context[pb.ListLimitsResponse]
    ) -> pb.ListLimitsResponse:
        return await self.read(context, limits.get_catalogue, None, mapping.limits_to_message)

    async def ReplaceLimits(
        self, request: pb.ReplaceLimitsRequest, context: Context[pb.ListLimitsResponse]
    ) -> pb.ListLimitsResponse:
        command = mapping.limits_from_message(request)
        return await self.write(context, limits.replace_limits, command, mapping.limits_to_message)


def _month(name: str) -> Month:
    with within("name"):
        return Month.parse(id_in(name, "months"))


def _listed(page: Page[BudgetView]) -> pb.ListBudgetsResponse:
    found = map(mapping.budget_to_message, page.items)
    return pb.ListBudgetsResponse(budgets=found, next_page_token=page.next_page_token)


def _moved(page: Page[Booked]) -> pb.ListBudgetMovementsResponse:
    found = map(mapping.movement_to_message, page.items)
    return pb.ListBudgetMovementsResponse(movements=found, next_page_token=page.next_page_token)


def _transferred(views: tuple[BudgetView, BudgetView]) -> pb.TransferBudgetResponse:
    source, target = map(mapping.budget_to_message, views)
    return pb.TransferBudgetResponse(source=source, target=target)


def _listed_months(page: Page[BookingMonth]) -> pb.ListMonthsResponse:
    found = map(mapping.month_to_message, page.items)
    return pb.ListMonthsResponse(months=found, next_page_token=page.next_page_token)


def _types(catalogue: Catalogue) -> pb.ListExpenseTypesResponse:
    return pb.ListExpenseTypesResponse(expense_types=map(mapping.type_to_message, catalogue.types.values()))
