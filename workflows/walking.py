"""One walk through one stage: the reducer says what is next, the approval service is told, and what comes back is fed to the reducer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow

from workflows.contracts import GIVEN_UP
from workflows.memory import Refused
from workflows.patience import Patience
from workflows.policy.reducer import Result, begin, is_stuck, react, told, unanswered
from workflows.policy.timers import has_fired, next_due
from workflows.policy.walk import (
    Abandon,
    Command,
    Decided,
    Event,
    OpenAgain,
    PlannedStep,
    Standing,
    Stands,
    Walk,
)
from workflows.verbs.approval import jumps_of, past_of, stands

# Steps that others have cancelled: mostly a withdrawal of which we are about to hear. Opened again ever later, since each
# time is a new visit.
STUCK: Final = timedelta(seconds=30)
LONGEST_STUCK: Final = timedelta(hours=1)
# The approval service goes by a clock of its own: what is not due there yet is told again, but not at once.
FIRED_AGAIN: Final = timedelta(seconds=5)
NEXT: Final = timedelta(milliseconds=1)


class Walker:
    """Walks `stage` for the `round`-th time, or goes on with the walk that the memory holds.

    `came_back`: the step whose return to the requester is to come straight back to it.
    """

    def __init__(self, patience: Patience, stage: str, round: int, came_back: str = "") -> None:
        self._patience = patience
        self._memory = patience.memory
        self._stage, self._round = stage, round
        self._came_back = came_back
        self._opened_again = 0
        self._again_at: datetime | None = None
        # What was asked and is not answered yet, by the key under which it is seen to wait.
        self._asking: dict[asyncio.Task[list[Event]], str] = {}

    async def walk(self) -> Decided:
        commands = unanswered(self._memory.walk) if self._memory.walk else await self._begin()
        self._patience.planned = (self._stage, self._round)
        try:
            while (decided := self._walk.decided) is None:
                if self._walk.is_behind:
                    self._leave()
                    commands = await self._begin()
                    continue
                due = await self._carry_out(commands) if commands else await self._wait()
                commands = self._react([*self._answers(), *due, *self._arrived()])
        finally:
            unanswered_still = self._stop_asking()
        for key in unanswered_still:
            await self._patience.no_longer_waits(key)
        self._leave()
        return decided

    @property
    def _walk(self) -> Walk:
        assert self._memory.walk is not None
        return self._memory.walk

    async def _begin(self) -> tuple[Command, ...]:
        """Have the stage planned, and what it begins with opened; or hear how far it has come."""
        key, visits = f"{self._patience.start.case}/plan/{self._stage}/{self._round}", self._visits()
        # A route of which nobody can be found to decide it must not keep a withdrawn case from ending.
        begun = await self._patience.quietly(
            key,
            lambda _: self._patience.reporting(
                lambda consumed: self._patience.approval.begin(
                    self._stage, self._round, visits, consumed, self._came_back
                )
            ),
            gives_way=True,
        )
        route = begun.route
        self._memory.planned_version = route.document_version
        plan = [PlannedStep(step.key, tuple(step.after), step.skipped) for step in route.steps]
        case, visits_so_far = self._patience.start.case, self._memory.visits
        known = [stands(status.step, status) for status in begun.opened]
        jumps = jumps_of(self._stage, self._round, begun.jumps)
        past = past_of(begun.past)
        commands = self._keep(
            begin(case, self._stage, self._round, plan, visits_so_far, route.revision, jumps, known, past)
        )
        return commands + self._react(self._arrived())

    def _visits(self) -> dict[str, int]:
        """How often each step of this stage has been opened."""
        here = f"{self._stage}/"
        visits = self._memory.visits.items()
        return {place.removeprefix(here): n for place, n in visits if place.startswith(here)}

    async def _carry_out(self, commands: Sequence[Command]) -> Sequence[Event]:
        """Until each is answered or in trouble: what is in trouble is tried on beside the walk, which hears all the others."""
        for command in commands:
            key = f"{command.step}/{type(command).__name__.lower()}"
            self._asking[asyncio.create_task(self._ask(command, key))] = key
        in_trouble = self._patience.in_trouble
        await workflow.wait_condition(
            lambda: all(task.done() or key in in_trouble for task, key in self._asking.items())
        )
        return ()

    def _answers(self) -> list[Event]:
        """What has been answered since, in the order in which it was asked. Raises what ends the case or this run of it."""
        answered = [task for task in self._asking if task.done()]
        events = [event for task in answered for event in task.result()]
        for task in answered:
            del self._asking[task]
        return events

    def _stop_asking(self) -> list[str]:
        """Nobody waits for the answers any more. The keys of what was asked."""
        asking, self._asking = self._asking, {}
        for task in asking:
            if not task.cancel() and not task.cancelled():
                task.exception()  # another one has been raised already
        return list(asking.values())

    async def _ask(self, command: Command, key: str) -> list[Event]:
        try:
            answer = await self._patience.quietly(
                key,
                lambda _: self._patience.reporting(
                    lambda consumed: self._patience.approval.carry_out(
                        command, self._stage, self._round, consumed
                    )
                ),
                refusals=GIVEN_UP,
            )
        except Refused:
            return [Abandon(), Stands(command.step, Standing.CANCELLED)]
        return [answer]

    async def _wait(self) -> list[Event]:
        """Until a signal comes or a timer is due."""
        now, timer, again_at = workflow.now(), next_due(self._walk), self._when_again()
        moments: list[tuple[datetime, Event]] = []
        if again_at is not None:
            moments.append((again_at, OpenAgain()))
        if timer is not None:
            at_least = FIRED_AGAIN if has_fired(self._walk, timer[1]) else NEXT
            moments.append((max(timer[0], now + at_least), timer[1]))
        first = min(moments, key=lambda moment: moment[0], default=None)
        longest = max(first[0] - now, NEXT) if first else None
        waiting = self._walk.standing(Standing.OPEN)
        came = await self._patience.rest(self._has_news, longest, f"{self._stage}: {', '.join(waiting)}")
        if came or first is None:
            return []
        if isinstance(first[1], OpenAgain):
            self._opened_again, self._again_at = self._opened_again + 1, None
        return [first[1]]

    def _when_again(self) -> datetime | None:
        """When what others have cancelled is opened again; None where there is nothing."""
        if not is_stuck(self._walk):
            self._again_at = None
        elif self._again_at is None:
            self._again_at = workflow.now() + min(STUCK * 2 ** min(self._opened_again, 12), LONGEST_STUCK)
        return self._again_at

    def _has_news(self) -> bool:
        signals = self._memory.completions or self._memory.reschedulings or self._memory.elsewhere
        answers = any(task.done() for task in self._asking)
        return bool(signals) or answers or (self._patience.is_withdrawn and not self._walk.abandoned)

    def _arrived(self) -> list[Event]:
        # Jumps and edits first: what was decided after them must not be taken in on the route of before.
        events: list[Event] = [
            *self._memory.elsewhere,
            *self._memory.completions,
            *self._memory.reschedulings,
        ]
        self._memory.completions, self._memory.reschedulings, self._memory.elsewhere = [], [], []
        if self._patience.is_withdrawn and not self._walk.abandoned:
            events.append(Abandon())
        return events

    def _react(self, events: Sequence[Event]) -> tuple[Command, ...]:
        commands: tuple[Command, ...] = ()
        for event in events:
            commands += self._keep(react(self._walk, event))
        return commands

    def _keep(self, result: Result) -> tuple[Command, ...]:
        walk, commands = result
        self._memory.consumed += [step for step in walk.consumed if step not in self._memory.consumed]
        self._memory.walk = told(walk, walk.consumed)
        return commands

    def _leave(self) -> None:
        """What came for steps of a later walk is kept for it."""
        walk = self._walk
        self._memory.visits = dict(walk.visits)
        self._memory.completions += walk.early.values()
        self._memory.reschedulings += walk.early_times.values()
        self._memory.walk = None
