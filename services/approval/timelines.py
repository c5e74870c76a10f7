"""Whose timelines there are here, and who may read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chassis.rpc.values import id_in
from chassis.timeline.ledger import Row
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from services.approval import permissions
from services.approval.domain.cases.names import CASE, CaseName
from services.approval.domain.documents.document import COLLECTION
from services.approval.mapping.names import uuid_in
from services.approval.store.unit_of_work import ApprovalStore
from services.approval.use_cases.absences import get_stand_in
from services.approval.use_cases.attachments import get_attachment
from services.approval.use_cases.discretion import discreet_rows
from services.approval.use_cases.documents import get_document
from services.approval.use_cases.sight import sight_of


class Timelines:
    def __init__(self, units: Callable[[], ApprovalStore], clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def document_for(self, name: str, actor: Actor) -> str:
        """The document whose timeline is meant: a case, an attachment, a stand-in, a policy, a calendar, or the directory.

        Raises NotFound, also where the caller may not see it.
        """
        collection = name.partition("/")[0]
        if collection in ("policies", "processes", "calendars"):
            return name
        if collection == COLLECTION:
            number = id_in(name, COLLECTION, "document")
            return (
                await get_document(number, uow=self._units().reading(), actor=actor, clock=self._clock)
            ).name
        if collection == "attachments":
            id = uuid_in(name, "attachments", "document")
            return (
                await get_attachment(id, uow=self._units().reading(), actor=actor, clock=self._clock)
            ).name
        if collection == "standIns":
            id = uuid_in(name, "standIns", "document")
            found = await get_stand_in(id, uow=self._units().reading(), actor=actor, clock=self._clock)
            return found.stand_in.name
        if CASE.fullmatch(name.removeprefix("cases/")):
            case = CaseName.parse(name, "document")
            async with self._units().reading() as uow:
                if await uow.cases.may_see(case, await sight_of(actor, uow, self._clock)):
                    return case.resource
        if name == "directory" and permissions.may(actor, "ImportDirectory"):
            return name
        raise NotFound(name=name)

    async def shown(self, document: str, actor: Actor, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows without what a policy keeps from the caller."""
        if not CASE.fullmatch(document.removeprefix("cases/")):
            return rows
        case = CaseName.parse(document, "document")
        async with self._units().reading() as uow:
            sight = await sight_of(actor, uow, self._clock)
            if sight.everything or not await uow.cases.keeps_names(case):
                return rows
            return discreet_rows(rows, await uow.cases.find(case, sight))
