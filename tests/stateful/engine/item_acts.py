"""What people do to work items, right people and wrong ones."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.builders.approval_desk import Desk
from tests.stateful.engine.case_acts import CaseActs, administrators, several
from tests.stateful.engine.model import Visit
from tests.stateful.engine.office import ADMINISTRATOR
from tests.stateful.engine.trial import Act, minutes, named, numbers, on, people
from tests.stateful.step_model import Model, Share
from zhupi.approval.v1 import work_item_pb2 as pb

RESUME = {True: pb.RESUME_COME_BACK, False: pb.RESUME_WALK_AGAIN}
PLACES = {
    "before": pb.AddSignerRequest.PLACE_BEFORE,
    "after": pb.AddSignerRequest.PLACE_AFTER,
    "beside": pb.AddSignerRequest.PLACE_BESIDE,
}


def voting(share: Share) -> bool:
    return share.asker is None and not share.owners


def who_gave_it(_: Model, share: Share) -> set[str]:
    return set(share.owners)


class ItemActs(CaseActs):
    @rule(number=numbers, who=numbers)
    def claim(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who, lambda share: not share.holder)
        holds = share.aside and share.holder == person and person in visit.step.audience(share)
        allowed = (visit.step.can_act(share, person) or holds) and person not in share.owners
        if self.attempt(allowed, lambda desk, item: desk.claim(item), visit, share):
            share.holder = person

    @rule(number=numbers, who=numbers)
    def start(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who)
        allowed = visit.step.can_act(share, person)
        if self.attempt(allowed, on("StartWorkItem", pb.StartWorkItemRequest), visit, share):
            share.holder = person

    @rule(number=numbers, who=numbers, later=st.none() | minutes)
    def suspend(self, number: int, who: int, later: timedelta | None) -> None:
        visit, share, person = self.pick(number, who)
        until = self.now + later if later else None
        more = {"until": until} if until else {}
        act = on("SuspendWorkItem", pb.SuspendWorkItemRequest, **more)
        if self.attempt(visit.step.can_act(share, person), act, visit, share):
            share.holder, share.aside, share.until = person, True, until

    @rule(number=numbers, who=numbers)
    def resume(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who, lambda share: share.aside)
        allowed = share.aside and person in visit.step.audience(share)
        if self.attempt(allowed, on("ResumeWorkItem", pb.ResumeWorkItemRequest), visit, share):
            share.aside, share.until = False, None

    @rule(number=numbers, who=numbers)
    def release(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who, lambda share: share.holder and len(share.asked) > 1)
        allowed = visit.step.can_decide(share, person) and share.holder == person and len(share.asked) > 1
        if self.attempt(allowed, lambda desk, item: desk.release(item), visit, share):
            share.holder = None

    @rule(number=numbers, who=numbers, to=people, restart=st.booleans())
    def transfer(self, number: int, who: int, to: str, restart: bool) -> None:
        visit, share, person = self.pick(number, who, voting)
        step = visit.step
        allowed = step.can_decide(share, person) and to != person and step.can_sign(to, without=share)

        def act(desk: Desk, item: pb.WorkItem) -> Awaitable[object]:
            return desk.transfer(item, to, restart=restart)

        if self.attempt(allowed, act, visit, share):
            share.asked, share.holder = {to}, to
            for other in step.shares if restart else ():
                other.closed = other.closed or other.asker is share

    @rule(number=numbers, who=numbers, to=people)
    def delegate(self, number: int, who: int, to: str) -> None:
        visit, share, person = self.pick(number, who, voting)
        step = visit.step
        allowed = step.can_act(share, person) and share.asker is None and step.can_sign(to, without=share)
        allowed = allowed and to not in {person, share.holder, *share.owners}
        act = on("DelegateWorkItem", pb.DelegateWorkItemRequest, person=f"people/{to}")
        if self.attempt(allowed, act, visit, share):
            share.owners.append(person)
            share.holder = to

    @rule(number=numbers, who=numbers)
    def hand_back(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who, lambda share: share.owners, Model.audience)
        allowed = visit.step.can_act(share, person) and bool(share.owners)
        if self.attempt(allowed, on("HandBackWorkItem", pb.HandBackWorkItemRequest), visit, share):
            share.holder = share.owners.pop()

    @rule(number=numbers, who=numbers)
    def call_back(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who, lambda share: share.owners, who_gave_it)
        allowed = person in share.owners and bool(visit.step.audience(share))
        if self.attempt(allowed, on("CallBackWorkItem", pb.CallBackWorkItemRequest), visit, share):
            share.owners = share.owners[: share.owners.index(person)]
            share.holder, share.aside, share.until = person, False, None

    @rule(number=numbers, who=numbers, to=people, place=st.sampled_from(sorted(PLACES)))
    def add_signer(self, number: int, who: int, to: str, place: str) -> None:
        visit, share, person = self.pick(number, who, voting)
        allowed = visit.step.can_add(share, person) and visit.step.can_sign(to)
        act = on("AddSigner", pb.AddSignerRequest, person=f"people/{to}", place=PLACES[place])
        if self.attempt(allowed, act, visit, share):
            visit.step.add(share, person, to, place)
            self.name_the_new(visit)

    @rule(number=numbers, who=numbers)
    def remove_signer(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who, lambda share: share.added_by, Model.removers)
        allowed = visit.step.can_remove(share, person, administrator=False)
        act = on("RemoveSigner", pb.RemoveSignerRequest, reason="不再需要")
        if self.attempt(allowed, act, visit, share):
            visit.step.remove(share, person)

    @rule(number=numbers, who=numbers, of=people)
    def ask(self, number: int, who: int, of: str) -> None:
        visit, share, person = self.pick(number, who, voting)
        allowed = visit.step.can_decide(share, person) and of != person
        act = on("AskForInformation", pb.AskForInformationRequest, person=f"people/{of}", question="为何？")
        if self.attempt(allowed, act, visit, share):
            share.holder = person
            visit.step.shares.append(Share({of}, asker=share, holder=of, asked_by=person))
            self.name_the_new(visit)

    @rule(number=numbers, who=numbers)
    def answer(self, number: int, who: int) -> None:
        visit, share, person = self.pick(number, who, lambda share: share.asker)
        allowed = share.asker is not None and visit.step.can_act(share, person)
        act = on("AnswerQuestion", pb.AnswerQuestionRequest, answer="如此")
        if self.attempt(allowed, act, visit, share):
            share.said = "answered"

    @rule(number=numbers, who=numbers, outcome=st.sampled_from(["approved", "skipped", "rejected"]))
    def decide(self, number: int, who: int, outcome: str) -> None:
        self.decided(*self.pick(number, who, voting), outcome)

    @rule(number=numbers)
    def whoever_may_approves(self, number: int) -> None:
        if able := self.able():
            visit, share, person, self.caller = able[number % len(able)]
            self.decided(visit, share, person, "approved")

    @rule(number=numbers, who=numbers, where=numbers, straight=st.booleans())
    def give_back(self, number: int, who: int, where: int, straight: bool) -> None:
        visit, share, person = self.pick(number, who)
        targets = ["", *visit.earlier, "nowhere"]
        self.decided(visit, share, person, "returned", targets[where % len(targets)], straight=straight)

    @rule(number=numbers, where=numbers, straight=st.booleans())
    def whoever_may_gives_back(self, number: int, where: int, straight: bool) -> None:
        if able := self.able():
            visit, share, person, self.caller = able[number % len(able)]
            targets = ["", *visit.earlier]
            self.decided(visit, share, person, "returned", targets[where % len(targets)], straight=straight)

    @rule(number=numbers, person=administrators, to=several)
    def reassign_one(self, number: int, person: str, to: list[str]) -> None:
        visit, share, _ = self.pick(number, 0, voting)
        self.caller, step = person, visit.step
        allowed = person == ADMINISTRATOR and step.live(share) and share.asker is None
        allowed = allowed and all(step.can_sign(one, without=share) for one in to)
        more = {"people": [f"people/{one}" for one in to], "reason": "出差"}
        act = on("ReassignWorkItem", pb.ReassignWorkItemRequest, **more)
        if self.attempt(allowed, act, visit, share):
            share.asked, share.holder, share.owners = set(to), None, []
            share.aside, share.until, share.offered = False, None, False

    @rule(number=numbers, who=numbers)
    def undo(self, number: int, who: int) -> None:
        said = [
            (visit, share) for visit, share in self.model.shares() if share.by and not visit.step.delivered
        ]
        if said and number % 4:
            visit, share = said[number // 4 % len(said)]
            self.caller = share.by
            person = self.whose(self.caller, {share.holder or ""}, visit, share)
        else:
            visit, share, person = self.pick(number, who)
        allowed = visit.step.can_undo(share, person)
        if self.attempt(allowed, on("UndoDecision", pb.UndoDecisionRequest), visit, share):
            share.said, share.by, share.at = None, "", None
            self.model.targets.pop(visit, None)

    @rule(number=numbers, outcome=st.sampled_from(["approved", "rejected", "returned"]))
    def decide_and_think_again(self, number: int, outcome: str) -> None:
        """Taking back what was said just now is what people mostly take back."""
        if able := self.able():
            visit, share, person, self.caller = able[number % len(able)]
            self.decided(visit, share, person, outcome)
            self.what_is_shown_is_what_the_model_says()
            allowed = visit.step.can_undo(share, person)
            if self.attempt(allowed, on("UndoDecision", pb.UndoDecisionRequest), visit, share):
                share.said, share.by, share.at = None, "", None
                self.model.targets.pop(visit, None)

    @rule(number=numbers, who=numbers)
    def decide_on_an_older_version(self, number: int, who: int) -> None:
        visit, share, _ = self.pick(number, who)
        older = self.model.version - 1
        if older:
            self.attempt(False, lambda desk, item: desk.approve(item, document_version=older), visit, share)

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
        if self.attempt(allowed, acts[outcome], visit, share):
            share.holder, share.by, share.said, share.at = person, self.caller, outcome, self.now
            if outcome == "returned":
                self.model.targets[visit] = (to, straight)
            if any(self.model.ahead.values()):
                # What opens between two of several news could use up what was decided ahead.
                self.hear()
