"""How a policy refers to its own steps: `manager` in the same stage, `finance/review` in another, `finance/*` for all of it."""

from __future__ import annotations

from typing import Final

ANY: Final = "*"


def whole(reference: str, stage: str) -> str:
    """With the stage, also where it is the one in which it is written."""
    return reference if "/" in reference else f"{stage}/{reference}"


def place(stage: str, key: str) -> str:
    """What a step of a route is called in its policy: a chain of managers is one step there."""
    return f"{stage}/{key.partition('.')[0]}"


def means(reference: str, place: str) -> bool:
    """Whether a whole reference includes a step."""
    stage, _, key = reference.partition("/")
    return place == reference or (key == ANY and place.startswith(f"{stage}/"))
