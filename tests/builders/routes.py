"""Routes and decisions for tests of walking, and a desk that stands for the approval service, without any server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from workflows.contracts import Outcome, Resume, StepCompleted, step_place
from workflows.policy.reducer import begin, react
from workflows.policy.walk import (
    NO_PAST,
    Cancel,
    Command,
    Event,
    Fire,
    Jump,
    Open,
    Past,
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

    `revision` is that of the route; what is opened by an older one is cancelled at once. `past` is what the walk said last of
    itself, `turns` how often it had turned when it opened a step.
    """

    decide: Callable[[str, int], StepCompleted | None] = lambda key, visit: None
    stands: dict[str, StepCompleted | Standing] = field(default_factory=dict)
    fired: list[Fire] = field(default_factory=list)
    revision: int = 0
    jumps: list[Jump] = field(default_factory=list)
    past: Past = NO_PAST
    turns: dict[str, int] = field(default_factory=dict)

    def carry_out(self, command: Command) -> Stands:
        match command:
            case Open(step, key, visit, revision, past):
                self.past = max(self.past, past, key=lambda one: one.turns)
                other_way = self.turns.setdefault(step, past.turns) != past.turns
                if other_way and self.stands[step] is not Standing.CANCELLED:
                    return replace(self.answer(step), opened_before=True)
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

    def known(self) -> list[Stands]:
        """How each step stands under its latest visit."""
        latest = {step_key(step): step for step in sorted(self.stands, key=lambda step: step_place(step)[2])}
        return [self.answer(step) for step in latest.values()]

    def begin(self, plan: Sequence[PlannedStep]) -> tuple[Walk, tuple[Command, ...]]:
        """What a walk is told that begins, or begins again."""
        return begin(CASE, STAGE, 1, plan, {}, self.revision, self.jumps, self.known(), self.past)

    @property
    def open_steps(self) -> list[str]:
        return [step for step, stands in self.stands.items() if stands is Standing.OPEN]

    def jump(self, to: str, plan: Sequence[PlannedStep], *, passing: bool = True) -> Jump:
        """Somebody jumps: nobody decides any more what that concerns and is open.

        Not `passing` over anything is what happens when a step is to be decided once more.
        """
        over = leading_to(plan, to) if passing else set()
        concerned = {to, *behind(plan, to), *over}
        for step in self.open_steps:
            if step_key(step) in concerned:
                self.stands[step] = Standing.CANCELLED
        self.jumps.append(Jump(STAGE, 1, len(self.jumps) + 1, to, tuple(sorted(over))))
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
        self._go(self.desk.begin(plan))

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
        if self.walk.is_behind:
            self._go(self.desk.begin(self.walk.plan))
