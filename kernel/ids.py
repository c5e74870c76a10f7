"""Ids that nobody has to hand out: UUIDs of version 7 (RFC 9562), which sort by the moment they were made."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)


def uuid7(at: datetime) -> UUID:
    """A new UUID made at `at` (aware). Two of the same millisecond differ, in no particular order."""
    milliseconds = (
        at - EPOCH
    ) // MILLISECOND  # exact: a float would put some moments a millisecond too early
    random = secrets.randbits(74)
    return UUID(
        int=milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    )
