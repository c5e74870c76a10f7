"""The request ids of a run: the same for the same act of the same case, so that a run may be taken up again."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from replay.refusals import NotARun

NAMESPACE: Final = UUID("5f0c3c1e-9a64-5d4b-8d0e-6f3f1d1f7a52")
NAME: Final = re.compile(r"(\d{8})-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Run:
    """One replay. Its name begins with the day on which it began, on which its claims are dated; `resumed`: it was begun before."""

    name: str
    resumed: bool = False

    @classmethod
    def new(cls, today: date) -> Run:
        return cls(f"{today:%Y%m%d}-{secrets.token_hex(4)}")

    @classmethod
    def named(cls, name: str) -> Run:
        """A run to take up again. Raises NotARun."""
        run = cls(name, resumed=True)
        try:
            _ = run.day
        except ValueError as error:
            raise NotARun(field="--resume", given=name) from error
        return run

    @property
    def day(self) -> date:
        found = NAME.fullmatch(self.name)
        if found is None:
            raise ValueError(self.name)
        return datetime.strptime(found[1], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone

    def request_id(self, case: str, position: int, what: str) -> str:
        """`position` is that of the act in the case."""
        return str(uuid5(NAMESPACE, f"{self.name}/{case}/{position}/{what}"))
