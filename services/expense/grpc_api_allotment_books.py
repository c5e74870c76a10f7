"""All that activities hold over gRPC, for services: decode, call, encode."""

from __future__ import annotations

from typing import Final

from chassis.rpc.servicer import Servicer
from chassis.rpc.values import money_to_message
from services.expense.allotment_mapping import number_of
from services.expense.allotment_messages import changed
from services.expense.budget_mapping import key_from_name
from services.expense.domain.allotment import Allotment
from services.expense.grpc_api import Context, Unit
from services.expense.use_cases import allotment_books
from services.expense.use_cases.allotment_ports import ActivityBudget
from zhupi.expense.v1 import allotment_books_pb2 as pb
from zhupi.expense.v1 import allotment_books_pb2_grpc

AT_ONCE: Final = 100


class AllotmentBooksServicer(Servicer[Unit], allotment_books_pb2_grpc.AllotmentBooksServiceServicer):
    async def ReadAllotments(
        self, request: pb.ReadAllotmentsRequest, context: Context[pb.ReadAllotmentsResponse]
    ) -> pb.ReadAllotmentsResponse:
        after = request.after and number_of(request.after, "activities", "after")
        command = allotment_books.ReadAllotments(after, request.limit or AT_ONCE)
        return await self.read(context, allotment_books.read_allotments, command, _allotments)

    async def ReadActivityBudgets(
        self, request: pb.ReadActivityBudgetsRequest, context: Context[pb.ReadActivityBudgetsResponse]
    ) -> pb.ReadActivityBudgetsResponse:
        after = key_from_name(request.after, "after") if request.after else None
        command = allotment_books.ReadBudgets(after, request.limit or AT_ONCE)
        return await self.read(context, allotment_books.read_budgets, command, _budgets)


def _allotments(read: tuple[tuple[Allotment, ...], bool]) -> pb.ReadAllotmentsResponse:
    found, more = read
    return pb.ReadAllotmentsResponse(allotments=map(changed, found), more=more)


def _budgets(read: tuple[tuple[ActivityBudget, ...], bool]) -> pb.ReadActivityBudgetsResponse:
    found, more = read
    return pb.ReadActivityBudgetsResponse(budgets=map(_budget, found), more=more)


def _budget(held: ActivityBudget) -> pb.ActivityBudget:
    return pb.ActivityBudget(
        budget=str(held.budget),
        reserved=money_to_message(held.reserved),
        committed=money_to_message(held.committed),
        spent=money_to_message(held.spent),
    )
