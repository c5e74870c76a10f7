"""What a case asks of the document that it is about. `effect` is the request id: what was done under it is done once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decided:
    """`version` is the version of the document that was decided on; one that has grown old is refused for ever."""

    number: str
    version: int
    effect: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why it is not to be, or not yet, in the words of who did it."""

    number: str
    reason: str
    effect: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """By which words, and in which version: any other is not what the new case is about."""

    number: str
    version: int
    reason: str
    effect: str
