"""Refusals by a service, as the caller meets them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chassis.rpc.errors import RemoteRefusal
from kernel.errors import Refusal


@contextmanager
def refused(reason: str, **said: str) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """The block is refused for this reason, and for these values of what it says."""
    with pytest.raises(Refusal) as caught:
        yield caught
    assert caught.value.reason == reason, caught.value
    assert {key: str(caught.value.values[key]) for key in said} == said


async def reason_of(answer: object) -> str:
    """`ok`, or why it was refused."""
    try:
        await answer  # type: ignore[misc]  # a call that is under way
    except RemoteRefusal as refusal:
        return refusal.reason
    return "ok"
