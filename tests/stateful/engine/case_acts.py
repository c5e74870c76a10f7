"""What happens to the case: time, its workflow, its requester, and administrators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kernel.clock import local_date
from services.approval.domain.policies.ballot import NO_TERMS, Mode
from tests.builders.approval_desk import request_id
from tests.stateful.engine.model import Ahead, Spec
from tests.stateful.engine.office import ADMINISTRATOR, EVERYONE, WINDOW
from tests.stateful.engine.trial import Trial, minutes, numbers, people
from tests.stateful.step_model import REQUESTER
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1.route_pb2 import RouteStep
from zhupi.approval.v1.upcoming_pb2 import DecideAheadRequest, TakeBackAheadRequest
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.common.v1.text_pb2 import Text

several = st.lists(people, min_size=1, max_size=3, unique=True)
MODES = {
    Mode.SINGLE: RouteStep.MODE_SINGLE,
    Mode.ALL: RouteStep.MODE_ALL,
    Mode.ANY: RouteStep.MODE_ANY,
    Mode.VOTE: RouteStep.MODE_VOTE,
    Mode.SEQUENTIAL: RouteStep.MODE_SEQUENTIAL,
}
AHEAD = {"approved": WorkItem.DECISION_APPROVED, "rejected": WorkItem.DECISION_REJECTED}
administrators = st.sampled_from([*[ADMINISTRATOR] * 30, *EVERYONE])


class CaseActs(Trial):
    @rule(later=minutes)
    def time_passes(self, later: timedelta) -> None:
        self.office.clock.advance(later)
        for visit in self.model.visits():
            visit.step.now = self.now
            visit.step.wake()
        if any(self.model.ahead.values()):
            self.hear()

    def clock_past_windows(self) -> None:
        """Nothing can be taken back any more, and the workflow hears it."""
        self.time_passes(WINDOW)
        self.hear()

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

    @rule(person=administrators, surely=st.integers(0, 5))
    def suspend_the_case(self, person: str, surely: int) -> None:
        if (person == ADMINISTRATOR and surely) or self.model.may_be_taken_back():
            return  # how a window stops with its case is for tests of its own
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
        to = self.a_key(where, heard=True)
        allowed = self.model.is_under_way() and to in self.model.deciding
        if self.overridden(person, "JumpCase", case_pb2.JumpCaseRequest, allowed=allowed, step=to):
            self.model.jump(to)
            self.hear()

    @rule(number=numbers, who=numbers)
    def redo(self, number: int, who: int) -> None:
        key = self.a_key(number, heard=True)
        visit = self.model.latest(key)
        deciders = sorted({share.by for share in visit.step.votes if share.by}) if visit else []
        among = deciders if deciders and who % 4 else EVERYONE
        person = among[who // 4 % len(among)]
        request = case_pb2.RedoStepRequest(
            name=self.shown.name, request_id=request_id(), step=key, reason="看错了"
        )
        allowed = self.model.is_under_way() and self.model.may_redo(key, person)
        if self.tried(allowed, self.office.desk(person).cases.RedoStep(request)):
            self.model.again(key)
            self.hear()

    @rule(person=administrators, where=numbers, to=several)
    def reassign(self, person: str, where: int, to: list[str]) -> None:
        key = self.a_key(where)
        is_open = key in self.model.open and not self.model.open[key].step.over
        if (is_open and self.model.has_news()) or self.model.may_be_taken_back():
            return  # what an edit makes of a decision that is held is for tests of its own
        allowed = self.model.may_be_edited() and key in self.model.deciding and self.model.may_ask(key, to)
        kind, people = case_pb2.ReassignStepRequest, [f"people/{one}" for one in to]
        if self.overridden(person, "ReassignStep", kind, allowed=allowed, step=key, people=people):
            self.model.edit(self.model.specs[key].asking(to))
            if is_open:
                self.model.again(key)
                self.hear()

    @rule(
        person=administrators,
        where=numbers,
        to=several,
        n=st.integers(1, 3),
        mode=st.sampled_from(list(Mode)),
    )
    def add_a_step(self, person: str, where: int, to: list[str], n: int, mode: Mode) -> None:
        behind, key = self.a_key(where), f"x{self.model.stage}{n}"
        if self.model.may_be_taken_back():
            return
        allowed = self.model.may_be_edited() and self.model.may_add(behind, key, to)
        more = {"title": Text(zh=key, en=key), "mode": MODES[mode], "people": [f"people/{one}" for one in to]}
        kind = case_pb2.AddStepRequest
        if self.overridden(person, "AddStep", kind, allowed=allowed, behind=behind, key=key, **more):
            self.model.add(Spec(key, (behind,), mode, NO_TERMS, (), ()).asking(to))

    @rule(person=administrators, where=numbers)
    def take_a_step_out(self, person: str, where: int) -> None:
        key = self.a_key(where)
        if self.model.may_be_taken_back():
            return
        allowed = self.model.may_be_edited() and self.model.may_remove(key)
        if self.overridden(person, "RemoveStep", case_pb2.RemoveStepRequest, allowed=allowed, step=key):
            self.model.edit(replace(self.model.specs[key], removed=True))

    @rule(person=administrators)
    def reopen(self, person: str) -> None:
        allowed = self.model.outcome not in ("", "approved")
        if self.overridden(person, "ReopenCase", case_pb2.ReopenCaseRequest, allowed=allowed):
            self.the_whole_of_it_is_right()
            self.begin(self.reply.name.removeprefix("cases/"), self.model.version)

    def goes_on(self) -> None:
        """What nobody can do anything about is of no more interest."""
        if self.model.rests:
            self.resume_the_case(ADMINISTRATOR)
        if self.model.has_news() or self.model.given_up:
            self.hear()
        if self.model.with_requester and self.model.goes_on:
            self.the_requester_submits_again()
        elif self.model.outcome == "approved":
            self.the_whole_of_it_is_right()
            self.begin(self.run(self.office.submit(self.process)), version=1)
        elif self.model.outcome:
            self.reopen(ADMINISTRATOR)

    # Before its turn.

    @rule(number=numbers, who=numbers, said=st.sampled_from(["approved", "approved", "rejected"]))
    def decide_ahead(self, number: int, who: int, said: str) -> None:
        any_key = self.a_key(number // 4, heard=True)
        coming = [key for key, spec in self.model.specs.items() if spec.ahead and self.model.lies_ahead(key)]
        key = coming[number // 4 % len(coming)] if coming and number % 4 else any_key
        spec = self.model.specs.get(key)
        surely = spec.surely if spec and spec.ahead and self.model.lies_ahead(key) else set()
        near = sorted(surely | self.deputies(surely))
        among = near if near and who % 4 else EVERYONE
        caller = among[who // 4 % len(among)]
        whose = caller
        if spec and caller not in surely:
            stood = sorted(surely & self.away.stood_for(caller, local_date(self.now)))
            barred = caller == REQUESTER or any(caller in group for group in spec.groups)
            whose = stood[0] if stood and not barred else ""
        allowed = self.model.goes_on and whose in surely
        allowed = allowed and whose not in {one.person for one in self.model.ahead[key]}
        request = DecideAheadRequest(
            name=self.shown.name,
            request_id=request_id(),
            step=key,
            document_version=self.model.version,
            decision=AHEAD[said],
            comment="先说",
        )
        if self.tried(allowed, self.office.desk(caller).upcoming.DecideAhead(request)):
            ahead = [*self.model.ahead[key], Ahead(self.now, whose, caller, said, self.model.version)]
            self.model.ahead[key] = sorted(ahead, key=lambda one: (one.at, one.person))

    @rule(number=numbers, who=numbers)
    def take_back_ahead(self, number: int, who: int) -> None:
        any_key = self.a_key(number // 4, heard=True)
        said = [key for key, kept in self.model.ahead.items() if kept]
        key = said[number // 4 % len(said)] if said and number % 4 else any_key
        kept = self.model.ahead.get(key, [])
        near = sorted({person for one in kept for person in (one.person, one.by)})
        among = near if near and who % 2 else EVERYONE
        caller = among[who // 2 % len(among)]
        stood = self.away.stood_for(caller, local_date(self.now))
        ours = [one for one in kept if caller in (one.person, one.by)]
        ours = ours or [one for one in kept if one.person in stood]
        allowed = (
            bool(ours) and not self.model.given_up and not self.model.outcome and self.model.lies_ahead(key)
        )
        request = TakeBackAheadRequest(name=self.shown.name, request_id=request_id(), step=key)
        if self.tried(allowed, self.office.desk(caller).upcoming.TakeBackAhead(request)):
            kept.remove(ours[0])

    def a_key(self, number: int, *, heard: bool = False) -> str:
        """`heard`: while the workflow knows everything that people have said."""
        self.go_on_unless(number % 4 == 3)
        if heard and self.model.has_news():
            self.clock_past_windows()
        keys = [*self.model.specs, "nowhere"]
        return keys[number % len(keys)]

    def overridden(
        self, person: str, method: str, kind: Callable[..., Any], *, allowed: bool, **more: Any
    ) -> bool:
        """An act that only administrators may do, with a reason."""
        request = kind(name=self.shown.name, request_id=request_id(), reason="系统故障", **more)
        act = getattr(self.desk_of(person).cases, method)(request)
        return self.tried(allowed and person == ADMINISTRATOR, act)
