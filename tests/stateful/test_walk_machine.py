"""A walk against the plainest model of an approval service: people decide, answers and signals come as they like."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.builders.routes import CASE, STAGE, Desk, approved, rejected, returned
from workflows.contracts import Outcome, StepCompleted, step_id, step_place
from workflows.policy.reducer import begin, is_stuck, react
from workflows.policy.walk import (
    Abandon,
    Command,
    Decided,
    Ending,
    Event,
    Open,
    OpenAgain,
    PlannedStep,
    Standing,
    Walk,
)


class Walking(RuleBasedStateMachine):
    """`undelivered` holds answers and signals that have not arrived. The model is the desk: what it has seen, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.plan: list[PlannedStep] = []
        self.walk: Walk | None = None
        self.undelivered: list[Event] = []
        self.end: Decided | None = None
        self.withdrawn = False

    @initialize(data=st.data())
    def plan_a_route(self, data: st.DataObject) -> None:
        for i in range(data.draw(st.integers(1, 6))):
            keys = [step.key for step in self.plan]
            after = data.draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
            self.plan.append(PlannedStep(f"s{i}", tuple(after), data.draw(st.integers(0, 5)) == 0))
        self._go(begin(CASE, STAGE, 1, self.plan, {}))

    @precondition(lambda self: self.undelivered)
    @rule(data=st.data())
    def something_arrives(self, data: st.DataObject) -> None:
        event = self.undelivered.pop(data.draw(st.integers(0, len(self.undelivered) - 1)))
        self._hear(event)

    @rule(data=st.data())
    def a_signal_is_sent_again(self, data: st.DataObject) -> None:
        sent = [stands for stands in self.desk.stands.values() if isinstance(stands, StepCompleted)]
        if sent:
            self.undelivered.append(data.draw(st.sampled_from(sent)))

    @precondition(lambda self: self.desk.open_steps)
    @rule(data=st.data())
    def somebody_decides(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from(self.desk.open_steps))
        earlier = [s.key for s in self.plan if not s.skipped and s.key != key_of(step)]
        choices = [approved(step), approved(step), rejected(step), returned(step)]
        choices += [returned(step, to=key) for key in earlier]
        self._decide(data.draw(st.sampled_from(choices)))

    @precondition(lambda self: self.desk.open_steps)
    @rule(data=st.data())
    def the_desk_cancels_a_step_by_itself(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from(self.desk.open_steps))
        self.desk.stands[step] = Standing.CANCELLED
        self.undelivered.append(self.desk.answer(step))

    @precondition(lambda self: not self.withdrawn)
    @rule()
    def the_requester_withdraws(self) -> None:
        self.withdrawn = True
        self._hear(Abandon())

    @precondition(lambda self: self.walk and is_stuck(self.walk))
    @rule()
    def what_was_cancelled_is_opened_again(self) -> None:
        self._hear(OpenAgain())

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
                assert all(self._last(step.key) is Outcome.APPROVED for step in self.plan if not step.skipped)
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
                self._hear(self.undelivered.pop(0))
            elif self.desk.open_steps:
                self._decide(approved(self.desk.open_steps[0]))
            else:
                assert is_stuck(self.walk)
                self._hear(OpenAgain())
        raise AssertionError("the walk does not end")

    def _decide(self, completed: StepCompleted) -> None:
        self.desk.stands[completed.step] = completed
        self.undelivered.append(completed)

    def _hear(self, event: Event) -> None:
        assert self.walk
        self._go(react(self.walk, event))

    def _go(self, result: tuple[Walk, tuple[Command, ...]]) -> None:
        self.walk, commands = result
        for command in commands:
            if isinstance(command, Open):
                self._must_be_next(command)
            self.undelivered.append(self.desk.carry_out(command))

    def _must_be_next(self, command: Open) -> None:
        """Opened once under this visit, directly after the visit before, and after everything that comes before it."""
        assert command.step == step_id(CASE, STAGE, command.key, command.visit)
        assert command.step not in self.desk.stands
        former = step_id(CASE, STAGE, command.key, command.visit - 1)
        assert command.visit == 1 or self.desk.stands[former] is not Standing.OPEN
        for before in self._before(command.key):
            assert self._last(before) is Outcome.APPROVED

    def _before(self, key: str) -> list[str]:
        """The steps that must be approved before `key`, looking through skipped ones."""
        steps = {step.key: step for step in self.plan}
        found = []
        for before in steps[key].after:
            found += self._before(before) if steps[before].skipped else [before]
        return found

    def _last(self, key: str) -> Outcome | None:
        visits = [step_place(step)[2] for step in self.desk.stands if key_of(step) == key]
        return self._outcome(step_id(CASE, STAGE, key, max(visits))) if visits else None

    def _outcome(self, step: str) -> Outcome | None:
        stands = self.desk.stands[step]
        return stands.outcome if isinstance(stands, StepCompleted) else None


def key_of(step: str) -> str:
    return step_place(step)[1].removeprefix(f"{STAGE}/")


TestWalking = Walking.TestCase
TestWalking.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
