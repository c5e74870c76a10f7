"""What is looked at regularly, and is no case: nobody asked for it and nobody decides it."""

from __future__ import annotations

from google.type.date_pb2 import Date
from temporalio import workflow
from temporalio.exceptions import FailureError

from kernel.clock import local_date
from workflows.calls import call_owner
from workflows.contracts import LICENCE_WATCH, request_id
from workflows.patience import FIRST_PAUSE, LONGEST_INSIDE, Trouble
from zhupi.customer.v1.licence_service_pb2 import WatchLicencesRequest, WatchLicencesResponse


@workflow.defn(name=LICENCE_WATCH)
class LicenceWatch:
    """Once a day, all licences of all registered customers, some customers at a time: what expires is said, and orders are
    held to what a customer is licensed for. Nothing is said twice, however often it runs.

    Whoever is away for a while is waited for: tomorrow is too late for what has expired today.
    """

    @workflow.run
    async def run(self, after: str = "") -> None:
        """`after`: the customers behind this one; a run whose history has grown long goes on in a new one."""
        today, run, last = local_date(workflow.now()), workflow.info().run_id, after
        day = Date(year=today.year, month=today.month, day=today.day)
        while True:
            request = WatchLicencesRequest(request_id=request_id(f"{run}/{last}"), day=day, after=last)
            answer = await _insist(request, last)
            if not answer.last:
                return
            last = answer.last
            _go_on_if_long(last)


async def _insist(request: WatchLicencesRequest, last: str) -> WatchLicencesResponse:
    pause = FIRST_PAUSE
    while True:
        try:
            return await call_owner(request, WatchLicencesResponse)
        except FailureError as error:
            trouble = Trouble.of(error)
        workflow.set_current_details(trouble.words)
        await workflow.sleep(pause, summary=trouble.reason)
        workflow.set_current_details("")
        pause = min(2 * pause, LONGEST_INSIDE)
        _go_on_if_long(last)


def _go_on_if_long(last: str) -> None:
    if workflow.info().is_continue_as_new_suggested():
        workflow.continue_as_new(last)
