"""What is asked for in an installation under torment: of which kind, by whom, called what, and what may become of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from tests.builders.names import clinic
from tests.chaos import claim_scripts, onboarding_scripts
from tests.chaos.claim_desk import ClaimDesk
from tests.chaos.claim_scripts import ClaimScript
from tests.chaos.desk import Desk
from tests.chaos.onboarding_desk import OnboardingDesk
from tests.chaos.onboarding_scripts import OnboardingScript
from tests.chaos.scripts import Script, Shape, Shapes
from zhupi.customer.v1.onboarding_pb2 import Onboarding
from zhupi.expense.v1.claim_pb2 import Claim


@dataclass(frozen=True)
class Process:
    """`states` names the states of its documents; `title` what number n of a seed is called."""

    shapes: Shapes
    desk: type[Desk[Any]]
    script: type[Script[Any]]
    states: Callable[[int], str]
    title: Callable[[int, int], str]

    def name_of(self, shape: Shape) -> str:
        return f"{self.script.__name__}.{shape.__name__}"

    def shapes_of(self, seed: int) -> Iterator[Shape]:
        """Each shape once, then each as often as its weight says, in an order of this seed. For ever."""
        chance = Random(f"{seed}/shapes")
        shapes = [shape for shape, _ in self.shapes]
        while True:
            chance.shuffle(shapes)
            yield from shapes
            shapes = [shape for shape, weight in self.shapes for _ in range(weight)]


CLAIMS: Final = Process(
    claim_scripts.SHAPES,
    ClaimDesk,
    ClaimScript,
    lambda state: Claim.State.Name(state),  # type: ignore[arg-type]  # of a claim, as its desk says
    lambda seed, number: f"混沌 {seed}/{number}",
)
ONBOARDINGS: Final = Process(
    onboarding_scripts.SHAPES,
    OnboardingDesk,
    OnboardingScript,
    lambda state: Onboarding.State.Name(state),  # type: ignore[arg-type]  # of an onboarding, as its desk says
    lambda seed, number: clinic(f"{seed}/{number}"),
)
