"""Random acts of random people, right ones and wrong ones, and what must hold after each of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kernel.errors import Refusal
from tests.builders.approval_desk import Desk, request_id
from tests.stateful.engine.model import REQUESTER, Share, Spec, TheCase, Visit
from tests.stateful.engine.office import EVERYONE, Office, stages
from tests.stateful.engine.replayed import replayed
from tests.stateful.engine.worker import Worker
from zhupi.approval.v1 import case_pb2, work_item_pb2
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest

people = st.sampled_from(EVERYONE)
numbers = st.integers(0, 40)
OPEN = (
    work_item_pb2.WorkItem.STATE_WAITING,
    work_item_pb2.WorkItem.STATE_OFFERED,
    work_item_pb2.WorkItem.STATE_ALLOCATED,
)
SAID = {
    work_item_pb2.WorkItem.DECISION_APPROVED: "approved",
    work_item_pb2.WorkItem.DECISION_REJECTED: "rejected",
    work_item_pb2.WorkItem.DECISION_RETURNED: "returned",
    work_item_pb2.WorkItem.DECISION_UNSPECIFIED: "",
}
OUTCOMES = {
    case_pb2.CASE_OUTCOME_UNSPECIFIED: "",
    case_pb2.CASE_OUTCOME_APPROVED: "approved",
    case_pb2.CASE_OUTCOME_REJECTED: "rejected",
    case_pb2.CASE_OUTCOME_WITHDRAWN: "withdrawn",
}


class Engine(RuleBasedStateMachine):
    office: ClassVar[Office]
    steps: ClassVar[int] = 0

    @initialize(routes=stages())
    def a_document_is_submitted(self, routes: list[list[Spec]]) -> None:
        self.model = TheCase(routes)
        self.name = self.run(self.office.start(routes))
        stages = [f"stage{n}" for n in range(len(routes))]
        self.worker = Worker(self.office.house, self.office.worker(), self.name, stages)
        self.run(self.worker.go())
        self.look()
        self.expect_opened(self.model.settle())

    # What people do to work items.

    @rule(number=numbers, person=people)
    def claim(self, number: int, person: str) -> None:
        visit, share = self.pick(number)
        allowed = self.model.may_act(visit, share, person)
        if self.attempt(allowed, lambda desk, item: desk.claim(item), share, person):
            share.holder = person

    @rule(number=numbers, person=people)
    def release(self, number: int, person: str) -> None:
        visit, share = self.pick(number)
        allowed = (
            self.model.may_act(visit, share, person) and share.holder == person and len(share.offered) > 1
        )
        if self.attempt(allowed, lambda desk, item: desk.release(item), share, person):
            share.holder = ""

    @rule(number=numbers, person=people, to=people)
    def transfer(self, number: int, person: str, to: str) -> None:
        visit, share = self.pick(number)
        taken = {
            one for other in visit.shares if other is not share for one in other.offered | {other.holder}
        }
        allowed = self.model.may_act(visit, share, person) and to not in {person, REQUESTER, *taken}
        if self.attempt(allowed, lambda desk, item: desk.transfer(item, to), share, person):
            share.offered, share.holder = frozenset({to}), to

    @rule(number=numbers, person=people)
    def approve(self, number: int, person: str) -> None:
        visit, share = self.pick(number)
        allowed = self.model.may_act(visit, share, person)
        if self.attempt(allowed, lambda desk, item: desk.approve(item), share, person):
            self.model.decide(visit, share, person, "approved")

    @rule(number=numbers)
    def whoever_may_approves(self, number: int) -> None:
        able = [
            (visit, share, person)
            for visit, share in self.model.shares()
            for person in sorted(share.people)
            if self.model.may_act(visit, share, person)
        ]
        if able:
            visit, share, person = able[number % len(able)]
            assert self.attempt(True, lambda desk, item: desk.approve(item), share, person)
            self.model.decide(visit, share, person, "approved")

    @rule(number=numbers, person=people)
    def reject(self, number: int, person: str) -> None:
        visit, share = self.pick(number)
        allowed = self.model.may_act(visit, share, person)
        if self.attempt(allowed, lambda desk, item: desk.reject(item), share, person):
            self.model.decide(visit, share, person, "rejected")

    @rule(number=numbers, person=people, where=numbers)
    def give_back(self, number: int, person: str, where: int) -> None:
        visit, share = self.pick(number)
        targets = [
            "",
            *sorted(self.model.earlier(visit.spec.key) if visit.spec.key in self.model.specs else ()),
            "nowhere",
        ]
        to = targets[where % len(targets)]
        allowed = self.model.may_act(visit, share, person) and to != "nowhere"
        if self.attempt(allowed, lambda desk, item: desk.give_back(item, step=to), share, person):
            self.model.decide(visit, share, person, "returned", to)

    @rule(number=numbers, person=people)
    def decide_on_an_older_version(self, number: int, person: str) -> None:
        _, share = self.pick(number)
        older = self.model.version - 1
        if older:
            self.attempt(False, lambda desk, item: desk.approve(item, document_version=older), share, person)

    # What happens to the case.

    @rule()
    def the_workflow_hears(self) -> None:
        self.hear()

    @rule()
    def the_workflow_hears_twice(self) -> None:
        self.hear(twice=True)

    @rule()
    def the_workflow_is_lost(self) -> None:
        self.worker.forget()
        self.hear()

    @precondition(lambda self: self.model.with_requester and not self.model.withdrawn)
    @rule()
    def the_requester_submits_again(self) -> None:
        self.run(self.office.tell(self.shown.document, "resubmitted", self.model.version + 1))
        self.model.resubmitted()
        self.hear()

    @rule(person=people, surely=st.integers(0, 5))
    def withdraw(self, person: str, surely: int) -> None:
        if person == REQUESTER and surely:
            return  # else hardly any case would live long
        allowed = person == REQUESTER and not self.model.outcome

        async def act() -> None:
            desk = self.office.desk(person)
            request = case_pb2.WithdrawCaseRequest(name=self.shown.name, request_id=request_id())
            await desk.cases.WithdrawCase(request)

        if self.try_(allowed, act()):
            self.model.withdraw()

    # How it is done, and what must hold.

    def run(self, act: Any) -> Any:
        return self.office.run(act)

    def look(self) -> None:
        type(self).steps += 1
        self.shown = self.run(self.office.glance(self.name))
        self.items = {item.name: item for item in self.shown.work_items}

    def hear(self, *, twice: bool = False) -> None:
        self.run(self.worker.go(twice=twice))
        self.look()
        self.expect_opened(self.model.settle())

    def expect_opened(self, keys: list[str]) -> None:
        """These steps, and no others, have new items now; the model takes their names."""
        known = {share.name for _, share in self.model.shares()}
        new = [item for item in self.shown.work_items if item.name not in known and item.state in OPEN]
        assert {item.step for item in new} == set(keys), "opened other steps than the route says"
        for key in keys:
            spec = self.model.specs[key]
            asked = {frozenset(_ids(item.candidates)): item for item in new if item.step == key}
            assert set(asked) == set(spec.groups), "asks other people than the policy says"
            shares = [
                Share(asked[group].name, group, next(iter(group)) if len(group) == 1 else "")
                for group in spec.groups
            ]
            self.model.open[key] = Visit(spec, shares)

    def pick(self, number: int) -> tuple[Visit, Share]:
        """Any work item that there has ever been, those of today first."""
        shares = list(self.model.shares())[::-1]
        return shares[number % len(shares)]

    def attempt(
        self,
        allowed: bool,
        act: Callable[[Desk, work_item_pb2.WorkItem], Awaitable[object]],
        share: Share,
        person: str,
    ) -> bool:
        return self.try_(allowed, act(self.office.desk(person), self.items[share.name]))

    def try_(self, allowed: bool, act: Awaitable[object]) -> bool:
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
        for visit, share in self.model.shares():
            item = self.items[share.name]
            is_open = not visit.over and not share.said
            assert (item.state in OPEN) == is_open
            assert SAID[item.decision] == share.said
            assert item.decider.removeprefix("people/") == share.by
            if is_open:
                assert item.assignee.removeprefix("people/") == (share.holder if visit.turn(share) else "")
        assert OUTCOMES[self.shown.outcome] == self.model.outcome

    @invariant()
    def nobody_has_decided_a_step_twice(self) -> None:
        deciders = [(i.stage, i.step, i.visit, i.decider) for i in self.shown.work_items if i.decider]
        assert len(deciders) == len(set(deciders))

    @invariant()
    def an_open_case_waits_for_somebody(self) -> None:
        """An open item that somebody may act on, the requester, or a signal that was not heard yet."""
        if not self.model.outcome and not self.model.news and not self.model.withdrawn:
            able = any(
                self.model.may_act(visit, share, one)
                for visit, share in self.model.shares()
                for one in share.people
            )
            assert able or self.model.with_requester

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
        for item in shown.work_items:
            glanced = self.items.pop(item.name)
            for field, value in glanced.ListFields():
                assert getattr(item, field.name) == value
        assert not self.items

    def the_timeline_tells_all_of_it(self) -> None:
        async def entries() -> list[Any]:
            desk = self.office.desk("operator", "operator")
            found: list[Any] = []
            asked = ListTimelineRequest(document=self.shown.name, page_size=200)
            while True:
                page = await desk.timelines.ListTimeline(asked)
                found += page.entries
                if not page.next_page_token:
                    return found
                asked.page_token = page.next_page_token

        told = replayed(self.run(entries()))
        assert told.outcome == self.model.outcome
        shown = {
            item.name: (item.state, item.assignee, SAID[item.decision], item.decider)
            for item in self.shown.work_items
        }
        assert told.items == shown

    def inboxes_hold_what_is_open(self) -> None:
        for person in EVERYONE:
            expected = {
                share.name
                for visit, share in self.model.shares()
                if not self.model.outcome and visit.may(share, person)
            }

            async def inbox(person: str = person) -> set[str]:
                desk = self.office.desk(person)
                return {item.name for item in await desk.inbox(document=self.shown.document, page_size=200)}

            assert self.run(inbox()) == expected


def _ids(names: Any) -> list[str]:
    return [name.removeprefix("people/") for name in names]
