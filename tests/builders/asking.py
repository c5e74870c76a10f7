"""What an owner of documents asks the approval service, answered by a test."""

from __future__ import annotations

from dataclasses import dataclass, field

from chassis.cases.messages import Submission
from chassis.cases.ports import Filled, Plan
from kernel.errors import NotFound, Refusal, Unavailable


@dataclass
class Planning:
    """The planner: always finds somebody, unless it is told to refuse."""

    refusal: Refusal | None = None
    asked: list[Submission] = field(default_factory=list)

    async def plan(self, asked: Submission) -> Plan:
        self.asked.append(asked)
        if self.refusal is not None:
            raise self.refusal
        return Plan(f"policies/{asked.process}/versions/1", ())


@dataclass
class Files:
    """The attachments: those that a test says a document has."""

    by_document: dict[str, frozenset[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def of(self, document: str) -> frozenset[str]:
        self.asked.append(document)
        return self.by_document.get(document, frozenset())


@dataclass
class FilledIn:
    """Documents of processes without code: those that a test says there are, unless approval is away."""

    by_name: dict[str, Filled] = field(default_factory=dict)
    away: bool = False
    asked: list[str] = field(default_factory=list)

    async def get(self, name: str) -> Filled:
        self.asked.append(name)
        if self.away:
            raise Unavailable(what="approval")
        if name not in self.by_name:
            raise NotFound(name=name)
        return self.by_name[name]
