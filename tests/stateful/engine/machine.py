"""Random acts of random people, right ones and wrong ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.builders.approval_desk import Desk, request_id
from tests.stateful.engine.model import Visit
from tests.stateful.engine.office import EVERYONE
from tests.stateful.engine.trial import Act, Trial, named, on
from tests.stateful.step_model import REQUESTER, Share
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1 import work_item_pb2 as pb

people = st.sampled_from(EVERYONE)
ADMINISTRATOR = "administrator"
administrators = st.sampled_from([ADMINISTRATOR, ADMINISTRATOR, *EVERYONE])
numbers = st.integers(0, 60)
minutes = st.integers(1, 15).map(lambda count: timedelta(minutes=count))
RESUME = {True: pb.RESUME_COME_BACK, False: pb.RESUME_WALK_AGAIN}
PLACES = {
    "before": pb.AddSignerRequest.PLACE_BEFORE,
    "after": pb.AddSignerRequest.PLACE_AFTER,
    "beside": pb.AddSignerRequest.PLACE_BESIDE,
}


class Engine(Trial):
    # What people do to work items.

    @rule(number=numbers, who=numbers)
    def claim(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        holds = share.aside and share.holder == person and person in visit.step.audience(share)
        allowed = (visit.step.can_act(share, person) or holds) and person not in share.owners
        if self.attempt(allowed, lambda desk, item: desk.claim(item), visit, share, person):
            share.holder = person

    @rule(number=numbers, who=numbers)
    def start(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        allowed = visit.step.can_act(share, person)
        if self.attempt(allowed, on("StartWorkItem", pb.StartWorkItemRequest), visit, share, person):
            share.holder = person

    @rule(number=numbers, who=numbers, later=st.none() | minutes)
    def suspend(self, number: int, who: int, later: timedelta | None) -> None:
        visit, share, person = self.pick(number, who)
        until = self.office.clock.now() + later if later else None
        more = {"until": until} if until else {}
        act = on("SuspendWorkItem", pb.SuspendWorkItemRequest, **more)
        if self.attempt(visit.step.can_act(share, person), act, visit, share, person):
            share.holder, share.aside, share.until = person, True, until

    @rule(number=numbers, who=numbers)
    def resume(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        allowed = share.aside and person in visit.step.audience(share)
        if self.attempt(allowed, on("ResumeWorkItem", pb.ResumeWorkItemRequest), visit, share, person):
            share.aside, share.until = False, None

    @rule(number=numbers, who=numbers)
    def release(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        allowed = visit.step.can_decide(share, person) and share.holder == person and len(share.asked) > 1
        if self.attempt(allowed, lambda desk, item: desk.release(item), visit, share, person):
            share.holder = None

    @rule(number=numbers, who=numbers, to=people, restart=st.booleans())
    def transfer(self, number: int, who: int, to: str, restart: bool) -> None:
        visit, share, person = self.pick(number, who)
        step = visit.step
        allowed = step.can_decide(share, person) and to != person and step.can_sign(to, without=share)

        def act(desk: Desk, item: pb.WorkItem) -> Awaitable[object]:
            return desk.transfer(item, to, restart=restart)

        if self.attempt(allowed, act, visit, share, person):
            share.asked, share.holder = {to}, to
            for other in step.shares if restart else ():
                other.closed = other.closed or other.asker is share

    @rule(number=numbers, who=numbers, to=people)
    def delegate(self, number: int, who: int, to: str) -> None:
        visit, share, person = self.pick(number, who)
        step = visit.step
        allowed = step.can_act(share, person) and share.asker is None and step.can_sign(to, without=share)
        allowed = allowed and to not in {person, share.holder, *share.owners}
        act = on("DelegateWorkItem", pb.DelegateWorkItemRequest, person=f"people/{to}")
        if self.attempt(allowed, act, visit, share, person):
            share.owners.append(person)
            share.holder = to

    @rule(number=numbers, who=numbers)
    def hand_back(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        allowed = visit.step.can_act(share, person) and bool(share.owners)
        if self.attempt(allowed, on("HandBackWorkItem", pb.HandBackWorkItemRequest), visit, share, person):
            share.holder = share.owners.pop()

    @rule(number=numbers, who=numbers)
    def call_back(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        allowed = person in share.owners and bool(visit.step.audience(share))
        if self.attempt(allowed, on("CallBackWorkItem", pb.CallBackWorkItemRequest), visit, share, person):
            share.owners = share.owners[: share.owners.index(person)]
            share.holder, share.aside, share.until = person, False, None

    @rule(number=numbers, who=numbers, to=people, place=st.sampled_from(sorted(PLACES)))
    def add_signer(self, number: int, who: int, to: str, place: str) -> None:
        visit, share, person = self.pick(number, who)
        allowed = visit.step.can_add(share, person) and visit.step.can_sign(to)
        act = on("AddSigner", pb.AddSignerRequest, person=f"people/{to}", place=PLACES[place])
        if self.attempt(allowed, act, visit, share, person):
            visit.step.add(share, person, to, place)
            self.name_the_new(visit)

    @rule(number=numbers, who=numbers)
    def remove_signer(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        allowed = visit.step.can_remove(share, person, administrator=False)
        act = on("RemoveSigner", pb.RemoveSignerRequest, reason="不再需要")
        if self.attempt(allowed, act, visit, share, person):
            visit.step.remove(share, person)

    @rule(number=numbers, who=numbers, of=people)
    def ask(self, number: int, who: int, of: str) -> None:
        visit, share, person = self.pick(number, who)
        allowed = visit.step.can_decide(share, person) and of != person
        act = on("AskForInformation", pb.AskForInformationRequest, person=f"people/{of}", question="为何？")
        if self.attempt(allowed, act, visit, share, person):
            share.holder = person
            visit.step.shares.append(Share({of}, asker=share, holder=of))
            self.name_the_new(visit)

    @rule(number=numbers, who=numbers)
    def answer(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        allowed = share.asker is not None and visit.step.can_act(share, person)
        act = on("AnswerQuestion", pb.AnswerQuestionRequest, answer="如此")
        if self.attempt(allowed, act, visit, share, person):
            share.said = "answered"

    @rule(number=numbers, who=numbers, outcome=st.sampled_from(["approved", "skipped", "rejected"]))
    def decide(self, number: int, who: int, outcome: str) -> None:
        self.decided(*self.pick(number, who), outcome)

    @rule(number=numbers)
    def whoever_may_approves(self, number: int) -> None:
        able = self.able()
        if able:
            self.decided(*able[number % len(able)], "approved")

    @rule(number=numbers, who=numbers, where=numbers, straight=st.booleans())
    def give_back(self, number: int, who: int, where: int, straight: bool) -> None:
        visit, share, person = self.pick(number, who)
        known = visit.key in self.model.specs
        targets = ["", *sorted(self.model.earlier(visit.key) if known else ()), "nowhere"]
        self.decided(visit, share, person, "returned", targets[where % len(targets)], straight=straight)

    @rule(number=numbers, where=numbers, straight=st.booleans())
    def whoever_may_gives_back(self, number: int, where: int, straight: bool) -> None:
        able = self.able()
        if able:
            visit, share, person = able[number % len(able)]
            targets = ["", *sorted(self.model.earlier(visit.key))]
            self.decided(visit, share, person, "returned", targets[where % len(targets)], straight=straight)

    @rule(number=numbers, who=numbers)
    def undo(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        allowed = visit.step.can_undo(share, person)
        if self.attempt(allowed, on("UndoDecision", pb.UndoDecisionRequest), visit, share, person):
            share.said, share.by, share.at = None, "", None
            self.model.targets.pop(visit, None)

    @rule(number=numbers, outcome=st.sampled_from(["approved", "rejected", "returned"]))
    def decide_and_think_again(self, number: int, outcome: str) -> None:
        """Taking back what was said just now is what people mostly take back."""
        able = self.able()
        if able:
            visit, share, person = able[number % len(able)]
            self.decided(visit, share, person, outcome)
            self.what_is_shown_is_what_the_model_says()
            allowed = visit.step.can_undo(share, person)
            if self.attempt(allowed, on("UndoDecision", pb.UndoDecisionRequest), visit, share, person):
                share.said, share.by, share.at = None, "", None
                self.model.targets.pop(visit, None)

    @rule(number=numbers, who=numbers)
    def decide_on_an_older_version(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        older = self.model.version - 1
        if older:
            self.attempt(
                False, lambda desk, item: desk.approve(item, document_version=older), visit, share, person
            )

    # What happens to the case.

    @rule(later=minutes)
    def time_passes(self, later: timedelta) -> None:
        self.office.clock.advance(later)
        for visit in self.model.visits():
            visit.step.now = self.office.clock.now()
            visit.step.wake()

    @rule(twice=st.booleans())
    def the_workflow_hears(self, twice: bool) -> None:
        self.hear(twice=twice)

    @rule()
    def the_workflow_is_lost(self) -> None:
        self.worker.forget()
        self.hear()

    @precondition(lambda self: self.model.with_requester and self.model.goes_on)
    @rule()
    def the_requester_submits_again(self) -> None:
        self.run(self.office.tell(self.shown.document, "resubmitted", self.model.version + 1))
        self.model.resubmitted()
        self.hear()

    @rule(person=people, surely=st.integers(0, 5))
    def withdraw(self, person: str, surely: int) -> None:
        if person == REQUESTER and surely:
            return  # else hardly any case would live long
        request = case_pb2.WithdrawCaseRequest(name=self.shown.name, request_id=request_id())
        allowed = person == REQUESTER and not self.model.outcome
        if self.tried(allowed, self.office.desk(person).cases.WithdrawCase(request)):
            self.model.give_up(self.model.given_up or "withdrawn")

    @rule(person=administrators)
    def suspend_the_case(self, person: str) -> None:
        if self.overridden(person, "SuspendCase", case_pb2.SuspendCaseRequest, allowed=self.model.goes_on):
            self.model.rests = True

    @rule(person=administrators)
    def resume_the_case(self, person: str) -> None:
        rests = self.model.rests and not self.model.given_up
        if self.overridden(person, "ResumeCase", case_pb2.ResumeCaseRequest, allowed=rests):
            self.model.rests = False

    @rule(person=administrators, surely=st.integers(0, 5))
    def terminate(self, person: str, surely: int) -> None:
        if person == ADMINISTRATOR and surely:
            return
        allowed = not self.model.outcome and not self.model.given_up
        if self.overridden(person, "TerminateCase", case_pb2.TerminateCaseRequest, allowed=allowed):
            self.model.give_up("terminated")

    @rule(person=administrators, where=numbers)
    def jump(self, person: str, where: int) -> None:
        """While everything was heard; what crosses a jump is for the machine of walks."""
        if self.model.has_news() or not self.model.open:
            return
        targets = [*self.model.specs, "nowhere"]
        to = targets[where % len(targets)]
        allowed = self.model.goes_on and to != "nowhere"
        if self.overridden(person, "JumpCase", case_pb2.JumpCaseRequest, allowed=allowed, step=to):
            self.model.jump(to)
            self.hear()

    def overridden(
        self, person: str, method: str, kind: Callable[..., Any], *, allowed: bool, **more: str
    ) -> bool:
        """An act that only administrators may do, with a reason."""
        roles = ("administrator",) if person == ADMINISTRATOR else ()
        request = kind(name=self.shown.name, request_id=request_id(), reason="系统故障", **more)
        act = getattr(self.office.desk(person, *roles).cases, method)(request)
        return self.tried(allowed and person == ADMINISTRATOR, act)

    def decided(
        self, visit: Visit, share: Share, person: str, outcome: str, to: str = "", *, straight: bool = False
    ) -> None:
        allowed = visit.step.can_decide(share, person) and to != "nowhere"
        allowed = allowed and (outcome != "skipped" or visit.step.skippable)
        acts: dict[str, Act] = {
            "approved": lambda desk, item: desk.approve(item),
            "rejected": lambda desk, item: desk.reject(item),
            "returned": lambda desk, item: desk.give_back(item, step=to, resume=RESUME[straight]),
            "skipped": lambda desk, item: desk.items.SkipWorkItem(
                pb.SkipWorkItemRequest(**named(item), document_version=item.document_version)
            ),
        }
        if self.attempt(allowed, acts[outcome], visit, share, person):
            share.holder, share.by, share.said, share.at = person, person, outcome, self.office.clock.now()
            if outcome == "returned":
                self.model.targets[visit] = (to, straight)
