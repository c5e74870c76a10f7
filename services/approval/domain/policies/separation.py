"""Separation of duties: steps that nobody may decide together, in one case or across related ones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.text import Text


class Party(StrEnum):
    """What somebody did in a related case."""

    REQUESTER = "requester"
    DECIDERS = "deciders"


@dataclass(frozen=True, slots=True)
class Separation:
    """Nobody decides two of the `steps`; with `related`, nobody who took part there decides any of them, nor asks at all
    where `requester` is true.

    `steps` are whole references (`finance/review`, `finance/*`). `related` names the fact that holds the names of the related
    documents; `parties` says who is meant there.
    """

    key: str
    title: Text
    steps: tuple[str, ...]
    related: str = ""
    parties: tuple[Party, ...] = ()
    requester: bool = False
