"""One case on trial: how acts are tried, and what must hold after each of them and at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from kernel.errors import Refusal
from tests.builders.approval_desk import Desk, request_id
from tests.stateful.engine.model import Spec, TheCase, Visit
from tests.stateful.engine.office import EVERYONE, Office, stages
from tests.stateful.engine.replayed import replayed
from tests.stateful.engine.worker import Worker
from tests.stateful.step_model import Share
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest, TimelineEntry

CLOSED = (pb.WorkItem.STATE_DONE, pb.WorkItem.STATE_CANCELLED)
SAID = {
    pb.WorkItem.DECISION_APPROVED: "approved",
    pb.WorkItem.DECISION_REJECTED: "rejected",
    pb.WorkItem.DECISION_RETURNED: "returned",
    pb.WorkItem.DECISION_SKIPPED: "skipped",
    pb.WorkItem.DECISION_UNSPECIFIED: None,
}
OUTCOMES = {
    case_pb2.CASE_OUTCOME_UNSPECIFIED: "",
    case_pb2.CASE_OUTCOME_APPROVED: "approved",
    case_pb2.CASE_OUTCOME_REJECTED: "rejected",
    case_pb2.CASE_OUTCOME_WITHDRAWN: "withdrawn",
    case_pb2.CASE_OUTCOME_TERMINATED: "terminated",
}
Act = Callable[[Desk, pb.WorkItem], Awaitable[object]]


class Trial(RuleBasedStateMachine):
    office: ClassVar[Office]
    acts: ClassVar[int] = 0

    @initialize(routes=stages())
    def a_document_is_submitted(self, routes: list[list[Spec]]) -> None:
        self.model = TheCase(routes)
        self.name = self.run(self.office.start(routes))
        names = [f"stage{n}" for n in range(len(routes))]
        self.worker = Worker(self.office, self.name, names)
        self.run(self.worker.go())
        self.look()
        self.expect_opened(self.model.settle())

    def run(self, act: Any) -> Any:
        return self.office.run(act)

    def look(self) -> None:
        type(self).acts += 1
        self.shown = self.office.glance(self.name)
        self.items = {item.name: item for item in self.shown.work_items}

    def hear(self, *, twice: bool = False) -> None:
        self.run(self.worker.go(twice=twice))
        self.look()
        self.deliver()
        self.expect_opened(self.model.settle())

    def deliver(self) -> None:
        """What can be taken back is not known to the workflow, until its time is over."""
        for visit in self.model.open.values():
            step = visit.step
            said = [share.at for share in step.votes if share.at]
            over = step.outcome is not None and not step.cancelled
            if over and (not step.window or max(said) + step.window <= step.now):
                step.delivered = True

    def expect_opened(self, keys: list[str]) -> None:
        """These steps, and no others, have new items now; the model takes their names."""
        known = {name for visit in self.model.visits() for name in visit.names.values()}
        new = [item for item in self.shown.work_items if item.name not in known and item.state not in CLOSED]
        assert {item.step for item in new} == set(keys), "opened other steps than the route says"
        for key in keys:
            spec = self.model.specs[key]
            asked = {frozenset(ids(item.candidates)): item.name for item in new if item.step == key}
            assert set(asked) == set(spec.groups), "asks other people than the policy says"
            step = spec.opened(self.office.clock.now())
            names = {share: asked[frozenset(share.asked)] for share in step.shares}
            self.model.open[key] = Visit(key, step, names)

    def name_the_new(self, visit: Visit) -> None:
        known = {name for one in self.model.visits() for name in one.names.values()}
        (new,) = set(self.items) - known
        visit.names[visit.step.shares[-1]] = new

    def pick(self, number: int, who: int) -> tuple[Visit, Share, str]:
        """Mostly an item that is open, and somebody who has it; else any that there has ever been, and anybody."""
        shares = list(self.model.shares())
        open_ = [(visit, share) for visit, share in shares if visit.step.audience(share)]
        among = open_ if open_ and number % 4 else shares
        visit, share = among[number // 4 % len(among)]
        near = sorted(visit.step.audience(share) | set(share.owners) | visit.step.removers(share))
        people = near if near and who % 3 else EVERYONE
        return visit, share, people[who // 3 % len(people)]

    def able(self) -> list[tuple[Visit, Share, str]]:
        """Who may decide what."""
        return [
            (visit, share, person)
            for visit, share in self.model.shares()
            for person in sorted(visit.step.audience(share))
            if self.model.goes_on and visit.step.can_decide(share, person)
        ]

    def attempt(self, allowed: bool, act: Act, visit: Visit, share: Share, person: str) -> bool:
        item = self.items[visit.names[share]]
        return self.tried(bool(allowed) and self.model.goes_on, act(self.office.desk(person), item))

    def tried(self, allowed: bool, act: Awaitable[object]) -> bool:
        """It happens if the model allows it, else it is refused and nothing has changed."""
        before = self.shown

        async def acted() -> Refusal | None:
            try:
                await act
            except Refusal as refusal:
                return refusal
            return None

        refusal = self.run(acted())
        self.look()
        if refusal is None:
            assert allowed, "allowed what the model refuses"
        else:
            assert not allowed, f"refused what the model allows: {refusal.reason}"
            assert self.shown == before, "a refused act has changed something"
        return refusal is None

    @invariant()
    def what_is_shown_is_what_the_model_says(self) -> None:
        for visit in self.model.visits():
            visit.step.settle()
        for visit, share in self.model.shares():
            item = self.items[visit.names[share]]
            assert (item.state not in CLOSED) == visit.step.live(share)
            assert SAID[item.decision] == (share.said if share.asker is None else None)
            assert item.decider.removeprefix("people/") == share.by
        assert OUTCOMES[self.shown.outcome] == self.model.outcome

    @invariant()
    def nobody_has_decided_a_step_twice(self) -> None:
        deciders = [
            (item.stage, item.step, item.visit, item.decider) for item in self.items.values() if item.decider
        ]
        assert len(deciders) == len(set(deciders))

    @invariant()
    def an_open_case_waits_for_somebody(self) -> None:
        """Somebody has an item in their hands, the requester the document, the workflow news or a window to wait for."""
        if self.model.goes_on and not self.model.with_requester and not self.model.has_news():
            assert any(
                visit.step.audience(share) for visit, share in self.model.shares() if share.asker is None
            )

    def teardown(self) -> None:
        if hasattr(self, "worker"):
            self.hear()
            assert self.worker.done == bool(self.model.outcome)
            self.what_everybody_sees_is_the_same()
            self.the_timeline_tells_all_of_it()
            self.inboxes_hold_what_is_open()

    def what_everybody_sees_is_the_same(self) -> None:
        shown = self.run(self.office.shown(self.name))
        assert shown.outcome == self.shown.outcome
        assert {item.name for item in shown.work_items} == set(self.items)
        for item in shown.work_items:
            for field, value in self.items[item.name].ListFields():
                assert getattr(item, field.name) == value

    def the_timeline_tells_all_of_it(self) -> None:
        async def entries() -> list[TimelineEntry]:
            found: list[TimelineEntry] = []
            desk = self.office.desk("operator", "operator")
            asked = ListTimelineRequest(document=self.shown.name, page_size=200)
            while True:
                page = await desk.timelines.ListTimeline(asked)
                found += page.entries
                if not page.next_page_token:
                    return found
                asked.page_token = page.next_page_token

        told = replayed(self.run(entries()))
        assert told.outcome == self.model.outcome
        for name, item in self.items.items():
            assert told.of(name) == (item.state not in CLOSED, SAID[item.decision] or "", item.decider)

    def inboxes_hold_what_is_open(self) -> None:
        """Of all who have something, and of one who may have nothing."""
        others = EVERYONE[self.office.count % len(EVERYONE)]
        having = (visit.step.audience(share) for visit, share in self.model.shares())
        for person in sorted({others}.union(*having)):
            expected = {
                visit.names[share]
                for visit, share in self.model.shares()
                if person in visit.step.audience(share) and not share.aside
            }

            async def inbox(person: str = person) -> set[str]:
                desk = self.office.desk(person)
                return {item.name for item in await desk.inbox(document=self.shown.document, page_size=200)}

            assert self.run(inbox()) == expected


def on(method: str, kind: Callable[..., Any], **more: Any) -> Act:
    """An act of the work item service, named by its method."""

    def act(desk: Desk, item: pb.WorkItem) -> Awaitable[object]:
        answer: Awaitable[object] = getattr(desk.items, method)(kind(**named(item), **more))
        return answer

    return act


def named(item: pb.WorkItem) -> dict[str, Any]:
    return {"name": item.name, "etag": item.etag, "request_id": request_id()}


def ids(names: Any) -> list[str]:
    return [name.removeprefix("people/") for name in names]
