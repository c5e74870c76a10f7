"""De-duplication of received messages: the inbox row commits in the transaction of the message's effect."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from chassis.transaction.unit_of_work import AlreadyReceived, UnitOfWork


@asynccontextmanager
async def inbox(uow: UnitOfWork, consumer: str, message_id: str) -> AsyncIterator[bool]:
    """Do something once per consumer and message:

        async with inbox(uow, "approval/starter", envelope.id) as first_time:
            if first_time:
                await start_case(message, uow=uow)

    The row is written by the block's own `uow.commit()`, so whatever the block does before its transaction (asking
    another service, say) holds no lock. A block that commits nothing is remembered too. When a twin commits first, the
    block is rolled back and leaves quietly: the effect stands, once.
    """
    if await uow.has_received(consumer, message_id):
        yield False
        return
    uow.receiving(consumer, message_id)
    try:
        yield True
        if uow.is_receiving:
            async with uow:
                await uow.commit()
    except AlreadyReceived:
        return
    except Exception:
        # A twin's effect may be the very thing that this one ran into.
        if await _quietly(uow.has_received(consumer, message_id)):
            return
        raise
    finally:
        uow.receiving("", "")


async def _quietly(question: Awaitable[bool]) -> bool:
    try:
        return await question
    except Exception:  # the database is away: the error at hand says so already
        return False
