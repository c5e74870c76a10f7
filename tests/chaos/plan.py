"""What is done to the system, in an order that a seed decides: the same seed, the same acts with the same pauses between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

COMPONENTS: Final = ("worker", "approval", "expense", "customer", "erp", "traces")
SERVERS: Final = ("nats", "temporal", "postgres")
ERP: Final = ("slow", "down", "refusing", "losing answers", "never settling")
# What may be done, to whom, and how often among all acts.
MENU: Final = (
    *(("kill", component, 6) for component in COMPONENTS),
    *(("kill", server, 6) for server in SERVERS),
    *(("pause", component, 3) for component in COMPONENTS),
    *(("pause", server, 3) for server in SERVERS),
    ("kill", "backend", 4),
    ("pause", "backend", 3),
    ("kill", "nursery", 2),
    ("pause", "launcher", 1),
    ("kill", "launcher", 4),
    *(("erp", trouble, 2) for trouble in ERP),
)
SHORTEST, LONGEST, USUAL = 0.2, 6.0, 2.0


@dataclass(frozen=True, slots=True)
class Act:
    """After `pause` seconds `kind` is done to `target`, for `seconds` where it does not last for ever."""

    number: int
    pause: float
    kind: str
    target: str
    seconds: float

    @property
    def name(self) -> str:
        return f"{self.kind} {self.target}"


def acts(seed: int) -> Iterator[Act]:
    """For ever."""
    chance = Random(f"{seed}/acts")
    weights = [weight for *_, weight in MENU]
    number = 0
    while True:
        number += 1
        kind, target, _ = chance.choices(MENU, weights)[0]
        pause = min(max(chance.expovariate(1 / USUAL), SHORTEST), LONGEST)
        yield Act(number, round(pause, 2), kind, target, round(chance.uniform(0.3, 5.0), 2))
