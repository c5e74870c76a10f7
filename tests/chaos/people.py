"""People as clients: their own tokens, the public RPCs, and the patience to ask again until there is an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random, choice
from types import TracebackType
from typing import Any, Final
from uuid import UUID

import grpc
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from chassis.security.local_issuer import person_token
from demo.acting import ROLES
from demo.group import build
from tests.chaos.client_log import ClientLog

PATIENCE: Final = 6.0  # seconds for one answer
PAUSE: Final = 0.25
OPTIONS: Final = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.enable_retries", 0),
    ("grpc.max_receive_message_length", 16 << 20),
)
PASSING: Final = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.CANCELLED,
)
TWINS, AGAIN = 0.08, 0.12


@dataclass
class Refused(Exception):
    """An answer: no. `told` where the service said so itself, and not the way to it."""

    code: str
    reason: str
    told: bool = True

    @property
    def passes(self) -> bool:
        """Whether the same request may simply be made again."""
        if not self.told:
            return True
        return self.code in {code.name for code in PASSING} or self.reason == "CONTENTION"


class People:
    """A context manager. `home` has the keys of the local issuer, `addresses` says who listens where.

    Of a component with several copies, any is asked, and any other when the request is repeated.
    """

    def __init__(self, home: Path, addresses: Mapping[str, str], log: ClientLog) -> None:
        self._home = home
        self._addresses = {name: [address] for name, address in addresses.items()}
        self.log = log
        self.group = build()
        self.asked_again = 0
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._tokens: dict[str, str] = {}

    async def __aenter__(self) -> People:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for channel in self._channels.values():
            await channel.close()

    def know(self, component: str, address: str) -> None:
        """Another copy of it."""
        self._addresses[component].append(address)

    def stub(self, kind: Callable[[grpc.aio.Channel], Any]) -> Any:
        address = choice(self._addresses[kind.__module__.split(".")[1]])
        if address not in self._channels:
            self._channels[address] = grpc.aio.insecure_channel(address, options=OPTIONS)
        return kind(self._channels[address])

    def authorised(self, who: str) -> tuple[tuple[str, str], ...]:
        if who not in self._tokens:
            roles = ROLES[self.group.by_login[who].post]
            self._tokens[who] = person_token(self._home, who, roles, device="chaos")
        return (("authorization", f"Bearer {self._tokens[who]}"),)

    async def once(self, who: str, kind: Callable[..., Any], method: str, request: Message) -> Any:
        """One try. Raises Refused."""
        call = getattr(self.stub(kind), method)
        try:
            return await call(request, timeout=PATIENCE, metadata=self.authorised(who))
        except grpc.aio.AioRpcError as error:
            raise refusal_of(error) from None

    async def answer(self, who: str, kind: Callable[..., Any], method: str, request: Message) -> Any:
        """Ask until there is an answer. Raises Refused."""
        while True:
            try:
                return await self.once(who, kind, method, request)
            except Refused as refused:
                if refused.told and refused.code == "INTERNAL":
                    self.log.write("surprise", script=0, what=f"{method}: {refused.code} {refused.reason}")
                elif not refused.passes:
                    raise
                self.asked_again += 1
                await asyncio.sleep(PAUSE)


class Client:
    """Whoever acts in one script; every write is logged before it is made and once it is answered."""

    def __init__(self, people: People, script: int, random: Random) -> None:
        self.people, self.script, self.random = people, script, random
        self._log = people.log

    async def read(self, who: str, kind: Callable[..., Any], method: str, request: Message) -> Any:
        """Raises Refused."""
        return await self.people.answer(who, kind, method, request)

    async def write(
        self, who: str, kind: Callable[..., Any], method: str, request: Any, may_be: Collection[str] = ()
    ) -> Any:
        """The answer. Raises Refused for a reason in `may_be`; any other refusal is a surprise, and raised too.

        Now and then the request is made twice at once, or again after it was answered: the answer must be the same.
        """
        request.request_id = str(UUID(int=self.random.getrandbits(128), version=4))
        asked = {"who": who, "method": f"{kind.__module__.split('.')[1]}.{method}", "script": self.script}
        self._log.write("asked", request_id=request.request_id, request=MessageToDict(request), **asked)
        chance = self.random.random()
        twins = [self._answer(who, kind, method, request) for _ in range(2 if chance < TWINS else 1)]
        answers = list(await asyncio.gather(*twins))
        given = [answer for answer in answers if not isinstance(answer, Refused)]
        if not given:
            refused = answers[0]
            told = {"code": refused.code, "reason": refused.reason}
            self._log.write("refused", request_id=request.request_id, **told)
            if refused.reason not in may_be:
                self.surprise(f"{method} was refused: {refused.code} {refused.reason}")
            raise refused
        self._log.write("acknowledged", request_id=request.request_id, answer=MessageToDict(given[0]))
        if TWINS <= chance < TWINS + AGAIN:
            answers.append(await self._answer(who, kind, method, request))
        for answer in answers:
            if answer != given[0]:
                self.surprise(f"{method} was acknowledged, and when repeated: {str(answer)[:200]}")
        return given[0]

    def surprise(self, what: str) -> None:
        self._log.write("surprise", script=self.script, what=what)

    async def _answer(self, who: str, kind: Callable[..., Any], method: str, request: Message) -> Any:
        """The answer, a refusal included."""
        try:
            return await self.people.answer(who, kind, method, request)
        except Refused as refused:
            return refused


def refusal_of(error: grpc.aio.AioRpcError) -> Refused:
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin" and isinstance(value, bytes):
            info = ErrorInfo()
            for detail in Status.FromString(value).details:
                detail.Unpack(info)
            return Refused(error.code().name, info.reason)
    return Refused(error.code().name, error.details() or "", told=False)
