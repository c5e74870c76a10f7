"""What a servicer does with a write that stood in another's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from google.protobuf.wrappers_pb2 import Int64Value

from chassis.postgres.database import Contention
from chassis.rpc.servicer import ATTEMPTS, Servicer
from chassis.transaction.requests import Request, handling
from kernel.actor import Actor
from kernel.clock import Clock

CONTEXT = cast(Any, None)  # only a replayed answer says something to the caller's context


class Unit:
    """A unit of work in which nothing was answered before."""

    def answering(self, request: Request, encode: Callable[[Any], bytes]) -> None: ...

    async def stored_answer(self, request: Request) -> bytes | None:
        return None


async def written(collisions: int) -> tuple[int, list[Unit]]:
    """The answer to a write that collides so often, and the units of work that it took."""
    units: list[Unit] = []

    async def act(command: int, *, uow: Unit, actor: Actor, clock: Clock) -> int:
        units.append(uow)
        if len(units) <= collisions:
            raise Contention
        return command

    with handling(Request(Actor(person="lihua"), "/zhupi.test/Act", "request")):
        answer = await Servicer(Unit).write(CONTEXT, act, 7, lambda n: Int64Value(value=n))
    return answer.value, units


async def test_a_write_that_stood_in_anothers_way_is_tried_again_from_the_beginning() -> None:
    answer, units = await written(collisions=ATTEMPTS - 1)
    assert answer == 7
    assert len(set(map(id, units))) == ATTEMPTS


async def test_a_write_that_never_gets_through_is_refused() -> None:
    with pytest.raises(Contention):
        await written(collisions=ATTEMPTS)
