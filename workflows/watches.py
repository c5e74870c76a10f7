"""What is looked at regularly, and is no case: nobody asked for it and nobody decides it.

A watch asks a service page by page. Whoever is away for a while is waited for, and a run whose history has grown long goes
on in a new one, where it stood.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from google.protobuf.message import Message
from google.type.date_pb2 import Date
from temporalio import workflow
from temporalio.exceptions import FailureError

from kernel.clock import local_date
from workflows.calls import call_owner
from workflows.contracts import ALLOTMENT_RECONCILIATION, LICENCE_WATCH, request_id
from workflows.patience import FIRST_PAUSE, LONGEST_INSIDE, Trouble
from zhupi.customer.v1.licence_service_pb2 import WatchLicencesRequest, WatchLicencesResponse
from zhupi.marketing.v1.reconciliation_pb2 import (
    BeginReconciliationRequest,
    ContinueReconciliationRequest,
    Reconciliation,
)

A = TypeVar("A", bound=Message)


@workflow.defn(name=LICENCE_WATCH)
class LicenceWatch:
    """Once a day, all licences of all registered customers, some customers at a time: what expires is said, and orders are
    held to what a customer is licensed for. Nothing is said twice, however often it runs.

    Tomorrow is too late for what has expired today.
    """

    @workflow.run
    async def run(self, after: str = "") -> None:
        """`after`: the customers behind this one."""
        today, run, last = local_date(workflow.now()), workflow.info().run_id, after
        day = Date(year=today.year, month=today.month, day=today.day)
        while True:
            request = WatchLicencesRequest(request_id=request_id(f"{run}/{last}"), day=day, after=last)
            answer = await _insist(request, WatchLicencesResponse, last)
            if not answer.last:
                return
            last = answer.last
            _go_on_if_long(last)


@workflow.defn(name=ALLOTMENT_RECONCILIATION)
class AllotmentReconciliation:
    """Every few minutes it asks whether marketing has a reconciliation with expense to go on with, and does it to its end:
    one that is due, one that people asked for, or one that was left.

    Where it stands marketing knows. What may have been in flight is looked at again after a rest.
    """

    @workflow.run
    async def run(self, under_way: str = "") -> None:
        """`under_way`: the one that a former run has begun."""
        turns, run = 0, workflow.info().run_id
        name = under_way
        if not name:
            begin = BeginReconciliationRequest(request_id=request_id(f"{run}/begin"))
            name = (await _insist(begin, Reconciliation, "")).name
        while name:
            turns += 1
            turn = ContinueReconciliationRequest(request_id=request_id(f"{run}/{turns}"), name=name)
            answer = await _insist(turn, Reconciliation, name)
            if answer.state == Reconciliation.STATE_FINISHED:
                return
            if answer.HasField("resume_time"):
                rest = answer.resume_time.ToDatetime(workflow.now().tzinfo) - workflow.now()
                await workflow.sleep(max(rest, timedelta(seconds=1)), summary="in flight?")
            _go_on_if_long(name)


async def _insist(request: Message, answer: type[A], standing: str) -> A:
    """The answer, however long it takes. `standing`: with what a new run would go on."""
    pause = FIRST_PAUSE
    while True:
        try:
            return await call_owner(request, answer)
        except FailureError as error:
            trouble = Trouble.of(error)
        workflow.set_current_details(trouble.words)
        await workflow.sleep(pause, summary=trouble.reason)
        workflow.set_current_details("")
        pause = min(2 * pause, LONGEST_INSIDE)
        _go_on_if_long(standing)


def _go_on_if_long(standing: str) -> None:
    if workflow.info().is_continue_as_new_suggested():
        workflow.continue_as_new(standing)
