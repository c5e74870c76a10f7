"""What is looked up once, whatever is asked about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chassis.cases.offered import Choice
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import Refusal
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.policies.policy import Policy
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.walked import NO_PAST, Past, Walked
from services.approval.domain.steps.work_items import WorkItem
from services.approval.use_cases.item_acts.acting import Acting, Deed, allowed, in_whose_name
from services.approval.use_cases.items import OnItem
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.separation import apart_from
from services.approval.use_cases.views import CaseView, RouteView

# So many names are told, the others counted.
NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as the caller sees it at one moment. `steps` are open, or decided and to be taken back; `stored` as they were written.

    `view` is the route under way with how its steps stand; `for_whom` are those in whose place the caller may act.
    """

    shown: CaseView
    stored: tuple[Step, ...]
    steps: tuple[Step, ...]
    view: RouteView | None
    walked: Mapping[str, Walked]
    past: Past
    policy: Policy
    for_whom: frozenset[PersonId]
    today: AsOf
    actor: Actor
    at: datetime
    uow: ApprovalUnitOfWork

    @property
    def case(self) -> Case:
        return self.shown.case

    @property
    def caller(self) -> PersonId:
        return self.actor.person

    def names(self, people: tuple[PersonId, ...]) -> Text:
        """The first few, and how many there are beside."""
        found = [(self.today.person(one), one) for one in people[:NAMED]]
        names = [person.name if person else id for person, id in found]
        more = len(people) - len(names)
        return Text(
            "、".join(names) + (f"等{len(people)}人" if more else ""),
            ", ".join(names) + (f" and {more} more" if more else ""),
        )

    def choice(self, person: PersonId) -> Choice:
        name = self.names((person,))
        return Choice(f"people/{person}", name)

    async def asked(self, deed: Deed, item: WorkItem, step: Step) -> tuple[Acting, Step]:
        """Whether it may be done with the item now, and what the step becomes. Raises what the act would raise."""
        stored = next(one for one in self.stored if one.name == step.name)
        act = Acting(self.case, stored, step, item.id, self.actor, self.caller, self.at, self.uow)
        act = await in_whose_name(act, deed.whose, self.for_whom)
        return act, await allowed(act, deed, OnItem(item=item.id))

    async def with_somebody(
        self, deed: Callable[[PersonId], Deed], item: WorkItem, step: Step
    ) -> tuple[Acting, Step]:
        """The same, of an act that takes a person: with the first one with whom it can be done. Raises what the last raises."""
        barred = await apart_from(self.case, step.name.stage, step.name.key, self.uow)
        last: Refusal | None = None
        for person in self.people(without=barred):
            try:
                return await self.asked(deed(person), item, step)
            except Refusal as refusal:
                if not refusal.field:
                    raise
                last = refusal
        if last is None:
            return await self.asked(deed(self.caller), item, step)
        raise last

    def people(self, without: frozenset[PersonId] = frozenset()) -> Iterator[PersonId]:
        """Everybody of the directory who is active."""
        for person in self.today.directory.index.people:
            if person not in without and self.today.person(person) is not None:
                yield person


async def situation_of(shown: CaseView, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Situation:
    case, now = shown.case, clock.now()
    stored = await uow.steps.under_way(case.name)
    view = await uow.routes.running(case.name)
    walked: Mapping[str, Walked] = {}
    past = NO_PAST
    if view is not None:
        walked = {one.key: one for one in await uow.steps.walked(case.name, view.route.stage)}
        past = await uow.routes.past(case.name, view.route.stage, view.round) or NO_PAST
    return Situation(
        shown=shown,
        stored=stored,
        steps=tuple(step.woken(now) for step in stored),
        view=view,
        walked=walked,
        past=past,
        policy=await uow.policies.version(case.name.process, case.policy),
        for_whom=await uow.absences.stood_in_for(actor.person, case.name.process, case.organisation, now),
        today=(await uow.directories.current()).as_of(local_date(now)),
        actor=actor,
        at=now,
        uow=uow,
    )
