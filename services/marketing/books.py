"""What activities hold of budgets as expense says, asked for reconciliations."""

from __future__ import annotations

import grpc
from google.protobuf.json_format import MessageToDict

from chassis.rpc.values import id_in, money_from_message, time_from_message
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.comparing import Sums
from zhupi.expense.v1.allotment_books_pb2 import (
    ActivityBudget,
    ReadActivityBudgetsRequest,
    ReadAllotmentsRequest,
)
from zhupi.expense.v1.allotment_books_pb2_grpc import AllotmentBooksServiceStub
from zhupi.expense.v1.allotment_pb2 import Allotment
from zhupi.expense.v1.events_pb2 import AllotmentChanged


class ExpenseBooks:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = AllotmentBooksServiceStub(channel)

    async def allotments(self, after: str, limit: int) -> tuple[tuple[KnownAllotment, ...], bool]:
        answer = await self._stub.ReadAllotments(ReadAllotmentsRequest(after=after, limit=limit))
        return tuple(map(allotment_from_message, answer.allotments)), answer.more

    async def budgets(self, after: str, limit: int) -> tuple[tuple[Sums, ...], bool]:
        answer = await self._stub.ReadActivityBudgets(ReadActivityBudgetsRequest(after=after, limit=limit))
        return tuple(map(_sums, answer.budgets)), answer.more


def allotment_from_message(message: AllotmentChanged) -> KnownAllotment:
    """Raises NameMalformed, TimeMalformed."""
    return KnownAllotment(
        activity=id_in(message.activity, "activities"),
        version=message.version,
        state=Allotment.State.Name(message.state),
        fully_claimed=message.fully_claimed,
        said=MessageToDict(message),
        time=time_from_message(message.time),
    )


def _sums(held: ActivityBudget) -> Sums:
    amounts = (money_from_message(amount) for amount in (held.reserved, held.committed, held.spent))
    return Sums(held.budget, *amounts)
