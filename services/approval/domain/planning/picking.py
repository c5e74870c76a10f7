"""Which of several candidates gets the item of a step in mode `single`, once it opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.known import Known
from services.approval.domain.policies.policy import Choose

SENTENCES: Final[Mapping[Choose, Text]] = {
    Choose.LEAST_LOADED: Text("其中待办最少", "the one with the least to do"),
    Choose.ROUND_ROBIN: Text("轮到其审批", "whose turn it is"),
    Choose.RANDOM: Text("抽签选定", "drawn by lot"),
    Choose.MOST_EXPERIENCED: Text("其中审批此步骤最多", "the one who has decided this step most often"),
    Choose.FAMILIAR: Text("本单此前即由其审批", "who has decided on this before"),
}
ONE_HAND: Final = Text("本阶段由同一人办理", "who has taken this stage in hand")


def pick(choose: Choose, people: Sequence[PersonId], known: Known, place: str, familiar: str) -> PersonId:
    """One of them, or nobody where all shall stay asked. `place` and `familiar` are steps, `stage/key`.

    Of equals the first by id is taken, so that the order in which they are named says nothing.
    """
    people = sorted(people)
    match choose:
        case Choose.LEAST_LOADED:
            return min(people, key=lambda one: known.load.get(one, 0))
        case Choose.ROUND_ROBIN:
            turns = known.turns.get(place, {})
            return min(people, key=lambda one: turns.get(one, 0))
        case Choose.MOST_EXPERIENCED:
            times = known.experience.get(place, {})
            return max(people, key=lambda one: (times.get(one, 0), -people.index(one)))
        case Choose.RANDOM:
            return people[_lot(known.lot) % len(people)] if known.lot else ""
        case Choose.FAMILIAR:
            return next((one for one in known.deciders(familiar) if one in people), "")
    return ""


def _lot(name: str) -> int:
    """Uniform enough for people, and the same for everybody who draws again."""
    return int.from_bytes(sha256(name.encode()).digest()[:8])
