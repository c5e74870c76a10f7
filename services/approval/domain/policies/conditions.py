"""Conditions of policies, in CEL, Google's Common Expression Language. The one place that knows which library reads it.

Facts are variables of declared types, so that a condition is type-checked before it is published. What the library says
about a wrong expression or a failed evaluation leaves this module typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Final

from cel_expr_python import cel

from kernel.errors import FailedPrecondition
from kernel.money import Money
from kernel.text import Text
from services.approval.domain.policies.condition_trees import find_excess
from services.approval.domain.policies.facts import Fact, FactType

CEL_TYPES: Final[Mapping[FactType, cel.Type]] = {
    FactType.MONEY: cel.Type.INT,
    FactType.WHOLE: cel.Type.INT,
    FactType.TEXT: cel.Type.STRING,
    FactType.FLAG: cel.Type.BOOL,
    FactType.DATE: cel.Type.TIMESTAMP,
    FactType.TEXTS: cel.Type.List(cel.Type.STRING),
    FactType.PERSON: cel.Type.STRING,
    FactType.PEOPLE: cel.Type.List(cel.Type.STRING),
    FactType.ORGANISATION: cel.Type.STRING,
}
# Values on which a condition is tried before it is published: one that has a value for none of them never has one.
TEXT_SAMPLES: Final = ("", "1", "a", "2026-01-01T00:00:00Z")
SAMPLES: Final[Mapping[FactType, tuple[Any, ...]]] = {
    FactType.MONEY: (0, 1, 2, 10**7),
    FactType.WHOLE: (0, 1, 2, 10**7),
    FactType.TEXT: TEXT_SAMPLES,
    FactType.FLAG: (False, True, False, True),
    FactType.DATE: tuple(datetime(2026, 1, 1 + n, tzinfo=UTC) for n in range(4)),
    FactType.TEXTS: tuple([text] for text in TEXT_SAMPLES),
    FactType.PERSON: TEXT_SAMPLES,
    FactType.PEOPLE: tuple([text] for text in TEXT_SAMPLES),
    FactType.ORGANISATION: TEXT_SAMPLES,
}
# `yuan(5000)` is 500000 fen: what people write is what they mean.
YUAN: Final = cel.FunctionDecl(
    "yuan",
    [cel.Overload("yuan_int", cel.Type.INT, [cel.Type.INT], impl=lambda whole: whole * 100)],
)
ERROR_LINE: Final = re.compile(r"ERROR: <input>:-?\d+:-?\d+: (.*)")
UNDECLARED: Final = re.compile(r"undeclared reference to '([^']*)'")


class ConditionFailed(FailedPrecondition):
    """A condition that is well typed and yet has no value: a division by zero, say."""

    zh = "条件“{condition}”无法计算：{problem}"
    en = "The condition {condition!r} cannot be evaluated: {problem}"


@dataclass(frozen=True, slots=True)
class ConditionProblem:
    """Why an expression cannot be a condition: UNKNOWN_FACT, TYPE_ERROR, SYNTAX_ERROR, TOO_COSTLY, NEVER_TRUE, ALWAYS_FAILS."""

    rule: str
    text: Text


@dataclass(frozen=True, slots=True)
class Failure:
    """What the library said where an evaluation came to no value."""

    said: str


class Conditions:
    """The conditions that can be written over facts of these types."""

    def __init__(self, types: Mapping[str, FactType]) -> None:
        self._types = dict(types)
        variables = {key: CEL_TYPES[type] for key, type in types.items()}
        self._environment = cel.NewEnv(variables=variables, functions=[YUAN])
        self._compiled = lru_cache(maxsize=256)(self._environment.compile)

    def find_problem(self, expression: str) -> ConditionProblem | None:
        """None for an expression that is true or false as the facts are."""
        try:
            compiled = self._compiled(expression)
        except Exception as error:  # the library has no error types of its own
            return _problem(str(error))
        if compiled.return_type() != cel.Type.BOOL:
            kind = compiled.return_type().name()
            return ConditionProblem(
                "TYPE_ERROR",
                Text(f"条件的结果应为真或假，不是 {kind}", f"A condition is true or false, not {kind}"),
            )
        if excess := find_excess(compiled.serialize()):
            return ConditionProblem("TOO_COSTLY", excess)
        if _evaluate(compiled, {}) is False:
            return ConditionProblem(
                "NEVER_TRUE",
                Text("条件永远不成立，此步骤不会执行", "It is never true: the step never happens"),
            )
        tried = [_evaluate(compiled, self._samples(n)) for n in range(len(TEXT_SAMPLES))]
        failures = [answer.said for answer in tried if isinstance(answer, Failure)]
        if len(failures) == len(tried):
            said = failures[-1]
            return ConditionProblem(
                "ALWAYS_FAILS", Text(f"条件无法计算：{said}", f"It cannot be evaluated: {said}")
            )
        return None

    def holds(self, expression: str, facts: Mapping[str, Fact]) -> bool:
        """Whether the condition is met. `facts` has a fact of the declared type for every variable.

        Raises ConditionFailed.
        """
        try:
            compiled = self._compiled(expression)
        except Exception as error:  # was not checked before it was published
            raise ConditionFailed(condition=expression, problem=str(error)) from error
        answer = _evaluate(compiled, {key: cel_value(fact) for key, fact in facts.items()})
        if isinstance(answer, Failure):
            raise ConditionFailed(condition=expression, problem=answer.said)
        return answer

    def _samples(self, number: int) -> dict[str, Any]:
        return {key: SAMPLES[type][number] for key, type in self._types.items()}


def conditions_over(types: Mapping[str, FactType]) -> Conditions:
    """Kept, because making them takes milliseconds and using them microseconds."""
    return _conditions_over(tuple(sorted(types.items())))


@lru_cache(maxsize=64)
def _conditions_over(types: tuple[tuple[str, FactType], ...]) -> Conditions:
    return Conditions(dict(types))


def can_be_named(key: str) -> bool:
    """Whether a fact can have this name: CEL keeps some words for itself."""
    try:
        environment = cel.NewEnv(variables={key: cel.Type.INT})
        return _evaluate(environment.compile(f"{key} == 1"), {key: 1}) is True
    except Exception:  # whatever the library has against it
        return False


def cel_value(fact: Fact) -> Any:
    match fact.value:
        case Money():
            return fact.value.minor
        case tuple():
            return list(fact.value)
        case date():
            return datetime.combine(fact.value, time(), UTC)
    return fact.value


def _evaluate(compiled: cel.Expression, values: Mapping[str, Any]) -> bool | Failure:
    try:
        answer = compiled.eval(data=values)
        value = answer.value()
    except Exception as error:  # most of all the iteration budget, which ends what would take too long
        return Failure(str(error))
    # An evaluation that failed comes back as a value like any other.
    return value if isinstance(value, bool) else Failure(str(value))


def _problem(message: str) -> ConditionProblem:
    first = ERROR_LINE.search(message)
    said = (first[1] if first else message.partition("\n")[0])[:300]
    if unknown := UNDECLARED.search(said):
        return ConditionProblem(
            "UNKNOWN_FACT",
            Text(f"策略没有声明事实 {unknown[1]}", f"The policy declares no fact {unknown[1]}"),
        )
    if "no matching overload" in said:
        return ConditionProblem("TYPE_ERROR", Text(f"类型不符：{said}", f"The types do not fit: {said}"))
    return ConditionProblem("SYNTAX_ERROR", Text(f"条件无法解析：{said}", f"It cannot be read: {said}"))
