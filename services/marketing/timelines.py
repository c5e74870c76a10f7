"""Whose timelines there are here, and who may read them."""

from __future__ import annotations

from collections.abc import Callable

from chassis.rpc.values import id_in
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from services.marketing.permissions import require
from services.marketing.use_cases.activity_queries import get_activity
from services.marketing.use_cases.changes import get_change
from services.marketing.use_cases.ports import Directory, Work


class Timelines:
    def __init__(self, units: Callable[[], Work], directory: Directory, clock: Clock) -> None:
        self._units = units
        self._directory = directory
        self._clock = clock

    async def document_for(self, name: str, actor: Actor) -> str:
        """An activity, a change of one, a reconciliation, or what market management sets. Raises NotFound, also where the caller may not see it."""
        match name.partition("/")[0]:
            case "activities":
                number = id_in(name, "activities", "document")
                activity = get_activity(
                    number, uow=self._units(), actor=actor, clock=self._clock, directory=self._directory
                )
                return (await activity).name
            case "activityChanges":
                number = id_in(name, "activityChanges", "document")
                change = get_change(
                    number, uow=self._units(), actor=actor, clock=self._clock, directory=self._directory
                )
                return (await change).name
            case "reconciliations":
                require(actor, "SeeReconciliations")
                return name
            case "activityConfiguration":
                return name
        raise NotFound(name=name)
