"""Hostile requests against a service that is served: what was answered, and whether a refusal has left a trace."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.postgres.database import Database
from kernel.errors import Code, Refusal
from tests.builders.hostile import Known, requests

# `ZHUPI_SIEGE=5000` looks longer.
EXAMPLES = int(os.environ.get("ZHUPI_SIEGE", "300"))
# What a caller can do something about. Anything else says that the service was not up to what it was asked.
OURS = frozenset(
    {Code.INTERNAL, Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.UNAUTHENTICATED, Code.RESOURCE_EXHAUSTED}
)
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
# Refusals about the request as a whole.
OF_NO_FIELD = frozenset({"REQUEST_ID_REUSED"})


@dataclass(frozen=True, slots=True)
class Attack:
    """One call. `parts` are the messages; one but for methods to which the caller streams."""

    method: MethodDescriptor
    caller: str
    parts: tuple[Message, ...]

    def __str__(self) -> str:
        said = " | ".join(str(part).replace("\n", " ") for part in self.parts)
        return f"{self.method.full_name} by {self.caller}: {said}"


def attacks(methods: list[MethodDescriptor], callers: list[str], known: Known) -> st.SearchStrategy[Attack]:
    def on(method: MethodDescriptor) -> st.SearchStrategy[Attack]:
        parts = requests(method.input_type, known)
        several = st.lists(parts, max_size=3) if method.client_streaming else st.tuples(parts)
        return st.builds(Attack, st.just(method), st.sampled_from(callers), several.map(tuple))

    return st.sampled_from(methods).flatmap(on)


@dataclass
class Siege:
    """`faults` are the answers that no service should give, by what they are."""

    database: Database
    channels: Mapping[str, grpc.aio.Channel]
    faults: dict[str, str] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    _columns: str = ""
    _before: list[Any] = field(default_factory=list)

    async def launch(self, attack: Attack) -> None:
        before = self._before or await self.traces()
        self._before = []
        try:
            await self._call(attack)
        except Refusal as refusal:
            self._count(f"{refusal.code} {refusal.reason}")
            self._judge(attack, refusal)
            self._before = await self.traces()
            if self._before != before:
                self._fault(attack, f"{refusal.reason} left a trace")
            return
        self._count("OK")

    async def traces(self) -> list[Any]:
        """How many rows each table has, and a digest of them."""
        async with self.database.engine.connect() as connection:
            if not self._columns:
                names = sorted((await connection.execute(text(TABLES))).scalars())
                digest = "SELECT '{0}', count(*), sum(hashtextextended(t::text, 0)) FROM {0} t"
                self._columns = " UNION ALL ".join(map(digest.format, names))
            return [tuple(row) for row in await connection.execute(text(self._columns))]

    async def _call(self, attack: Attack) -> None:
        method = attack.method
        channel = self.channels[attack.caller]
        opened: Callable[..., Any] = {
            (False, False): channel.unary_unary,
            (False, True): channel.unary_stream,
            (True, False): channel.stream_unary,
        }[method.client_streaming, method.server_streaming]
        call = opened(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=type(attack.parts[0]).SerializeToString if attack.parts else bytes,
            response_deserializer=message_factory.GetMessageClass(method.output_type).FromString,
        )(_streamed(attack.parts) if method.client_streaming else attack.parts[0], timeout=20)
        if method.server_streaming:
            async for _ in call:
                pass
        else:
            await call

    def _judge(self, attack: Attack, refusal: Refusal) -> None:
        if refusal.code in OURS:
            self._fault(attack, f"{refusal.code} {refusal.reason}")
        if not refusal.text.zh or not refusal.text.en:
            self._fault(attack, f"{refusal.reason} says nothing")
        if (
            refusal.code is Code.INVALID_ARGUMENT
            and not refusal.violations
            and refusal.reason not in OF_NO_FIELD
        ):
            self._fault(attack, f"{refusal.reason} names no field")

    def _fault(self, attack: Attack, what: str) -> None:
        self.faults.setdefault(f"{attack.method.full_name}: {what}", str(attack))

    def report(self) -> str:
        return "\n".join(f"{what}\n    {how}" for what, how in sorted(self.faults.items()))

    def _count(self, answer: str) -> None:
        self.answers[answer] = self.answers.get(answer, 0) + 1


def lay(
    under: Callable[[], AbstractAsyncContextManager[Siege]],
    methods: list[MethodDescriptor],
    known: Known,
) -> Siege:
    """So many attacks by everybody who may call, one after the other. In a loop of its own: Hypothesis knows no other."""
    with asyncio.Runner() as runner:
        opened = under()
        siege = runner.run(opened.__aenter__())

        # Not shrunk: the service has changed meanwhile. What is found is told with the request that has found it.
        @settings(max_examples=EXAMPLES, phases=[Phase.generate], database=None)
        @given(attacks(methods, list(siege.channels), known))
        def endure(attack: Attack) -> None:
            runner.run(siege.launch(attack))

        try:
            endure()
        finally:
            runner.run(opened.__aexit__(None, None, None))
    return siege


async def _streamed(parts: tuple[Message, ...]) -> AsyncIterator[Message]:
    for part in parts:
        yield part
