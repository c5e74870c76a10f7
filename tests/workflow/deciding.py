"""People who know beforehand what they will say: where time flies nobody can be told in time."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.workflow.office import Office
from workflows.contracts import Outcome
from zhupi.approval.v1.case_protocol_pb2 import StepStatus


@dataclass
class Deciding(Office):
    """`will` says by key of a step what is decided of it, visit by visit; whoever has nothing to say is asked in vain."""

    will: dict[str, list[tuple[Outcome, str]]] = field(default_factory=dict)

    def says(self, key: str, outcome: Outcome = Outcome.APPROVED, comment: str = "") -> None:
        self.will.setdefault(key, []).append((outcome, comment))

    async def _open(self, name: str) -> StepStatus:
        is_new = name not in self.steps
        answer = await super()._open(name)
        said = self.will.get(name.rpartition("/")[2].partition("#")[0])
        if is_new and said and answer.state == StepStatus.STATE_OPEN:
            outcome, comment = said.pop(0)
            await self._decide(self.steps[name], outcome, comment=comment)
        return answer
