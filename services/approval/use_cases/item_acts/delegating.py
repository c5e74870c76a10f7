"""Delegating a work item, handing it back, calling it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Unpack

from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.settings.privileges import Privilege
from services.approval.domain.steps.delegation import call_back, delegate, hand_back
from services.approval.domain.steps.steps import Step
from services.approval.use_cases.item_acts.acting import Acting, Deed, Tools, act_on_item
from services.approval.use_cases.item_events import (
    WorkItemCalledBack,
    WorkItemDelegated,
    WorkItemHandedBack,
)
from services.approval.use_cases.items import OnItem
from services.approval.use_cases.views import ItemView


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate(OnItem):
    to: PersonId
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack(OnItem):
    """`comment` is what the delegate has found."""

    comment: str = ""


# Whoever stands in for both sides hands back as the one who has it, and calls back as the one who gave it.
HANDING_BACK: Final = Deed(
    lambda act: hand_back(act.step, act.item, act.person), whose=lambda _, item: item.audience
)
CALLING_BACK: Final = Deed(
    lambda act: call_back(act.step, act.item, act.person), whose=lambda _, item: frozenset(item.owners)
)


def handing_on(cmd: Delegate) -> Deed:
    async def delegated(act: Acting) -> Step:
        return delegate(act.step, act.item, act.person, cmd.to, await act.today())

    return Deed(delegated, needs=Privilege.DELEGATE)


async def delegate_item(cmd: Delegate, **tools: Unpack[Tools]) -> ItemView:
    """Has another work on it, who hands it back. Raises CannotSign, AlreadySigns, NotYourWorkItem, WorkItemClosed."""

    def said(act: Acting, _: Step) -> WorkItemDelegated:
        return WorkItemDelegated(**act.about, to=cmd.to, comment=cmd.comment.strip())

    return await act_on_item(cmd, handing_on(cmd), said, joins=[cmd.to], **tools)


async def hand_back_item(cmd: HandBack, **tools: Unpack[Tools]) -> ItemView:
    """Gives it back to whoever delegated it. Raises NotDelegated, NotYourWorkItem, WorkItemClosed."""

    def said(act: Acting, after: Step) -> WorkItemHandedBack:
        return WorkItemHandedBack(**act.about, to=after.item(act.item).assignee, comment=cmd.comment.strip())

    return await act_on_item(cmd, HANDING_BACK, said, **tools)


async def call_back_item(cmd: OnItem, **tools: Unpack[Tools]) -> ItemView:
    """Takes back what one has delegated. Raises NotYourWorkItem, WorkItemClosed."""

    def said(act: Acting, _: Step) -> WorkItemCalledBack:
        return WorkItemCalledBack(**act.about, whose=act.step.item(act.item).assignee)

    return await act_on_item(cmd, CALLING_BACK, said, **tools)
