"""What a scenario says about its pattern, for the page that is made of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])
MARK: Final = "scenario_of"


class Support(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Scenario:
    """`how` says by what the pattern is there, or what of it is missing."""

    number: int
    support: Support
    how: str
    test: str


def scenario(number: int, support: Support, how: str) -> Callable[[Test], Test]:
    """The test plays this pattern."""

    def mark(test: Test) -> Test:
        setattr(test, MARK, Scenario(number, support, how, test.__name__))
        return test

    return mark
