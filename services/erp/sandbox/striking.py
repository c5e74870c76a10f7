"""Faults as they strike one call of the sandbox: before anything is booked, and when it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from kernel.errors import Unavailable
from services.erp.sandbox.books import Books
from services.erp.sandbox.faults import Faults

T = TypeVar("T")
NAME: Final = "ERP"
Strike = Callable[[Faults], Faults]


class Striking:
    def __init__(self, books: Callable[[], Books]) -> None:
        self._books = books

    async def struck(self, strike: Strike) -> Faults:
        """What strikes this call, counted. Raises Unavailable at once, or when the answer's delay is over."""
        async with self._books() as books:
            faults = strike(await books.faults.get())
            if faults.anything and faults.only_next:
                # Once more, and alone: of calls at the same time only so many are struck.
                switched = await books.faults.get_for_update()
                faults = strike(switched)
                if faults.anything:
                    await books.faults.set(switched.after_a_strike())
                    await books.commit()
        if faults.unavailable:
            await asyncio.sleep(faults.delay.total_seconds())
            raise Unavailable(what=NAME)
        return faults


async def answered(answer: T, faults: Faults) -> T:
    """The answer, late or never: what is booked stays booked."""
    await asyncio.sleep(faults.delay.total_seconds())
    if faults.lose_answers:
        raise Unavailable(what=NAME)
    return answer
