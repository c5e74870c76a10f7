"""A case as those who take part in it see it: in their inboxes, on its own page, on its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tests.builders.approval_desk import request_id
from tests.builders.group import claims
from tests.builders.group.people import OPERATOR
from tests.builders.group.waiting import until
from zhupi.approval.v1 import case_pb2, work_item_pb2
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest, WorkItem
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest, TimelineEntry

if TYPE_CHECKING:
    from tests.builders.approval_desk import Desk
    from tests.builders.group.group import Group

DONE: Final = ListWorkItemsRequest.BOX_DONE
OVER: Final = (WorkItem.STATE_DONE, WorkItem.STATE_CANCELLED)


@dataclass(frozen=True, slots=True)
class Asked:
    """`name` is the case's, `document` what it is about, `by` who asks."""

    group: Group
    name: str
    document: str
    by: str

    async def desk(self, login: str) -> Desk:
        return await self.group.desk(login)

    async def inbox(self, login: str, **asked: Any) -> Sequence[WorkItem]:
        """What of this case lies before the person."""
        return await (await self.desk(login)).inbox(document=self.document, **asked)

    async def item(self, login: str, step: str = "", visit: int = 0) -> WorkItem:
        """The person's one work item of the case, as soon as it is there; of that step and visit where they are given."""

        async def look() -> WorkItem | None:
            found = [
                item
                for item in await self.inbox(login)
                if step in ("", item.step) and visit in (0, item.visit)
            ]
            return found[0] if found else None

        return await until(look, f"an item of {step or 'any step'} for {login} in {self.name}")

    async def act(self, login: str, verb: str, item: WorkItem | None = None, **asked: Any) -> WorkItem:
        """The person does that to what of this case lies before them, or to `item`: `act("heli", "StartWorkItem")`."""
        on = item or await self.item(login)
        request = getattr(work_item_pb2, f"{verb}Request")
        said: dict[str, Any] = {"name": on.name, "etag": on.etag, "request_id": request_id()}
        if "document_version" in request.DESCRIPTOR.fields_by_name:
            said["document_version"] = on.document_version
        done: WorkItem = await getattr((await self.desk(login)).items, verb)(request(**{**said, **asked}))
        return done

    async def approve(self, login: str, **changes: Any) -> WorkItem:
        """The person approves what of this case comes to them."""
        return await (await self.desk(login)).approve(await self.item(login), **changes)

    async def reject(self, login: str, **changes: Any) -> WorkItem:
        return await (await self.desk(login)).reject(await self.item(login), **changes)

    async def give_back(self, login: str, **changes: Any) -> WorkItem:
        return await (await self.desk(login)).give_back(await self.item(login), **changes)

    async def case(self) -> case_pb2.Case:
        """All of it, as an operator sees it."""
        return await (await self.desk(OPERATOR)).get_case(self.name)

    async def items(self, step: str = "", visit: int = 0) -> list[WorkItem]:
        found = (await self.case()).work_items
        return [item for item in found if step in ("", item.step) and visit in (0, item.visit)]

    async def first_item(self) -> WorkItem:
        """The first that is before anybody, as soon as it is there."""

        async def look() -> list[WorkItem]:
            return await self.open_items()

        return (await until(look, f"an item of {self.name}"))[0]

    async def item_for(self, login: str, step: str = "") -> WorkItem:
        """The latest item of the case that the person has, or is to have, whatever its state."""
        mine = [
            item for item in await self.items(step) if f"people/{login}" in (item.assignee, *item.candidates)
        ]
        return mine[-1]

    async def open_items(self) -> list[WorkItem]:
        """What is still before people in the scenario's own stage."""
        return [item for item in await self.items() if item.state not in OVER and item.stage == claims.STAGE]

    async def is_open(self, *steps: str) -> None:
        """Wait until these steps, and no others of the scenario's stage, are before people."""

        async def look() -> bool:
            return {item.step for item in await self.open_items()} == set(steps)

        await until(look, f"{steps} to be all that is open of {self.name}")

    async def passes(self) -> None:
        """Wait until the scenario's stage is approved."""

        async def look() -> bool:
            return any(item.stage == claims.AFTERWARDS_STAGE for item in await self.items())

        await until(look, f"the end of the stage of {self.name}")

    async def ends(self) -> case_pb2.CaseOutcome:
        """Wait for the end of the case; how it ended."""

        async def look() -> case_pb2.Case | None:
            case = await self.case()
            return case if case.state == case_pb2.Case.STATE_CLOSED else None

        return (await until(look, f"the end of {self.name}")).outcome

    async def comes_back(self) -> None:
        """Wait until the requester may change the document again."""
        channel = await self.group.channel(self.by, "expense")
        await until(lambda: claims.may_be_changed(channel, self.document), f"{self.document} with {self.by}")

    async def ask_again(self) -> None:
        """The requester submits once more, when the document has come back."""
        await self.comes_back()
        await claims.resubmit(await self.group.channel(self.by, "expense"), self.document)

    async def timeline(self) -> Sequence[TimelineEntry]:
        """The case's own rows, as an operator reads them."""
        desk = await self.desk(OPERATOR)
        asked = ListTimelineRequest(document=self.name, page_size=200)
        return (await desk.timelines.ListTimeline(asked)).entries

    async def told(self, kind: str) -> list[TimelineEntry]:
        return [entry for entry in await self.timeline() if entry.kind == kind]
