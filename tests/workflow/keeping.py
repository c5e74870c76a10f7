"""An owner of one document, in these tests: it keeps the document's state, and does each thing once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from google.protobuf.message import Message

from kernel.errors import IllegalTransition, Unavailable
from tests.workflow.desks import DocumentChanged

D = TypeVar("D", bound=Message)


@dataclass
class Keeping(Generic[D]):
    """`log` says what was done, in order; so many calls as `outages` find the owner down."""

    peer: ClassVar[str]
    moves: ClassVar[Mapping[str, tuple[tuple[str, ...], str]]]

    state: str = "in approval"
    version: int = 1
    reason: str = ""
    log: list[str] = field(default_factory=list)
    outages: int = 0
    answered: dict[str, D] = field(default_factory=dict)

    def resubmit(self) -> int:
        assert self.state == "draft"
        self.state, self.version = "in approval", self.version + 1
        return self.version

    def answer(self, request: Any) -> D:
        """The document as it stands."""
        raise NotImplementedError

    def move(self, verb: str, request: Any, version: int = 0, reason: str = "") -> D:
        self.is_there()
        if request.request_id in self.answered:
            return self.answered[request.request_id]
        if version and version != self.version:
            raise DocumentChanged(name=request.name, current=self.version)
        sources, target = self.moves[verb]
        if self.state not in sources:
            raise IllegalTransition(name=request.name, state=self.state, verb=verb)
        self.state, self.reason = target, reason
        self.log.append(verb)
        answer = self.answered[request.request_id] = self.answer(request)
        return answer

    def is_there(self) -> None:
        if self.outages:
            self.outages -= 1
            raise Unavailable(what=self.peer)
