"""Yearly plans over gRPC: decode, call, encode."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Final

from chassis.files.limits import LARGEST
from chassis.files.uploads import once, receive
from chassis.rpc.interceptors.validation import validate
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import text_to_message
from kernel.clock import Clock
from services.marketing.domain.terms import Terms
from services.marketing.domain.year_plan import PlannedOutcome, PlanOutcome
from services.marketing.grpc_api import Context, Unit
from services.marketing.terms_mapping import terms_to_message
from services.marketing.use_cases import year_plan
from services.marketing.use_cases.checking import Around
from services.marketing.use_cases.ports import Directory
from services.marketing.use_cases.year_plan import YearPlanReport
from zhupi.common.v1.sheet_pb2 import RowRefusal
from zhupi.marketing.v1 import year_plan_pb2 as pb
from zhupi.marketing.v1 import year_plan_pb2_grpc

OUTCOMES: Final = {outcome: pb.PlanOutcome.Value(f"PLAN_OUTCOME_{outcome.name}") for outcome in PlanOutcome}


class YearPlanServicer(Servicer[Unit], year_plan_pb2_grpc.YearPlanServiceServicer):
    def __init__(
        self, units: Callable[[], Unit], directory: Directory, around: Around, clock: Clock | None = None
    ) -> None:
        super().__init__(units, clock)
        self._import = partial(year_plan.import_year_plan, directory=directory, around=around, check=let_in)

    async def ImportYearPlan(
        self, request_iterator: AsyncIterator[pb.ImportYearPlanRequest], context: Context[pb.YearPlanReport]
    ) -> pb.YearPlanReport:
        header, content = await receive(request_iterator, LARGEST)
        command = year_plan.ImportYearPlan(header.file_name, content, header.dry_run)
        with once(header, content):
            return await self.write(context, self._import, command, report_to_message)


def let_in(terms: Terms) -> None:
    """Raises InvalidArgument for terms that the contract would not let in, however they came."""
    validate(terms_to_message(terms))


def report_to_message(report: YearPlanReport) -> pb.YearPlanReport:
    counted = Counter(row.outcome for row in report.rows)
    counts = [
        pb.PlanCount(outcome=OUTCOMES[outcome], rows=counted[outcome])
        for outcome in PlanOutcome
        if outcome in counted
    ]
    rows = [_row_to_message(row, report.sheet) for row in report.rows]
    return pb.YearPlanReport(dry_run=report.dry_run, rows=rows, counts=counts)


def _row_to_message(one: PlannedOutcome, sheet: str) -> pb.PlanRow:
    row = one.row
    refusals = [
        RowRefusal(
            sheet=sheet,
            line=row.line,
            column=fault.field,
            rule=fault.rule,
            sentence=text_to_message(fault.text),
        )
        for fault in row.faults
    ]
    return pb.PlanRow(
        line=row.line,
        key=row.key,
        title=row.terms.title[:200],
        outcome=OUTCOMES[one.outcome],
        activity=one.activity and f"activities/{one.activity}",
        refusals=refusals,
    )
