"""A case of the log as acts: who does what, in which order, on which route, and how it must end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from itertools import pairwise
from typing import Final, TypeAlias

from kernel.text import Text
from replay.mapping import Mapping, Route
from replay.refusals import (
    AttributeMissing,
    CaseTwice,
    EventWithoutAttribute,
    NoSuchEnd,
    NoSuchRoute,
    NotAnAmountOfMoney,
    UnknownActivity,
    UnknownRole,
)
from replay.story import DECISIONS, TRANSITIONS, State, Verb
from replay.xes import Trace

CENT: Final = Decimal("0.01")
REFUSED: Final = "payment_refused"
UNEXPLAINED: Final = Text(
    "映射文件没有说明状态 {state} 下为何会有“{activity}”",
    "The mapping does not say how {activity!r} can happen while {state}",
)


@dataclass(frozen=True, slots=True)
class Act:
    """`role` is who acts. `cost_centre` is that of the round which a submission begins; `refused`: the ERP will not pay."""

    position: int
    verb: Verb
    activity: str
    role: str
    cost_centre: str = ""
    refused: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """What is seen of it afterwards, as `seen.words_in` says it."""
        match self.verb:
            case Verb.SAVE:
                return ()
            case Verb.APPROVE | Verb.APPROVE_LAST:
                return (f"{Verb.APPROVE} {self.role}",)
            case Verb.RETURN | Verb.REJECT:
                return (f"{self.verb} {self.role}",)
        return (self.verb.value, REFUSED) if self.refused else (self.verb.value,)


@dataclass(frozen=True, slots=True)
class Script:
    """A case that can be walked. `amount` in yuan; `lifted`: the log's own was less than can be claimed."""

    case: str
    variant: tuple[str, ...]
    amount: Decimal
    lifted: bool
    acts: tuple[Act, ...]
    end: State

    @property
    def order(self) -> tuple[str, ...]:
        """What must have happened at the end, as `seen.Seen.order` says it."""
        return tuple(word for act in self.acts for word in act.words)

    @property
    def cost_centre(self) -> str:
        """That of the first round; empty where there is none."""
        return next((act.cost_centre for act in self.acts if act.cost_centre), "")

    def state_before(self, act: Act) -> State:
        state = State.NEW
        for earlier in self.acts[: act.position]:
            state = TRANSITIONS[state, earlier.verb]
        return state

    def turn_at(self, position: int, mapping: Mapping) -> str:
        """The role whose turn it is before the act of that position: in approval, or with finance."""
        earlier = self.acts[:position]
        start = max(other.position for other in earlier if other.verb is Verb.SUBMIT)
        decided = sum(other.verb in DECISIONS for other in earlier[start:])
        route = next(one for one in mapping.routes if one.cost_centre == earlier[start].cost_centre)
        return (*route.steps, mapping.finance)[decided]

    def done_by(self, seen: Sequence[str]) -> int:
        """How many of the acts have been done where this has happened: none of them needs to be done again."""
        left = len(seen)
        for n, act in enumerate(self.acts):
            if act.words and left <= 0:
                return n
            left -= len(act.words)
        return len(self.acts)


@dataclass(frozen=True, slots=True)
class Impossible:
    """A case that no sound process allows: what would have to happen while the claim is where, and why it cannot.

    `explained`: the mapping gives the reason.
    """

    case: str
    variant: tuple[str, ...]
    activity: str
    state: State
    reason: Text
    explained: bool
    end: State


Scripted: TypeAlias = Script | Impossible


def scripts(traces: Iterable[Trace], mapping: Mapping) -> Iterator[Scripted]:
    """Every case of the log. Raises where the mapping does not know what the log says."""
    seen: set[str] = set()
    for trace in traces:
        found = script(trace, mapping)
        if found.case in seen:
            raise CaseTwice(case=found.case)
        seen.add(found.case)
        yield found


def script(trace: Trace, mapping: Mapping) -> Scripted:
    case = _attribute(trace, mapping.log.case)
    acts = tuple(_acts(trace, case, mapping))
    variant = tuple(act.activity for act in acts)
    if not acts or variant[-1] not in mapping.ends:
        raise NoSuchEnd(case=case, activity=variant[-1] if acts else "")
    end = mapping.ends[variant[-1]]
    state = State.NEW
    for act in acts:
        target = TRANSITIONS.get((state, act.verb))
        if target is None:
            said = mapping.reason_against(act.activity, state)
            reason = said or UNEXPLAINED.format(state=state, activity=act.activity)
            return Impossible(case, variant, act.activity, state, reason, said is not None, end)
        state = target
    amount, lifted = _amount(_attribute(trace, mapping.log.amount.attribute), case, mapping)
    return Script(case, variant, amount, lifted, tuple(_routed(acts, case, mapping.routes)), end)


def _attribute(trace: Trace, key: str) -> str:
    found = trace.find(key)
    if found is None:
        raise AttributeMissing(trace=trace.number, attribute=key)
    return found


def _acts(trace: Trace, case: str, mapping: Mapping) -> Iterator[Act]:
    for position, event in enumerate(trace.events):
        name = event.get(mapping.log.activity)
        if name is None:
            raise EventWithoutAttribute(case=case, event=position + 1, attribute=mapping.log.activity)
        known = mapping.activities.get(name)
        if known is None:
            raise UnknownActivity(case=case, activity=name)
        role = known.role or event.get(mapping.log.role, "")
        if known.verb in DECISIONS and role not in mapping.roles:
            raise UnknownRole(case=case, activity=name, role=role)
        yield Act(position, known.verb, name, role)


def _routed(acts: Sequence[Act], case: str, routes: Sequence[Route]) -> Iterator[Act]:
    """The acts with the cost centre of each round, and with what the ERP has to refuse."""
    starts = [n for n, act in enumerate(acts) if act.verb is Verb.SUBMIT]
    rounds = {start: acts[start + 1 : after] for start, after in pairwise([*starts, len(acts)])}
    for n, act in enumerate(acts):
        if n in rounds:
            yield replace(act, cost_centre=_route(rounds[n], case, starts.index(n) + 1, routes).cost_centre)
        elif act.verb is Verb.ASK_PAYMENT:
            yield replace(act, refused=n + 1 < len(acts) and acts[n + 1].verb is not Verb.PAID)
        else:
            yield act


def _route(after: Sequence[Act], case: str, number: int, routes: Sequence[Route]) -> Route:
    """The first route that fits what was seen of a round: all of its steps, or, where it was broken off, the first ones."""
    decided = [act for act in after if act.verb in DECISIONS]
    steps = tuple(act.role for act in decided)
    whole = any(act.verb is Verb.APPROVE_LAST for act in decided)
    for route in routes:
        if (route.steps if whole else route.steps[: len(steps)]) == steps:
            return route
    raise NoSuchRoute(case=case, round=number, steps=" → ".join(steps))


def _amount(given: str, case: str, mapping: Mapping) -> tuple[Decimal, bool]:
    """In yuan and fen, and whether it had to be lifted to what can be claimed at least."""
    try:
        rounded = Decimal(given).quantize(CENT, ROUND_HALF_EVEN)
    except InvalidOperation:
        raise NotAnAmountOfMoney(case=case, given=given) from None
    least = mapping.log.amount.least
    return (rounded, False) if rounded >= least else (least, True)
