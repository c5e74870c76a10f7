"""Reconciliations with expense over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import id_in, text_to_message, time_to_message
from chassis.transaction.requests import Answering
from kernel.clock import Clock
from services.marketing.domain.difference import Difference, DifferenceKind, DifferenceState
from services.marketing.domain.reconciliation import Reconciliation, ReconciliationState
from services.marketing.grpc_api import Context
from services.marketing.use_cases import reconciling
from services.marketing.use_cases.reconciliation_ports import Books, DifferenceQuery, ReconcilingWork
from zhupi.marketing.v1 import reconciliation_pb2 as pb
from zhupi.marketing.v1 import reconciliation_pb2_grpc

RUNS: Final = {state: pb.Reconciliation.State.Value(f"STATE_{state.name}") for state in ReconciliationState}
STATES: Final = {state: pb.Difference.State.Value(f"STATE_{state.name}") for state in DifferenceState}
STATES_BACK: Final = {number: state for state, number in STATES.items()}
KINDS: Final = {kind: pb.Difference.Kind.Value(f"KIND_{kind.name}") for kind in DifferenceKind}
KINDS_BACK: Final = {number: kind for kind, number in KINDS.items()}


class Unit(ReconcilingWork, Answering, Protocol):
    """A transaction that also keeps what was answered."""


class ReconciliationServicer(Servicer[Unit], reconciliation_pb2_grpc.ReconciliationServiceServicer):
    async def StartReconciliation(
        self, request: pb.StartReconciliationRequest, context: Context[pb.Reconciliation]
    ) -> pb.Reconciliation:
        return await self.write(context, reconciling.start_reconciliation, None, run_to_message)

    async def GetReconciliation(
        self, request: pb.GetReconciliationRequest, context: Context[pb.Reconciliation]
    ) -> pb.Reconciliation:
        return await self.read(context, reconciling.get_reconciliation, _id_of(request.name), run_to_message)

    async def ListReconciliations(
        self, request: pb.ListReconciliationsRequest, context: Context[pb.ListReconciliationsResponse]
    ) -> pb.ListReconciliationsResponse:
        return await self.read(context, reconciling.list_reconciliations, PageRequest.of(request), _runs)

    async def ListDifferences(
        self, request: pb.ListDifferencesRequest, context: Context[pb.ListDifferencesResponse]
    ) -> pb.ListDifferencesResponse:
        query = DifferenceQuery(STATES_BACK.get(request.state), KINDS_BACK.get(request.kind), request.subject)
        command = reconciling.ListDifferences(query, PageRequest.of(request))
        return await self.read(context, reconciling.list_differences, command, _differences)


class ReconciliationTurnServicer(Servicer[Unit], reconciliation_pb2_grpc.ReconciliationTurnServiceServicer):
    def __init__(self, units: Callable[[], Unit], books: Books, clock: Clock | None = None) -> None:
        super().__init__(units, clock)
        self._continue = partial(reconciling.continue_reconciliation, books=books)

    async def BeginReconciliation(
        self, request: pb.BeginReconciliationRequest, context: Context[pb.Reconciliation]
    ) -> pb.Reconciliation:
        return await self.write(context, reconciling.begin_reconciliation, None, _run_if_any)

    async def ContinueReconciliation(
        self, request: pb.ContinueReconciliationRequest, context: Context[pb.Reconciliation]
    ) -> pb.Reconciliation:
        return await self.write(context, self._continue, _id_of(request.name), run_to_message)


def run_to_message(run: Reconciliation) -> pb.Reconciliation:
    counts = run.counts
    return pb.Reconciliation(
        name=run.name,
        state=RUNS[run.state],
        begun_by=run.begun_by,
        allotments=counts.allotments,
        budgets=counts.budgets,
        reported=counts.reported,
        repaired=counts.repaired,
        gone=counts.gone,
        start_time=time_to_message(run.start_time),
        resume_time=time_to_message(run.resume_time),
        finish_time=time_to_message(run.finish_time),
    )


def difference_to_message(difference: Difference) -> pb.Difference:
    return pb.Difference(
        name=difference.name,
        kind=KINDS[difference.kind],
        subject=difference.subject,
        state=STATES[difference.state],
        what=text_to_message(difference.sentence),
        first_seen_time=time_to_message(difference.first_seen),
        last_seen_time=time_to_message(difference.last_seen),
        gone_time=time_to_message(difference.gone_time),
    )


def _id_of(name: str) -> UUID:
    """The contract has checked that it is one."""
    return UUID(id_in(name, "reconciliations", "name"))


def _run_if_any(run: Reconciliation | None) -> pb.Reconciliation:
    return run_to_message(run) if run is not None else pb.Reconciliation()


def _runs(page: Page[Reconciliation]) -> pb.ListReconciliationsResponse:
    return pb.ListReconciliationsResponse(
        reconciliations=map(run_to_message, page.items), next_page_token=page.next_page_token
    )


def _differences(page: Page[Difference]) -> pb.ListDifferencesResponse:
    return pb.ListDifferencesResponse(
        differences=map(difference_to_message, page.items), next_page_token=page.next_page_token
    )
