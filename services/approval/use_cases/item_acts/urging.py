"""Urging: those whom a step waits for are reminded, because somebody asks for haste."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Unpack
from uuid import UUID

from kernel.errors import NotFound
from kernel.text import Text
from services.approval.domain.cases.notices import NoticeKind
from services.approval.domain.people.directory import PersonId
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.urging import urge
from services.approval.use_cases.events import about
from services.approval.use_cases.item_acts.acting import Acting, Deed, Tools, act_on_item, nobodys
from services.approval.use_cases.items import OnItem
from services.approval.use_cases.sight import sight_of
from services.approval.use_cases.step_events import StepUrged
from services.approval.use_cases.views import ItemView


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge(OnItem):
    comment: str = ""


def urging(shown: Container[UUID]) -> Deed:
    """Whoever sees the case may, of the items that are shown to them."""

    def urged(act: Acting) -> Step:
        if act.item not in shown:
            raise NotFound(name=act.step.item(act.item).name)
        return urge(act.step, act.at)

    return Deed(urged, whose=nobodys)


async def urge_step(cmd: Urge, **tools: Unpack[Tools]) -> ItemView:
    """Raises NotFound where the caller may not see the case, UrgedAlready, WorkItemClosed."""

    async def urged(act: Acting) -> Step:
        sight = await sight_of(act.actor, act.uow, tools["clock"])
        shown = {one.item.id for one in (await act.uow.cases.find(act.case.name, sight)).items}
        done = urging(shown).verb(act)
        return done if isinstance(done, Step) else await done

    def said(act: Acting, after: Step) -> StepUrged:
        return StepUrged(
            **about(act.case, act.actor, act.at),
            step=str(after.name),
            title=after.title,
            people=tuple(sorted(waited_for(after))),
            comment=cmd.comment.strip(),
        )

    async def tell(act: Acting, after: Step) -> None:
        case, people = act.case, waited_for(after)
        away = await act.uow.absences.stand_ins_of(people, case.name.process, case.organisation, act.at)
        act.uow.notices.tell(
            (people | (away - {case.requester})) - {act.actor.person},
            NoticeKind.URGED,
            act.case,
            Text(f"请尽快处理“{after.title.zh}”", f"Please decide soon: {after.title.en}"),
            at=act.at,
            by=act.actor.person,
            comment=cmd.comment.strip(),
        )

    return await act_on_item(cmd, Deed(urged, whose=nobodys), said, finish=tell, **tools)


def waited_for(step: Step) -> frozenset[PersonId]:
    """In whose lists the step stands."""
    return frozenset(person for item in step.items for person in item.audience)
