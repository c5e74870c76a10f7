"""Says on every span and log line of an activity which case it serves."""

from __future__ import annotations

from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from chassis.observability import telemetry


class CaseNamed(Interceptor):
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Activity(super().intercept_activity(next))


class _Activity(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        case = activity.info().workflow_id
        if case is not None:
            telemetry.concerns(case=case)
        return await super().execute_activity(input)
