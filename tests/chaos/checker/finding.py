"""What does not fit: which promise is broken, and about what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.chaos.checker.state import State


@dataclass(frozen=True, order=True)
class Finding:
    """`promise` is a stable word; `about` names the row, document or request; `what` says what is wrong with it."""

    promise: str
    about: str
    what: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.about}: {self.what}"


Check = Callable[[State], Iterable[Finding]]
