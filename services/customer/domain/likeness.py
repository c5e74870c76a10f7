"""How alike two names are: in writing, by trigrams, and in sound, by pinyin. One is 1.0.

仁和堂大药房 is like 仁合堂药房, which sounds the same, and unlike 益寿堂大药房, which is only the same kind of place. The
same name in another city, another branch of a chain, the second hospital beside the first: alike, and not the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import combinations, pairwise
from types import MappingProxyType
from typing import Final

from chassis.reading import syllables
from services.customer.domain.names import Name, taken_apart

# From here on it is shown to whoever is about to create another; from `SAME` on it has to be said that it is another.
SHOWN: Final = 0.6
SAME: Final = 0.8
# What only sounds the same is a little less alike than what is written the same.
BY_SOUND: Final = 0.96
# Where what tells them apart says that they are two, and where only one of them says it.
ELSEWHERE, UNSAID = 0.55, 0.97
OF_THE_TRADE: Final = 0.1  # share of what kind of place it is
# Syllables that so many names have that looking for them finds nothing: asked for only where there is nothing else.
_EVERYWHERE: Final = "yi yao tang ren min zhong he kang jian an fu de sheng ji ping hua xin guo tai da"
# So many customers are looked at closely without a thought.
FEW: Final = 200
NOBODY_COUNTED: Final[Mapping[str, float]] = MappingProxyType({})
_ZH: Final = re.compile("(?<=^[zcs])h")
_NG: Final = re.compile("(?<=[aei]n)g$")


def likeness(one: str, other: str) -> float:
    """Of two names as people write them."""
    return likeness_of(taken_apart(one), taken_apart(other))


def at_most(one: str, other: str) -> float:
    """What their likeness does not exceed, whatever they are called: quickly said."""
    return round(_apart(taken_apart(one), taken_apart(other)), 3)


def both_say_where(one: str, other: str) -> bool:
    return bool(taken_apart(one).place and taken_apart(other).place)


def likeness_of(one: Name, other: Name) -> float:
    if not one.own or not other.own:
        return 0.0
    own = max(
        _alike(one.own, other.own), _alike(one.whole, other.whole) if _differ_in_length(one, other) else 0
    )
    score = (
        own * (1 - OF_THE_TRADE) + OF_THE_TRADE * _alike(one.trade, other.trade)
        if one.trade or other.trade
        else own
    )
    return round(score * _apart(one, other), 3)


@lru_cache(maxsize=65_536)
def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    written = shared(trigrams(one), trigrams(other))
    return max(written, BY_SOUND * shared(trigrams(sound(one)), trigrams(sound(other))))


def _differ_in_length(one: Name, other: Name) -> bool:
    """One of them may have been taken apart where the other could not be: 仁和 药房 and 仁和药."""
    return abs(len(one.own) - len(other.own)) > 1


def _apart(one: Name, other: Name) -> float:
    factor = 1.0
    for mine, yours in (
        (one.city or one.province, other.city or other.province),
        (one.county, other.county),
        (one.town, other.town),
        (one.branch, other.branch),
        (one.ordinal, other.ordinal),
    ):
        if mine != yours:
            factor *= ELSEWHERE if mine and yours and not _within(one, other, mine, yours) else UNSAID
    return factor


def _within(one: Name, other: Name, mine: str, yours: str) -> bool:
    """A province beside a city of it is no other place."""
    return mine == other.province or yours == one.province


@lru_cache(maxsize=65_536)
def trigrams(text: str) -> frozenset[str]:
    """As PostgreSQL's pg_trgm pads a word: two blanks before it, one behind."""
    padded = f"  {text} "
    return frozenset(padded[n : n + 3] for n in range(len(padded) - 2)) if text else frozenset()


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


@lru_cache(maxsize=65_536)
def sound(text: str) -> str:
    return "".join(syllables(text))


def sounds(names: Iterable[str]) -> list[str]:
    """What names are kept under so that those that sound alike are found: pairs of syllables that stand side by side."""
    return sorted({pair for name in names for pair in _pairs(name)})


def sought(name: str, common: Mapping[str, float] = NOBODY_COUNTED) -> list[tuple[str, ...]]:
    """Sets of the name's own pairs; whoever is alike has all pairs of at least one of them.

    Alike is to have half of the pairs in common. Whoever has k of n pairs has at least one of any n - k + 1, and at least two
    of any n - k + 2: so the rarest are asked for, one by one where few have them, else by twos. `common` says how many have a
    pair; those that it does not name are rare. Where nobody has counted, pairs of syllables that are in many names are common.
    """
    pairs = sorted(_pairs(name), key=lambda pair: (common.get(pair, 0), _commonness(pair)))
    least = (len(pairs) + 1) // 2
    alone, two = pairs[: len(pairs) - least + 1], pairs[: len(pairs) - least + 2]
    if least < 2 or (common and sum(common.get(pair, 0) for pair in alone) <= FEW):
        return [(pair,) for pair in alone]
    return list(combinations(two, 2))


def _commonness(pair: str) -> int:
    everywhere = _EVERYWHERE.split()
    return sum(part in everywhere for part in pair.split(" "))


def _pairs(name: str) -> list[str]:
    """Each once: what stands twice in a name is kept once."""
    read = ("^", *(_heard(one) for one in syllables(taken_apart(name).own)), "$")
    if len(read) == 3:
        return [" ".join(read)]
    return list(dict.fromkeys(f"{one} {next_one}" for one, next_one in pairwise(read)))


def _heard(syllable: str) -> str:
    """Half of the country says s for sh, and n for ng: 民恒 and 明恒 are looked up together, and then compared."""
    return _NG.sub("", _ZH.sub("", syllable))
