"""A walk against the plainest model of an approval service: people decide, answers and signals come as they like.

Jumps and edits of the route come in the order of their lane: what was decided after them is heard after them. The workflow
is lost and begins again, or its engine is put back to what it was some time ago and is told everything again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.builders.routes import CASE, STAGE, Desk, approved, leading_to, rejected, returned, step_key
from workflows.contracts import Outcome, Resume, StepCompleted, step_id, step_place
from workflows.policy.reducer import is_stuck, react, unanswered
from workflows.policy.walk import (
    Abandon,
    Command,
    Decided,
    Ending,
    Event,
    Jump,
    Open,
    OpenAgain,
    PlannedStep,
    Replanned,
    Standing,
    Walk,
)

IN_LANE = StepCompleted | Jump | Replanned


class Walking(RuleBasedStateMachine):
    """`undelivered` holds answers and signals that have not arrived. The model is the desk: what it has seen, in order.

    `excused` are the steps that a jump has passed over, of which nobody asks for an approval. `lane` holds every signal that
    was ever sent, `kept` is a walk as it was some time ago, of which a copy was kept. `is_old` is a walk that was put back.
    """

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.plan: list[PlannedStep] = []
        self.walk: Walk | None = None
        self.undelivered: list[Event] = []
        self.end: Decided | None = None
        self.withdrawn = False
        self.excused: set[str] = set()
        self.lane: list[Event] = []
        self.kept: Walk | None = None
        self.is_old = False

    @initialize(data=st.data())
    def plan_a_route(self, data: st.DataObject) -> None:
        for i in range(data.draw(st.integers(1, 6))):
            keys = [step.key for step in self.plan]
            after = data.draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
            self.plan.append(PlannedStep(f"s{i}", tuple(after), data.draw(st.integers(0, 5)) == 0))
        self._go(self.desk.begin(self.plan))

    @precondition(lambda self: self.undelivered)
    @rule(data=st.data())
    def something_arrives(self, data: st.DataObject) -> None:
        self._hear(self.undelivered.pop(data.draw(st.sampled_from(self._deliverable()))))

    def _deliverable(self) -> list[int]:
        """Places in `undelivered`: no signal overtakes a jump or an edit that was told before it; answers do."""
        places = range(len(self.undelivered))
        barriers = [n for n in places if isinstance(self.undelivered[n], Jump | Replanned)]
        first = barriers[0] if barriers else len(places)
        return [n for n in places if n <= first or not isinstance(self.undelivered[n], IN_LANE)]

    @rule(data=st.data())
    def a_signal_is_sent_again(self, data: st.DataObject) -> None:
        sent = [stands for stands in self.desk.stands.values() if isinstance(stands, StepCompleted)]
        if sent:
            self.undelivered.append(data.draw(st.sampled_from(sent)))

    @precondition(lambda self: self.desk.open_steps)
    @rule(data=st.data())
    def somebody_decides(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from(self.desk.open_steps))
        earlier = [s.key for s in self.plan if not s.skipped and s.key != step_key(step)]
        choices = [approved(step), approved(step), rejected(step), returned(step)]
        choices += [returned(step, to=key, resume=resume) for key in earlier for resume in Resume]
        self._decide(data.draw(st.sampled_from(choices)))

    @precondition(lambda self: self.desk.open_steps)
    @rule(data=st.data())
    def the_desk_cancels_a_step_by_itself(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from(self.desk.open_steps))
        self.desk.stands[step] = Standing.CANCELLED
        self._send(self.desk.answer(step))

    @precondition(lambda self: self.desk.open_steps)
    @rule(data=st.data())
    def an_administrator_jumps(self, data: st.DataObject) -> None:
        to = data.draw(st.sampled_from([step.key for step in self.plan if not step.skipped]))
        self.excused |= leading_to(self.plan, to)
        self._send(self.desk.jump(to, self.plan))

    @precondition(lambda self: self.desk.open_steps and len(self.plan) < 9)
    @rule(data=st.data())
    def an_administrator_puts_a_step_in(self, data: st.DataObject) -> None:
        """Behind any step, and before those behind it that nobody was ever asked to decide."""
        behind = data.draw(st.sampled_from(self.plan))
        new = PlannedStep(f"s{len(self.plan)}", (behind.key,))
        place = self.plan.index(behind) + 1
        rest = [
            replace(step, after=tuple(new.key if key == behind.key else key for key in step.after))
            if not self._was_reached(step.key)
            else step
            for step in self.plan[place:]
        ]
        self.plan = [*self.plan[:place], new, *rest]
        self._send(self.desk.edit(self.plan))

    @precondition(lambda self: self.desk.open_steps)
    @rule(data=st.data())
    def an_administrator_takes_a_step_out(self, data: st.DataObject) -> None:
        ahead = [step for step in self.plan if not step.skipped and not self._was_reached(step.key)]
        if ahead:
            out = data.draw(st.sampled_from(ahead))
            self.plan[self.plan.index(out)] = replace(out, skipped=True)
            self._send(self.desk.edit(self.plan))

    def _was_reached(self, key: str) -> bool:
        return any(step_key(step) == key for step in self.desk.stands)

    @precondition(lambda self: not self.withdrawn)
    @rule()
    def the_requester_withdraws(self) -> None:
        self.withdrawn = True
        self._hear(Abandon())

    @precondition(lambda self: self.walk and is_stuck(self.walk))
    @rule()
    def what_was_cancelled_is_opened_again(self) -> None:
        self._hear(OpenAgain())

    @precondition(lambda self: not self.withdrawn)
    @rule()
    def the_workflow_is_lost_and_begins_again(self) -> None:
        """Answers on their way are lost with it; signals are not."""
        self.is_old = False
        self.undelivered = [event for event in self.undelivered if isinstance(event, IN_LANE)]
        self._go(self.desk.begin(self.plan))

    @rule()
    def a_copy_of_the_engine_is_made(self) -> None:
        self.kept = self.walk

    @precondition(lambda self: self.kept and not self.withdrawn)
    @rule()
    def the_engine_is_put_back(self) -> None:
        """Its workflow repeats what it has not been answered, and is told everything again."""
        assert self.kept
        self.walk, self.is_old, self.undelivered, self.end = self.kept, True, [*self.lane], None
        self._carry_out(unanswered(self.walk))

    @invariant()
    def an_end_is_an_end(self) -> None:
        assert self.walk
        if self.end:
            assert self.walk.decided == self.end
        self.end = self.walk.decided

    @invariant()
    def nothing_is_open_after_the_end(self) -> None:
        if self.end:
            assert not self.desk.open_steps

    @invariant()
    def the_end_is_one_that_was_decided(self) -> None:
        match self.end:
            case Decided(Ending.APPROVED):
                needed = [step.key for step in self.walk.plan if not step.skipped] if self.walk else []
                assert all(self._last(key) is Outcome.APPROVED for key in needed if key not in self.excused)
            case Decided(Ending.REJECTED, step=step):
                assert self._outcome(step) is Outcome.REJECTED
            case Decided(Ending.RETURNED, step=step):
                assert self._outcome(step) is Outcome.RETURNED
            case Decided(Ending.ABANDONED):
                assert self.withdrawn

    def teardown(self) -> None:
        """Whatever has happened: once everything arrives and everybody approves, the walk ends."""
        for _ in range(1000):
            if self.walk is None or (self.walk.decided and not self.undelivered):
                return
            if self.undelivered:
                self._hear(self.undelivered.pop(self._deliverable()[0]))
            elif self.desk.open_steps:
                self._decide(approved(self.desk.open_steps[0]))
            else:
                assert is_stuck(self.walk)
                self._hear(OpenAgain())
        raise AssertionError("the walk does not end")

    def _decide(self, completed: StepCompleted) -> None:
        self.desk.stands[completed.step] = completed
        self._send(completed)

    def _send(self, signal: Event) -> None:
        self.lane.append(signal)
        self.undelivered.append(signal)

    def _hear(self, event: Event) -> None:
        assert self.walk
        self._go(react(self.walk, event))

    def _go(self, result: tuple[Walk, tuple[Command, ...]]) -> None:
        self.walk, commands = result
        self._carry_out(commands)
        if self.walk.is_behind:
            self.the_workflow_is_lost_and_begins_again()

    def _carry_out(self, commands: Iterable[Command]) -> None:
        for command in commands:
            if isinstance(command, Open) and not (self.is_old and command.step in self.desk.stands):
                self._must_be_next(command)
            self.undelivered.append(self.desk.carry_out(command))

    def _must_be_next(self, command: Open) -> None:
        """Opened once under this visit, directly after the visit before, and after everything that comes before it."""
        assert command.step == step_id(CASE, STAGE, command.key, command.visit)
        assert command.step not in self.desk.stands
        former = step_id(CASE, STAGE, command.key, command.visit - 1)
        assert command.visit == 1 or self.desk.stands[former] is not Standing.OPEN
        if command.revision == self.desk.revision:  # what an older one opens is cancelled at once
            for before in self._before(command.key):
                assert self._last(before) is Outcome.APPROVED or before in self.excused

    def _before(self, key: str) -> list[str]:
        """The steps that must be approved before `key`, near and far."""
        steps = {step.key: step for step in self.plan}
        found = []
        for before in steps[key].after:
            found += self._before(before) if steps[before].skipped else [before, *self._before(before)]
        return found

    def _last(self, key: str) -> Outcome | None:
        visits = [step_place(step)[2] for step in self.desk.stands if step_key(step) == key]
        return self._outcome(step_id(CASE, STAGE, key, max(visits))) if visits else None

    def _outcome(self, step: str) -> Outcome | None:
        stands = self.desk.stands[step]
        return stands.outcome if isinstance(stands, StepCompleted) else None


TestWalking = Walking.TestCase
TestWalking.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
