"""One case on trial: how acts are tried, and what must hold after each of them and at the end."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from kernel.clock import local_date
from kernel.errors import Refusal
from services.approval.domain.policies.ballot import NO_TERMS, Mode
from tests.builders.approval_desk import Desk, request_id
from tests.stateful.engine.away import Away
from tests.stateful.engine.model import Spec, TheCase, Visit
from tests.stateful.engine.office import ADMINISTRATOR, EVERYONE, Office, stages
from tests.stateful.engine.replayed import replayed
from tests.stateful.engine.worker import Worker
from tests.stateful.step_model import REQUESTER, Model, Share
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1 import work_item_pb2 as pb
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest, TimelineEntry

people = st.sampled_from(EVERYONE)
numbers = st.integers(0, 255)
minutes = st.integers(1, 15).map(lambda count: timedelta(minutes=count))
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


Whose = Callable[[Model, Share], set[str]]


def who_have_it(step: Model, share: Share) -> set[str]:
    return step.audience(share) | set(share.owners) | ({share.holder or ""} - {""})


class Trial(RuleBasedStateMachine):
    office: ClassVar[Office]
    acts: ClassVar[int] = 0

    @initialize(routes=stages())
    def a_document_is_submitted(self, routes: list[list[Spec]]) -> None:
        self.away = Away()
        self.caller = ""
        self.reply: Any = None
        self.routes = routes
        self.process = self.run(self.office.publish(routes))
        self.begin(self.run(self.office.submit(self.process)), version=1)

    def begin(self, case: str, version: int) -> None:
        self.name = case
        self.model = TheCase(self.routes, version=version)
        self.worker = Worker(self.office, case, [f"stage{n}" for n in range(len(self.routes))])
        self.hear()

    def run(self, act: Any) -> Any:
        return self.office.run(act)

    def look(self) -> None:
        type(self).acts += 1
        self.shown = self.office.glance(self.name)
        self.items = {item.name: item for item in self.shown.work_items}

    def hear(self, *, twice: bool = False) -> None:
        self.run(self.worker.go(twice=twice))
        self.look()
        self.take_up()

    def take_up(self) -> None:
        """What the workflow has opened is what the model says."""
        self.deliver()
        while keys := self.model.settle():
            self.expect_opened(keys)
            self.deliver()
        self.note_what_did_not_last()

    def deliver(self) -> None:
        """What can be taken back is not known to the workflow, until its time is over."""
        for visit in self.model.open.values():
            step = visit.step
            said = [share.at for share in step.votes if share.at]
            over = step.outcome is not None and not step.cancelled
            if over and (not step.window or max(said) + step.window <= step.now):
                step.delivered = True

    def new(self) -> list[pb.WorkItem]:
        known = {name for visit in self.model.visits() for name in visit.names.values()}
        return [item for item in self.shown.work_items if item.name not in known]

    def expect_opened(self, keys: list[str]) -> None:
        """The model takes the names of the items of these steps, the latest there are."""
        for key in keys:
            here = [item for item in self.new() if item.step == key]
            assert here, f"{key} was not opened"
            visit = max(item.visit for item in here)
            asked = {frozenset(ids(item.candidates)): item.name for item in here if item.visit == visit}
            assert set(asked) == set(self.model.specs[key].groups), "asks other people than the route says"
            self.model.begin(key, asked, self.now, self.stands_for)

    def note_what_did_not_last(self) -> None:
        """News that were heard one after another may open a step and end it at once; nothing else is open."""
        for item in self.new():
            assert item.state in CLOSED, f"opened {item.step} other than the route says"
            if item.decision:
                self.model.ahead.pop(item.step, None)
            share = Share(set(ids(item.candidates)), said=SAID[item.decision], by=ids([item.decider])[0])
            step = Model(Mode.ANY, NO_TERMS, [share], False, timedelta(), self.now, cancelled=True)
            self.model.past.append(Visit(item.step, step, {share: item.name}, self.model.walk, []))

    # Who acts.

    @property
    def now(self) -> datetime:
        return self.office.clock.now()

    def stands_for(self, deputy: str, person: str) -> bool:
        return person in self.away.stood_for(deputy, local_date(self.now))

    def whose(self, caller: str, people: set[str], visit: Visit, share: Share) -> str:
        """In whose name somebody acts on an item that is these people's: in nobody's, where they may not act for another."""
        if caller in people:
            return caller
        found = sorted(people & self.away.stood_for(caller, local_date(self.now)))
        if not found:
            return caller
        barred = caller == REQUESTER or caller in visit.step.shared(without=share)
        return "" if barred and share.asker is None else found[0]

    def desk_of(self, person: str) -> Desk:
        return self.office.desk(person, *([ADMINISTRATOR] if person == ADMINISTRATOR else []))

    def deputies(self, people: set[str]) -> set[str]:
        day = local_date(self.now)
        return {one.deputy for one in self.away.known if one.person in people and one.on(day)}

    def name_the_new(self, visit: Visit) -> None:
        (new,) = self.new()
        visit.names[visit.step.shares[-1]] = new.name

    def goes_on(self) -> None:
        raise NotImplementedError

    def go_on_unless(self, it_rests: bool) -> None:
        if not it_rests and not (
            self.model.goes_on and any(not one.step.over for one in self.model.open.values())
        ):
            self.goes_on()

    def pick(
        self, number: int, who: int, fit: Callable[[Share], object] = bool, theirs: Whose = who_have_it
    ) -> tuple[Visit, Share, str]:
        """Mostly an item that is open and `fit` for the act, and somebody whose it is; else any that there has ever been, and anybody.

        Answers in whose name the caller acts: mostly their own.
        """
        self.go_on_unless(number % 8 == 7)
        shares = list(self.model.shares())
        open_ = [(visit, share) for visit, share in shares if visit.step.live(share)]
        fitting = [(visit, share) for visit, share in open_ if fit(share)]
        among = (fitting or open_ or shares) if number % 8 else shares
        visit, share = among[number // 8 % len(among)]
        near = sorted(theirs(visit.step, share) | self.deputies(theirs(visit.step, share)))
        people = near if near and who % 4 else EVERYONE
        self.caller = people[who // 4 % len(people)]
        return visit, share, self.whose(self.caller, theirs(visit.step, share), visit, share)

    def able(self) -> list[tuple[Visit, Share, str, str]]:
        """Who may decide what, and in whose name."""
        self.go_on_unless(False)
        found = []
        for visit, share in self.model.shares():
            have = visit.step.audience(share)
            for caller in sorted(have | self.deputies(have)):
                person = self.whose(caller, who_have_it(visit.step, share), visit, share)
                if visit.step.can_decide(share, person):
                    found.append((visit, share, person, caller))
        return found

    def attempt(self, allowed: bool, act: Act, visit: Visit, share: Share) -> bool:
        item = self.items[visit.names[share]]
        return self.tried(bool(allowed) and self.model.goes_on, act(self.desk_of(self.caller), item))

    def tried(self, allowed: bool, act: Awaitable[object]) -> bool:
        """It happens if the model allows it, else it is refused and nothing has changed."""
        before = self.shown

        async def acted() -> Refusal | None:
            try:
                self.reply = await act
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
            for_whom = share.holder if share.by and share.holder != share.by else ""
            assert item.on_behalf_of.removeprefix("people/") == for_whom
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
        if not hasattr(self, "worker"):
            return
        try:
            if sys.exception() is None:  # else what has been found out is enough
                self.hear()
                self.the_whole_of_it_is_right()
        finally:
            # Whatever has failed: what it leaves would be found by those that come after.
            self.run(self.office.empty(self.office.glance(self.name)))
            self.run(self.worker.go())

    def the_whole_of_it_is_right(self) -> None:
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
        """Of all who have something, of who stands in for them, and of one who may have nothing."""
        having = set[str]().union(*(visit.step.audience(share) for visit, share in self.model.shares()))
        other = EVERYONE[len(self.items) % len(EVERYONE)]
        for person in sorted(having | self.deputies(having) | {other}):
            others = self.away.stood_for(person, local_date(self.now))
            # What they have asked for themselves is not theirs to decide for anybody.
            people = {person} | (others if person != REQUESTER else set())
            expected = {
                visit.names[share]
                for visit, share in self.model.shares()
                if people & visit.step.audience(share) and not share.aside
            }

            async def inbox(person: str = person) -> set[str]:
                desk = self.office.desk(person)
                return {item.name for item in await desk.inbox(document=self.shown.document, page_size=200)}

            shown = self.run(inbox())
            assert shown == expected, f"{person} sees {shown - expected} and not {expected - shown}"


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
