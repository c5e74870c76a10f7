"""What a case says to the owner of its document, whichever it is; a process adds what only its own document knows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, TypeVar

from google.protobuf.message import Message

from kernel.writing import cleaned
from workflows.case import Case
from workflows.contracts import CHANGED, request_id
from workflows.memory import Withdrawn
from workflows.policy.walk import Decided

D = TypeVar("D", bound=Message)

LONGEST_REASON: Final = 4000
# Why no document can be decided anew. Anything else is waited out.
NOT_REOPENED: Final = (CHANGED, "ILLEGAL_TRANSITION", "EDITED_SINCE")


@dataclass(frozen=True)
class Verbs(Generic[D]):
    """The requests of the verbs that every owner has, and the document that they answer.

    `not_reopened`: for which further reasons the owner may say that a document cannot be decided anew.
    """

    document: type[D]
    approve: type[Any]
    give_back: type[Any]
    reject: type[Any]
    withdraw: type[Any]
    reopen: type[Any]
    not_reopened: Collection[str] = ()


class Owned(Generic[D]):
    """Each verb is asked for once, under a counted key; one that decides something names the version decided on."""

    verbs: ClassVar[Verbs[Any]]

    def __init__(self, case: Case) -> None:
        self._case = case

    async def approve(self, decided: Decided) -> D:
        """Raises Refused, DOCUMENT_CHANGED."""
        return await self._decide("approve", self.verbs.approve(version=decided.document_version))

    async def approve_for_good(self, decided: Decided) -> D:
        """Where others act on the approval at once: nobody takes anything back any more. Raises what `approve` raises, Withdrawn."""
        await self._case.seal("approval")
        return await self.approve(decided)

    async def give_back(self, decided: Decided) -> D:
        """Back to the requester, in the words of who returned it."""
        return await self._move("return", self.verbs.give_back(reason=_words(decided.comment)))

    async def reject(self, decided: Decided) -> D:
        return await self._move("reject", self.verbs.reject(reason=_words(decided.comment)))

    async def withdraw(self, withdrawn: Withdrawn) -> D:
        return await self._move("withdraw", self.verbs.withdraw(reason=_words(withdrawn.reason)))

    async def reopen(self) -> D:
        """In approval again, as it was. Raises Refused, seen among the effects of the case."""
        start = self._case.start
        asked = self.verbs.reopen(version=start.reopened_version, reason=_words(start.reopening_reason))
        return await self._move("reopen", asked, (*NOT_REOPENED, *self.verbs.not_reopened), noted=True)

    async def _decide(self, effect: str, asked: Any) -> D:
        """A verb that makes a decision so. Raises Refused, DOCUMENT_CHANGED."""
        return await self._move(effect, asked, (CHANGED,))

    async def _move(
        self, effect: str, asked: Any, refusals: Collection[str] = (), *, noted: bool = False
    ) -> D:
        """`asked` is the verb's request but for document and request id."""

        def request(key: str) -> Message:
            asked.name, asked.request_id = self._case.document, request_id(key)
            message: Message = asked
            return message

        return await self._case.inside(effect, request, self.verbs.document, refusals=refusals, noted=noted)


def _words(reason: str) -> str:
    return cleaned(reason, LONGEST_REASON)
