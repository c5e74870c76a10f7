"""A caller who streams is heard out before it is refused.

The status that ends a call while its caller still writes does not always arrive: the Python client takes the write that then
fails for a fault of its own and says INTERNAL instead (grpc/grpc#36066). What comes after the refusal is read and forgotten.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from google.protobuf.message import Message

from chassis.rpc.interceptors.call import Call

# Whoever still writes then is cut off.
PATIENCE: Final = 5.0  # seconds
MOST: Final = 24 * 1024 * 1024  # bytes: any file that might have been taken


@asynccontextmanager
async def heard_out(call: Call) -> AsyncIterator[None]:
    messages = call.request
    try:
        yield
    except Exception:
        # Whoever is answered by a stream may wait for answers before writing on.
        if call.client_streams and not call.server_streams:
            with suppress(Exception):  # it has gone, or writes on and on: it is refused all the same
                async with asyncio.timeout(PATIENCE):
                    await _rest(messages)
        raise


async def _rest(messages: AsyncIterator[Any]) -> None:
    heard = 0
    async for message in messages:
        heard += message.ByteSize() if isinstance(message, Message) else 0
        if heard > MOST:
            return
