"""A walk: one round of one stage, as plain data that can be carried from one run of a workflow to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from workflows.contracts import Resume, StepCompleted, StepRescheduled, step_id, step_place


class Standing(StrEnum):
    """Where a step of the route stands."""

    AHEAD = "ahead"  # not walked yet, or to be walked again
    OPENING = "opening"  # asked to be opened, not answered yet
    OPEN = "open"
    CANCELLING = "cancelling"
    CANCELLED = (
        "cancelled"  # without our asking: in an earlier life of this workflow, or by the approval service
    )
    DONE = "done"


IN_FLIGHT = (Standing.OPENING, Standing.OPEN, Standing.CANCELLING)


class Ending(StrEnum):
    """How a walk ends. Abandoned: the request was withdrawn."""

    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    ABANDONED = "abandoned"


@dataclass(frozen=True)
class PlannedStep:
    """A step of the route. A skipped one is passed as soon as everything before it is done."""

    key: str
    after: tuple[str, ...] = ()
    skipped: bool = False


@dataclass(frozen=True)
class Progress:
    """One step under way. `completed` is None in a step that was skipped, passed over by a jump, or is not done.

    `planned` is the revision of the route under which it was opened. `due` is when its timers fire, ISO 8601 by name; `fired` how often each has, `firing` those not answered yet.
    """

    standing: Standing = Standing.AHEAD
    completed: StepCompleted | None = None
    revision: int = 0
    due: dict[str, str] = field(default_factory=dict)
    fired: dict[str, int] = field(default_factory=dict)
    firing: tuple[str, ...] = ()
    planned: int = 0


@dataclass(frozen=True)
class Decided:
    """The end of a walk. `document_version` is the version that was decided on, 0 if nobody had to decide.

    `step`, `comment` and `decider` are those of the rejection or return, `resume` is what the return asks for.
    """

    ending: Ending
    document_version: int = 0
    step: str = ""
    comment: str = ""
    decider: str = ""
    resume: Resume = Resume.WALK_AGAIN

    @property
    def approved(self) -> bool:
        return self.ending is Ending.APPROVED

    @property
    def rejected(self) -> bool:
        return self.ending is Ending.REJECTED

    @property
    def returned(self) -> bool:
        return self.ending is Ending.RETURNED


@dataclass(frozen=True)
class Jump:
    """Go on at the step `to`: what is passed `over` counts as approved, `to` and all that follows it is walked (again).

    `n` counts the jumps of this walk.
    """

    stage: str
    round: int
    n: int
    to: str
    over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Past:
    """What a walk that has turned, back or elsewhere, counts no longer or without a decision; as it was at its last turn.

    `void` are visits whose decision counts no more, by key; `passed` the steps that a jump has passed over, with the visit
    after which (0: before any). Whatever has been opened since stands as its people have decided. `turns` counts, `jumped`
    is the number of the last jump that was made. The approval service keeps it for a walk that begins again: in
    which order it turned can be told from nothing else.
    """

    turns: int = 0
    void: dict[str, int] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)
    jumped: int = 0


NO_PAST: Final = Past()


@dataclass(frozen=True)
class Walk:
    """The state of the reducer.

    `visits` counts, for the whole case and by `stage/key`, how often a step has been opened. `early` and
    `early_times` hold, by step, what came before its step was opened. `consumed` names the steps whose completion was
    taken in and of which the approval service has not been told. `revision` counts how often the route was edited,
    `jumps` are those still to be made, `jumped` is the number of the last one that is known. `ahead` are answers about steps
    that were completed on a route of a later revision: nobody need say so again once that route is known. `past` is what
    counts no longer. `is_behind`: the stage has come further than this walk knows, which has to begin again.
    """

    case: str
    stage: str
    round: int
    plan: tuple[PlannedStep, ...]
    steps: dict[str, Progress]
    visits: dict[str, int] = field(default_factory=dict)
    early: dict[str, StepCompleted] = field(default_factory=dict)
    early_times: dict[str, StepRescheduled] = field(default_factory=dict)
    consumed: tuple[str, ...] = ()
    abandoned: bool = False
    decided: Decided | None = None
    revision: int = 0
    jumps: tuple[Jump, ...] = ()
    jumped: int = 0
    ahead: tuple[Stands, ...] = ()
    past: Past = NO_PAST
    is_behind: bool = False

    def visit(self, key: str) -> int:
        """How often it has been opened."""
        return self.visits.get(f"{self.stage}/{key}", 0)

    def id_of(self, key: str) -> str:
        """The step as it was last opened: `case/stage/key#visit`."""
        return step_id(self.case, self.stage, key, self.visit(key))

    def current(self, step: str) -> str | None:
        """The key of a step under its latest visit, None for any other id."""
        return next((key for key in self.steps if step == self.id_of(key)), None)

    def is_ahead(self, step: str) -> bool:
        """A step of this case that has not been opened under this visit yet."""
        try:
            case, place, visit = step_place(step)
        except ValueError:
            return False
        return case == self.case and visit > self.visits.get(place, 0)

    def standing(self, *standings: Standing) -> list[str]:
        """The keys of the steps that stand so, in the order of the route."""
        return [step.key for step in self.plan if self.steps[step.key].standing in standings]

    def with_steps(self, changes: Mapping[str, Progress]) -> Walk:
        return replace(self, steps={**self.steps, **changes})

    def next_visit(self, key: str) -> tuple[Walk, int]:
        visit = self.visit(key) + 1
        return replace(self, visits={**self.visits, f"{self.stage}/{key}": visit}), visit

    def forget_early(self, step: str) -> Walk:
        early = {known: completed for known, completed in self.early.items() if known != step}
        times = {known: times for known, times in self.early_times.items() if known != step}
        return replace(self, early=early, early_times=times)


# Events: besides StepCompleted and StepRescheduled, which come as signals.


@dataclass(frozen=True)
class Stands:
    """What the approval service answers about a step: open, completed (then with its completion) or cancelled.

    `times` are what is due of it, None if nothing ever was; `revision` is that of its route. `opened_before`: what was to be
    opened had been, by a walk that had come there another way.
    """

    step: str
    standing: Standing
    completed: StepCompleted | None = None
    times: StepRescheduled | None = None
    revision: int = 0
    opened_before: bool = False


@dataclass(frozen=True)
class TimerDue:
    step: str
    timer: str


@dataclass(frozen=True)
class Abandon:
    """The request was withdrawn: cancel what is open and end."""


@dataclass(frozen=True)
class OpenAgain:
    """What should be open was cancelled by others: open it under its next visit."""


@dataclass(frozen=True)
class Replanned:
    """The route was edited: `plan` is the whole of it now. It has all steps that it had; what is taken out is skipped."""

    stage: str
    round: int
    revision: int
    plan: tuple[PlannedStep, ...]


Event = StepCompleted | StepRescheduled | Stands | TimerDue | Abandon | OpenAgain | Jump | Replanned


# Commands. The answer to each comes back as Stands.


@dataclass(frozen=True)
class Open:
    """`revision` is that of the route as the walk knows it, `past` what it counts no longer."""

    step: str
    key: str
    visit: int
    revision: int = 0
    past: Past = NO_PAST


@dataclass(frozen=True)
class Cancel:
    step: str


@dataclass(frozen=True)
class Fire:
    """Tell the approval service that a timer is due, for the n-th time. It decides what that means."""

    step: str
    timer: str
    n: int


Command = Open | Cancel | Fire
