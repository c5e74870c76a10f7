"""When and where, as people type it for evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from cli.refusals import NotADate, NotAPosition
from kernel.clock import SHANGHAI
from zhupi.marketing.v1.evidence_pb2 import Position

MILLION: Final = 1_000_000
LARGEST_INT32: Final = 2**31 - 1


def when(given: str, field: str) -> datetime:
    """`2026-03-09T14:30`, where the business is unless it says otherwise. Raises NotADate."""
    try:
        found = datetime.fromisoformat(given)
    except ValueError as error:
        raise NotADate(field=field, given=given) from error
    return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def position(given: str, field: str) -> Position:
    """`34.75,113.62`, in degrees. Raises NotAPosition; whether it lies on the earth is for the service to say."""
    latitude, comma, longitude = given.partition(",")
    try:
        found = [int(Decimal(part.strip()) * MILLION) for part in (latitude, longitude)]
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise NotAPosition(field=field, given=given) from error
    if not comma or any(abs(one) > LARGEST_INT32 for one in found):
        raise NotAPosition(field=field, given=given)
    return Position(latitude_e6=found[0], longitude_e6=found[1])
