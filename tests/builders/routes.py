"""Routes and decisions for tests of walking, and a desk that stands for the approval service, without any server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from workflows.contracts import Outcome, Resume, StepCompleted, step_place
from workflows.policy.reducer import begin, react
from workflows.policy.walk import (
    Cancel,
    Command,
    Event,
    Fire,
    Jump,
    Open,
    PlannedStep,
    Replanned,
    Standing,
    Stands,
    Walk,
)

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


def returned(step: str, to: str = "", resume: Resume = Resume.WALK_AGAIN) -> StepCompleted:
    comment = "please look again"
    return StepCompleted(step, Outcome.RETURNED, 1, return_to=to, comment=comment, resume=resume)


def step_key(step: str) -> str:
    return step_place(step)[1].removeprefix(f"{STAGE}/")


def leading_to(plan: Sequence[PlannedStep], key: str) -> set[str]:
    """Every step that comes before `key`, near or far."""
    after = {step.key: step.after for step in plan}
    return set(after[key]).union(*(leading_to(plan, before) for before in after[key]))


def behind(plan: Sequence[PlannedStep], key: str) -> set[str]:
    """Every step that comes after `key`, near or far."""
    return {step.key for step in plan if key in leading_to(plan, step.key)}


@dataclass
class Desk:
    """How steps stand at the approval service. `decide` says, when a step is opened, what becomes of it: None: later.

    `revision` is that of the route; what is opened by an older one is cancelled at once.
    """

    decide: Callable[[str, int], StepCompleted | None] = lambda key, visit: None
    stands: dict[str, StepCompleted | Standing] = field(default_factory=dict)
    fired: list[Fire] = field(default_factory=list)
    revision: int = 0
    jumps: list[Jump] = field(default_factory=list)

    def carry_out(self, command: Command) -> Stands:
        match command:
            case Open(step, key, visit, revision):
                if step not in self.stands:
                    outdated = Standing.CANCELLED if revision < self.revision else None
                    self.stands[step] = outdated or self.decide(key, visit) or Standing.OPEN
            case Cancel(step):
                if self.stands[step] is Standing.OPEN:
                    self.stands[step] = Standing.CANCELLED
            case Fire():
                self.fired.append(command)
        return self.answer(command.step)

    def answer(self, step: str) -> Stands:
        stands = self.stands[step]
        if isinstance(stands, StepCompleted):
            return Stands(step, Standing.DONE, stands, revision=self.revision)
        return Stands(step, stands, revision=self.revision)

    @property
    def open_steps(self) -> list[str]:
        return [step for step, stands in self.stands.items() if stands is Standing.OPEN]

    def jump(self, to: str, plan: Sequence[PlannedStep]) -> Jump:
        """Somebody jumps: nobody decides any more what that concerns and is open."""
        over, concerned = leading_to(plan, to), {to, *behind(plan, to), *leading_to(plan, to)}
        visits: dict[str, int] = {}
        for step in self.stands:
            key, visit = step_key(step), step_place(step)[2]
            visits[key] = max(visit, visits.get(key, 0))
        for step in self.open_steps:
            if step_key(step) in concerned:
                self.stands[step] = Standing.CANCELLED
        self.jumps.append(Jump(STAGE, 1, len(self.jumps) + 1, to, tuple(sorted(over)), visits))
        return self.jumps[-1]

    def edit(self, plan: Sequence[PlannedStep]) -> Replanned:
        self.revision += 1
        return Replanned(STAGE, 1, self.revision, tuple(plan))

    def open_keys(self) -> list[str]:
        return [step_key(step) for step in self.open_steps]


class Stroll:
    """A walk whose commands are carried out at once by a desk; for tests that tell one story."""

    def __init__(self, plan: Sequence[PlannedStep], desk: Desk | None = None) -> None:
        self.desk = desk or Desk()
        self.walk: Walk
        self._go(begin(CASE, STAGE, 1, plan, {}, self.desk.revision, self.desk.jumps))

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
