"""What is looked at regularly, and is no case: nobody asked for it and nobody decides it."""

from __future__ import annotations

from google.type.date_pb2 import Date
from temporalio import workflow

from kernel.clock import local_date
from workflows.calls import call_owner
from workflows.contracts import LICENCE_WATCH, request_id
from zhupi.customer.v1.licence_service_pb2 import WatchLicencesRequest, WatchLicencesResponse


@workflow.defn(name=LICENCE_WATCH)
class LicenceWatch:
    """Once a day, all licences of all registered customers, some customers at a time: what expires is said, and orders are
    held to what a customer is licensed for. Nothing is said twice, however often it runs.
    """

    @workflow.run
    async def run(self) -> None:
        today, run, last = local_date(workflow.now()), workflow.info().run_id, ""
        day = Date(year=today.year, month=today.month, day=today.day)
        while True:
            request = WatchLicencesRequest(request_id=request_id(f"{run}/{last}"), day=day, after=last)
            answer = await call_owner(request, WatchLicencesResponse)
            if not answer.last:
                return
            last = answer.last
