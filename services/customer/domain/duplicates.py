"""When two customers may be the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kernel.errors import AlreadyExists, FailedPrecondition
from kernel.text import Text
from services.customer.domain.likeness import SAME, SHOWN, at_most, both_say_where, likeness
from services.customer.domain.names import province_of

# That two have one phone is said, and is by itself no reason to think that they are one: a chain has one for all.
OF_A_PHONE: Final = SHOWN
MOST: Final = 20  # that are shown
# Where names do not say where both are, and their addresses name two provinces: shown, and nobody has to say that they are two.
ADDRESSED_ELSEWHERE: Final = 0.75


class DuplicateCreditCode(AlreadyExists):
    zh = "统一社会信用代码 {credit_code} 已属于 {customer}"
    en = "The credit code {credit_code} belongs to {customer}"


class PossibleDuplicates(FailedPrecondition):
    zh = "可能与以下客户重复：{customers}"
    en = "It may be the same as {customers}"


class Why(Enum):
    CREDIT_CODE = "credit_code"
    SAME_NAME = "same_name"
    LIKE_NAME = "like_name"
    ALIAS = "alias"
    PHONE = "phone"


SENTENCES: Final = {
    Why.CREDIT_CODE: Text("统一社会信用代码相同", "It has the same credit code"),
    Why.SAME_NAME: Text("名称与“{name}”相同", "It is called {name!r}, too"),
    Why.LIKE_NAME: Text("名称与“{name}”相近", "Its name {name!r} is alike"),
    Why.ALIAS: Text("别名“{name}”相同或相近", "Its alias {name!r} is alike"),
    Why.PHONE: Text("电话相同", "It has the same phone"),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What is about to be created, or to be changed: what it would be recognised by. `number` is its own, if it has one.

    Of its address, empty where that says nothing: `place`, the city or else the province (those of one place are looked at
    first), and `province`, as names have it.
    """

    name: str
    aliases: tuple[str, ...] = ()
    credit_code: str = ""
    phones: tuple[str, ...] = ()
    number: str = ""
    place: str = ""
    province: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.name, *self.aliases)))


@dataclass(frozen=True, slots=True)
class Known:
    """A customer as others may be compared with it, and as a list of choices shows it. `alias` is the one that was found."""

    number: str
    name: str
    aliases: tuple[str, ...] = ()
    credit_code: str = ""
    kind: str = ""
    state: str = ""
    province: str = ""
    city: str = ""
    organisation: str = ""
    salesperson: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A customer that may be the same, how much it is so, from 0 to 1, and why. `like` is the name that was alike."""

    known: Known
    score: float
    why: tuple[Why, ...]
    like: str = ""

    @property
    def number(self) -> str:
        return self.known.number

    @property
    def name(self) -> str:
        return self.known.name

    @property
    def is_blocking(self) -> bool:
        """Whether it takes a person to say that they are two."""
        return self.score >= SAME

    def sentence(self) -> Text:
        parts = [SENTENCES[why].format(name=self.like) for why in self.why]
        return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def compared(sought: Sought, known: Known, same_phone: bool) -> Lookalike | None:
    """None where there is nothing to show."""
    why: list[Why] = []
    score, like, is_alias = _most_alike(sought, known)
    if sought.credit_code and sought.credit_code == known.credit_code:
        why.append(Why.CREDIT_CODE)
    if score >= SHOWN:
        why.append(Why.ALIAS if is_alias else Why.SAME_NAME if like in sought.names else Why.LIKE_NAME)
    elif same_phone:
        score = OF_A_PHONE
    if same_phone:
        why.append(Why.PHONE)
    if Why.CREDIT_CODE in why:
        score = 1.0
    return Lookalike(known, score, tuple(why), like) if why else None


def most_alike(found: Iterable[Lookalike | None]) -> tuple[Lookalike, ...]:
    """The most alike first."""
    shown = sorted((one for one in found if one), key=lambda one: (-one.score, one.number))
    return tuple(shown[:MOST])


def must_be_named(found: Sequence[Lookalike], despite: frozenset[str]) -> None:
    """Raises PossibleDuplicates for those that were not shown before: `despite` has the numbers of those that were."""
    unseen = [one for one in found if one.is_blocking and one.number not in despite]
    if unseen:
        raise PossibleDuplicates(
            field="despite", customers=", ".join(f"customers/{one.number}" for one in unseen)
        )


def _most_alike(sought: Sought, known: Known) -> tuple[float, str, bool]:
    """How alike, to which of its names, and whether that is an alias."""
    best = (0.0, "", False)
    elsewhere = _lie_apart(sought.province, province_of(known.province, known.city))
    for theirs, is_alias in ((known.name, False), *((alias, True) for alias in known.aliases)):
        for mine in sought.names:
            # Most candidates only sound alike in part and lie elsewhere: what cannot be shown is not compared letter by letter.
            factor = ADDRESSED_ELSEWHERE if elsewhere and not both_say_where(mine, theirs) else 1.0
            if max(SHOWN, best[0]) <= factor * at_most(mine, theirs):
                score = round(factor * likeness(mine, theirs), 3)
                best = max(best, (score, theirs, is_alias), key=lambda one: one[0])
    return best


def _lie_apart(province: str, other: str) -> bool:
    return bool(province and other) and province != other
