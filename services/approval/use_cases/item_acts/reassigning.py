"""An administrator gives one share of a step to others: an override, marked on timeline and route, told to who takes part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Unpack

from kernel.text import Text
from services.approval import permissions
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.route import RouteStep
from services.approval.domain.steps.reassigning import reassign
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import WorkItem
from services.approval.use_cases.item_acts.acting import Acting, Deed, Tools, act_on_item, nobodys
from services.approval.use_cases.item_events import WorkItemReassigned
from services.approval.use_cases.items import OnItem
from services.approval.use_cases.overrides import tell_participants
from services.approval.use_cases.separation import must_be_apart_now
from services.approval.use_cases.views import ItemView

REASSIGNED: Final = Text("管理员改派了待办", "An administrator has given a work item to others")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignItem(OnItem):
    people: tuple[PersonId, ...]
    reason: str


def giving(cmd: ReassignItem) -> Deed:
    said = _said(cmd)

    async def given(act: Acting) -> Step:
        permissions.require_on(act.actor, "ReassignWorkItem", act.case)
        name = act.step.name
        after = reassign(act.step, act.item, cmd.people, said, await act.today())
        await must_be_apart_now(act.case, name.stage, name.key, cmd.people, act.uow, "people")
        return after

    return Deed(given, whose=nobodys)


def _said(cmd: ReassignItem) -> Text:
    reason = cmd.reason.strip()
    return Text(f"管理员改派：{reason}", f"given to others by an administrator: {reason}")


async def reassign_item(cmd: ReassignItem, **tools: Unpack[Tools]) -> ItemView:
    """Raises NotPermitted, WorkItemClosed, CannotDecide, AlreadySigns, SeparationOfDuties, AnswerAsked."""
    reason = cmd.reason.strip()

    def told(act: Acting, _: Step) -> WorkItemReassigned:
        return WorkItemReassigned(
            **act.about, was=_holders(act.step.item(act.item)), to=cmd.people, reason=reason
        )

    async def finish(act: Acting, _: Step) -> None:
        await _mark(act, _said(cmd))
        was = _holders(act.step.item(act.item))
        await tell_participants(
            act.case, REASSIGNED, reason, act.uow, act.actor, tools["clock"], [*was, *cmd.people]
        )

    return await act_on_item(cmd, giving(cmd), told, joins=cmd.people, finish=finish, **tools)


def _holders(item: WorkItem) -> tuple[PersonId, ...]:
    return (item.assignee,) if item.assignee else item.candidates


async def _mark(act: Acting, said: Text) -> None:
    """The route of its walk says so."""
    view = await act.uow.routes.latest(act.case.name, act.step.name.stage)
    if view is None:
        return
    marked = replace(view.route, steps=tuple(_marked(one, act, said) for one in view.route.steps))
    act.uow.routes.became(act.case.name, replace(view, route=marked), act.at)


def _marked(step: RouteStep, act: Acting, said: Text) -> RouteStep:
    return replace(step, override=said) if step.key == act.step.name.key else step
