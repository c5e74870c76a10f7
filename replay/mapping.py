"""What the words of a log mean here: who acts, which activity is which verb, which route a round takes, how cases end.

The format is described in docs/replaying-a-log.md; this is what reads and checks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from kernel.errors import Violation
from kernel.text import Text
from replay.refusals import MappingNotReadable, MappingNotValid
from replay.story import TRANSITIONS, State, Verb

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$")]
Said = Annotated[str, StringConstraints(min_length=1, max_length=100)]
End = Literal[
    State.DRAFT, State.IN_APPROVAL, State.RETURNED, State.APPROVED, State.PAID, State.REJECTED
]  # fmt: skip

SENTENCES: Final = {
    "missing": "缺少此项",
    "extra_forbidden": "没有这一项",
    "enum": "不是可用的值",
    "literal_error": "不是可用的值",
    "string_pattern_mismatch": "格式不对",
    "decimal_parsing": "不是数字",
}


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Model):
    """A text in both languages."""

    zh: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    en: Annotated[str, StringConstraints(min_length=1, max_length=500)]

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Amount(Model):
    """`least`: a smaller amount is lifted to it, since nobody can claim nothing."""

    attribute: Said
    least: Annotated[Decimal, Field(gt=0, decimal_places=2)] = Decimal("0.01")


class Log(Model):
    """Which attributes say what. Those of a case are looked for at the trace, then at its first event."""

    case: Said
    amount: Amount
    activity: Said = "concept:name"
    role: Said = "org:role"


class Named(Model):
    key: Key
    title: Words


class Role(Model):
    """Who acts for a role: one person, who holds one post. The claimant needs no post."""

    login: Key
    name: Said
    post: Named | None = None


class Activity(Model):
    """`role` where the log's own attribute does not say it."""

    verb: Verb
    role: str = ""


class Route(Model):
    """A claim on this cost centre is decided by these roles, one after the other."""

    cost_centre: Code
    steps: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]


class Unsound(Model):
    """What no sound process allows: this activity while the claim is in this state, and why."""

    activity: str
    while_: Annotated[State, Field(alias="while")]
    reason: Words


class Mapping(Model):
    """`organisation` is the key of all that is brought in for the log; `finance` reviews what has been approved."""

    title: Words
    log: Log
    organisation: Named
    expense_type: Named
    claimant: str
    finance: str
    roles: dict[str, Role]
    activities: dict[str, Activity]
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]
    ends: dict[str, End]
    impossible: tuple[Unsound, ...] = ()

    @model_validator(mode="after")
    def fits_together(self) -> Self:
        if problems := list(self._problems()):
            raise ValueError("; ".join(problems))
        return self

    @property
    def approvers(self) -> tuple[str, ...]:
        return tuple(role for role in self.roles if role != self.claimant)

    def reason_against(self, activity: str, state: State) -> Text | None:
        """Why an activity cannot happen in that state; None where the mapping does not say it."""
        found = (one for one in self.impossible if (one.activity, one.while_) == (activity, state))
        return next((one.reason.text for one in found), None)

    def _problems(self) -> Iterator[str]:
        for field, role in (("claimant", self.claimant), ("finance", self.finance)):
            if role not in self.roles:
                yield f"{field}: there is no role {role!r}"
        for role in self.approvers:
            if role in self.roles and self.roles[role].post is None:
                yield f"roles.{role}: post is missing"
        yield from self._repeated("roles", "login", [role.login for role in self.roles.values()])
        yield from self._repeated("routes", "cost_centre", [route.cost_centre for route in self.routes])
        for n, route in enumerate(self.routes):
            # One person a role: policies may ask nobody twice about the same thing.
            yield from self._repeated(f"routes[{n}].steps", "role", list(route.steps))
            for role in route.steps:
                if role not in self.roles or role in (self.claimant, self.finance):
                    yield f"routes[{n}].steps: {role!r} is no role that approves"
        for name in self.ends:
            if name not in self.activities:
                yield f"ends: there is no activity {name!r}"
        for n, one in enumerate(self.impossible):
            known = self.activities.get(one.activity)
            if known is None:
                yield f"impossible[{n}]: there is no activity {one.activity!r}"
            elif (one.while_, known.verb) in TRANSITIONS:
                yield f"impossible[{n}]: {known.verb} is possible while {one.while_}"

    @staticmethod
    def _repeated(where: str, field: str, values: list[str]) -> Iterator[str]:
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"{where}: {field} {value!r} is there twice"


def read_mapping(path: Path) -> Mapping:
    """Raises MappingNotReadable, MappingNotValid with a violation for every problem."""
    try:
        # Every value stays the text that was written: a cost centre 4100 must not become a number.
        document = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes text only
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MappingNotReadable(path=path, why=error) from error
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        found = tuple(map(_violation, error.errors(include_url=False)))
        raise MappingNotValid(violations=found, path=path, count=len(found)) from error


def _violation(error: Any) -> Violation:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
    said = str(error["msg"])
    zh = SENTENCES.get(error["type"], "内容有误")
    return Violation(where.lstrip("."), str(error["type"]).upper(), Text(f"{zh}（{said}）", said))
