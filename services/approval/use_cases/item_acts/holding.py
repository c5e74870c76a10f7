"""Having a work item: claim and release it, start it, put it aside and take it up again, give it to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Unpack

from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.settings.privileges import Privilege
from services.approval.domain.steps.refusals import NotInTheFuture
from services.approval.domain.steps.steps import Step
from services.approval.use_cases.item_acts.acting import Acting, Deed, Tools, act_on_item
from services.approval.use_cases.item_events import (
    WorkItemClaimed,
    WorkItemReleased,
    WorkItemResumed,
    WorkItemStarted,
    WorkItemSuspended,
    WorkItemTransferred,
)
from services.approval.use_cases.items import OnItem
from services.approval.use_cases.views import ItemView


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(OnItem):
    """`until` None: until it is resumed."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(OnItem):
    """`restart`: whoever gets it begins afresh, without what was asked and answered for it."""

    to: PersonId
    comment: str = ""
    restart: bool = False


CLAIMING: Final = Deed(lambda act: act.step.claim(act.item, act.person))
RELEASING: Final = Deed(lambda act: act.step.release(act.item, act.person), needs=Privilege.RELEASE)
STARTING: Final = Deed(lambda act: act.step.start(act.item, act.person))
RESUMING: Final = Deed(lambda act: act.step.resume(act.item, act.person))


def suspending(cmd: Suspend) -> Deed:
    def suspended(act: Acting) -> Step:
        after = act.step.suspend(act.item, act.person, cmd.until)
        if cmd.until is not None and cmd.until <= act.at:
            raise NotInTheFuture(field="until", until=cmd.until)
        return after

    return Deed(suspended, needs=Privilege.SUSPEND)


def transferring(cmd: Transfer) -> Deed:
    async def transferred(act: Acting) -> Step:
        today = await act.today()
        return act.step.transfer(act.item, act.person, cmd.to, today, restart=cmd.restart)

    return Deed(transferred, needs=Privilege.TRANSFER)


async def claim_item(cmd: OnItem, **tools: Unpack[Tools]) -> ItemView:
    """Takes it from its pool. Raises WorkItemTaken, NotACandidate, WorkItemClosed."""
    return await act_on_item(cmd, CLAIMING, lambda act, _: WorkItemClaimed(**act.about), **tools)


async def release_item(cmd: OnItem, **tools: Unpack[Tools]) -> ItemView:
    """Puts it back into its pool. Raises NotFromAPool, NotYourWorkItem, WorkItemClosed."""
    return await act_on_item(cmd, RELEASING, lambda act, _: WorkItemReleased(**act.about), **tools)


async def start_item(cmd: OnItem, **tools: Unpack[Tools]) -> ItemView:
    """Says that somebody is at it. Raises NotYourWorkItem, WorkItemClosed, WorkItemSuspended."""
    return await act_on_item(cmd, STARTING, lambda act, _: WorkItemStarted(**act.about), **tools)


async def suspend_item(cmd: Suspend, **tools: Unpack[Tools]) -> ItemView:
    """Puts it aside, or out of sight until a date. Raises NotInTheFuture, NotYourWorkItem, WorkItemClosed."""

    def said(act: Acting, _: Step) -> WorkItemSuspended:
        return WorkItemSuspended(**act.about, until=cmd.until)

    return await act_on_item(cmd, suspending(cmd), said, **tools)


async def resume_item(cmd: OnItem, **tools: Unpack[Tools]) -> ItemView:
    """Takes it up again. Raises NotSuspended, NotYourWorkItem, WorkItemClosed."""
    return await act_on_item(cmd, RESUMING, lambda act, _: WorkItemResumed(**act.about), **tools)


async def transfer_item(cmd: Transfer, **tools: Unpack[Tools]) -> ItemView:
    """Gives it to another person. Raises CannotTransferTo, NotYourWorkItem, WorkItemClosed, DelegationOpen."""

    def said(act: Acting, _: Step) -> WorkItemTransferred:
        return WorkItemTransferred(**act.about, to=cmd.to, comment=cmd.comment.strip(), restart=cmd.restart)

    return await act_on_item(cmd, transferring(cmd), said, joins=[cmd.to], **tools)
