"""Every list of a service, asked for pages that there are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from chassis.postgres.paging import Key, PageRequest
from kernel.errors import Code, Refusal

WRONG: tuple[tuple[str, Any], ...] = (
    ("page_size", -1),
    ("page_size", 201),
    ("page_size", 10**9),
    ("page_size", -(2**31)),
    ("page_token", "garbage"),
    ("page_token", "W10"),
    ("page_token", "x" * 1001),
    ("page_token", "页"),
    ("page_token", PageRequest(query="another").token(["EC-2026-000001"])),
)


def paged(methods: list[MethodDescriptor]) -> Iterator[MethodDescriptor]:
    return (method for method in methods if "page_token" in method.input_type.fields_by_name)


async def not_refused(
    channel: grpc.aio.Channel, methods: list[MethodDescriptor], needed: Mapping[str, Any]
) -> list[str]:
    """What was answered otherwise than by naming the field at fault. `needed` fills in what a list has to be asked with."""
    complaints = []
    for method in paged(methods):
        asked = {name: value for name, value in needed.items() if name in method.input_type.fields_by_name}
        made = message_factory.GetMessageClass(method.input_type)
        if complaint := await _answer(channel, method, made(**asked)):
            complaints.append(f"{method.full_name}: a good page is answered {complaint}")
        forged = [("page_token", token) for token in _forged(made(**asked))]
        for field, value in (*WRONG, *forged):
            answer = await _answer(channel, method, made(**asked, **{field: value}))
            if answer != field and ((field, value) not in forged or answer):
                complaints.append(f"{method.full_name} with {field} {value}: {answer or 'answered'}")
    return complaints


def _forged(request: Message) -> list[str]:
    """Tokens of this very query that no page of it has given: its digest is no secret. Some may name a place all the same."""
    query = PageRequest.of(request)
    keys: list[tuple[Key, ...]] = [
        (),
        (1,),
        ("x",),
        ("\x00",),
        ("x", "y", "z", 1, 2),
        (2**70,),
        (UUID(int=1), UUID(int=1)),
        (datetime(1, 1, 1, tzinfo=UTC), "x"),
        (datetime(2026, 1, 1, tzinfo=UTC), 1),
        (date(1, 1, 1),),
        (Decimal("1e400"),),
        (True, True),
    ]
    return [query.token(key) for key in keys]


async def _answer(channel: grpc.aio.Channel, method: MethodDescriptor, request: Message) -> str:
    """The field for which it was refused, or why otherwise; empty where it was answered."""
    call = channel.unary_unary(
        f"/{method.containing_service.full_name}/{method.name}",
        request_serializer=type(request).SerializeToString,
        response_deserializer=message_factory.GetMessageClass(method.output_type).FromString,
    )
    try:
        await call(request)
    except Refusal as refusal:
        named = [violation.field for violation in refusal.violations]
        return named[0] if refusal.code is Code.INVALID_ARGUMENT and len(named) == 1 else str(refusal)
    return ""
