"""The switches of the ERP's sandbox, one hand on them at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from demo.group import OPERATOR
from tests.chaos.people import People
from zhupi.erp.v1.erp_pb2 import Faults, SetFaultsRequest
from zhupi.erp.v1.erp_pb2_grpc import ErpSandboxServiceStub

# Nobody keeps the others waiting for longer.
LONGEST: Final = 12.0


class ErpSwitch:
    def __init__(self, people: People) -> None:
        self._people = people
        self._hand = asyncio.Lock()

    @asynccontextmanager
    async def broken(self, **faults: Any) -> AsyncIterator[None]:
        """Broken like this inside the block, whole after it."""
        async with self._hand:
            await self._set(Faults(**faults))
            try:
                yield
            finally:
                await self._set(Faults())

    async def broken_while(self, doing: Callable[[], Awaitable[object]], **faults: Any) -> None:
        """Broken until it is done, or has taken too long: then it goes on with an ERP that is whole."""
        async with self.broken(**faults):
            task = asyncio.ensure_future(doing())
            await asyncio.wait({task}, timeout=LONGEST)
        await task

    async def _set(self, faults: Faults) -> None:
        request = SetFaultsRequest(faults=faults)
        await self._people.answer(OPERATOR, ErpSandboxServiceStub, "SetFaults", request)
