"""Routes and decisions for tests of walking, and a desk that stands for the approval service, without any server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from workflows.contracts import Outcome, StepCompleted, step_place
from workflows.policy.reducer import begin, react
from workflows.policy.walk import Cancel, Command, Event, Fire, Open, PlannedStep, Standing, Stands, Walk

CASE = "expense-claim/EC-2026-000123/1"
STAGE = "claim"


def a_chain(*keys: str) -> list[PlannedStep]:
    """One step after the other."""
    return [PlannedStep(key, keys[i - 1 : i] if i else ()) for i, key in enumerate(keys)]


def in_layers(*layers: Sequence[str]) -> list[PlannedStep]:
    """All steps of a layer side by side, after all steps of the layer before."""
    before: tuple[str, ...] = ()
    steps: list[PlannedStep] = []
    for layer in layers:
        steps += [PlannedStep(key, before) for key in layer]
        before = tuple(layer)
    return steps


def a_step(key: str, visit: int = 1, stage: str = STAGE) -> str:
    return f"{CASE}/{stage}/{key}#{visit}"


def approved(step: str, version: int = 1) -> StepCompleted:
    return StepCompleted(step, Outcome.APPROVED, version)


def rejected(step: str, comment: str = "no") -> StepCompleted:
    return StepCompleted(step, Outcome.REJECTED, 1, comment=comment, decider="people/wangwei")


def returned(step: str, to: str = "") -> StepCompleted:
    return StepCompleted(step, Outcome.RETURNED, 1, return_to=to, comment="please look again")


@dataclass
class Desk:
    """How steps stand at the approval service. `decide` says, when a step is opened, what becomes of it: None: later."""

    decide: Callable[[str, int], StepCompleted | None] = lambda key, visit: None
    stands: dict[str, StepCompleted | Standing] = field(default_factory=dict)
    fired: list[Fire] = field(default_factory=list)

    def carry_out(self, command: Command) -> Stands:
        match command:
            case Open(step, key, visit):
                if step not in self.stands:
                    self.stands[step] = self.decide(key, visit) or Standing.OPEN
            case Cancel(step):
                if self.stands[step] is Standing.OPEN:
                    self.stands[step] = Standing.CANCELLED
            case Fire():
                self.fired.append(command)
        return self.answer(command.step)

    def answer(self, step: str) -> Stands:
        stands = self.stands[step]
        if isinstance(stands, StepCompleted):
            return Stands(step, Standing.DONE, stands)
        return Stands(step, stands)

    @property
    def open_steps(self) -> list[str]:
        return [step for step, stands in self.stands.items() if stands is Standing.OPEN]

    def open_keys(self) -> list[str]:
        return [step_place(step)[1].removeprefix(f"{STAGE}/") for step in self.open_steps]


class Stroll:
    """A walk whose commands are carried out at once by a desk; for tests that tell one story."""

    def __init__(self, plan: Sequence[PlannedStep], desk: Desk | None = None) -> None:
        self.desk = desk or Desk()
        self.walk: Walk
        self._go(begin(CASE, STAGE, 1, plan, {}))

    def hear(self, *events: Event) -> Stroll:
        for event in events:
            self._go(react(self.walk, event))
        return self

    def complete(self, *completions: StepCompleted) -> Stroll:
        """One after the other is decided at the desk, and its signal comes."""
        for completed in completions:
            assert self.desk.stands[completed.step] is Standing.OPEN
            self.desk.stands[completed.step] = completed
            self.hear(completed)
        return self

    def _go(self, result: tuple[Walk, tuple[Command, ...]]) -> None:
        self.walk, commands = result
        for command in commands:
            self._go(react(self.walk, self.desk.carry_out(command)))
