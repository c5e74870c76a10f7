"""What people and organisations are called, learned from the answers that name them: `people/lihua` is shown as 李华."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, Final

import grpc.aio
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from kernel.text import Text
from reading.names import bare
from zhupi.approval.v1.directory_pb2 import Organisation, Person
from zhupi.common.v1 import text_pb2

PEOPLE: Final = "people/"
ORGANISATIONS: Final = "organisations/"
# Actors who are no people.
OTHERS: Final = {"services/worker": Text("流程引擎", "workflow"), "system": Text("系统", "system")}
# Nobody reads more names than that at once; the rest is shown by key.
MOST: Final = 200
_looking_up: ContextVar[bool] = ContextVar("looking_up", default=False)

Find = Callable[[str], Awaitable[Text | None]]


class Known:
    """Names by resource name. What is not known is shown by its key; of several people of one name the login is shown as well."""

    def __init__(self) -> None:
        self._names: dict[str, Text] = {}
        self._bearers: dict[str, set[str]] = {}

    def shown(self, value: str, language: str) -> str:
        """`people/lihua` as people say it; any other text without its collection."""
        name = (self._names.get(value) or OTHERS.get(value) or Text("", "")).in_language(language)
        if not name:
            return bare(value)
        return f"{name} ({bare(value)})" if len(self._bearers.get(name, ())) > 1 else name

    def learn(self, resource: str, name: Text) -> None:
        self._names[resource] = name
        if resource.startswith(PEOPLE) and name.zh:
            self._bearers.setdefault(name.zh, set()).add(resource)

    def unknown(self, resources: Iterable[str]) -> list[str]:
        return sorted({one for one in resources if one not in self._names})[:MOST]

    async def look_up(self, resources: Iterable[str], find: Find) -> None:
        """Finds those that are not known yet. What cannot be found stays as it is: it is only a name."""
        if _looking_up.get():
            return
        wanted = self.unknown(one for one in resources if one.startswith((PEOPLE, ORGANISATIONS)))
        mark = _looking_up.set(True)
        try:
            found = await asyncio.gather(*map(find, wanted))
        finally:
            _looking_up.reset(mark)
        for resource, name in zip(wanted, found, strict=True):
            self.learn(resource, name or Text("", ""))


class Learning(grpc.aio.UnaryUnaryClientInterceptor):
    """Reads every answer for names, and finds those that it does not tell."""

    def __init__(self, known: Known, look_up: Callable[[Iterable[str]], Awaitable[None]]) -> None:
        self._known = known
        self._look_up = look_up

    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        call = await continuation(client_call_details, request)
        answer = await call
        named = list(names_in(answer))
        for resource, name in named:
            if name is not None:
                self._known.learn(resource, name)
        await self._look_up(resource for resource, _ in named)
        return call


def names_in(message: Message) -> Iterator[tuple[str, Text | None]]:
    """Every person and organisation that a message names, with what they are called where it says so beside."""
    if isinstance(message, Person | Organisation) and message.name:
        yield message.name, _text(message.display_name if isinstance(message, Person) else message.title)
    fields: Sequence[tuple[FieldDescriptor, Any]] = message.ListFields()
    for field, value in fields:
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            for one in _messages(field, value):
                yield from names_in(one)
        elif field.type == FieldDescriptor.TYPE_STRING:
            values = list(value) if field.is_repeated else [value]
            for resource, title in zip(values, _titles(message, field, len(values)), strict=True):
                if resource.startswith((PEOPLE, ORGANISATIONS)) and resource.count("/") == 1:
                    yield resource, title


def _messages(field: FieldDescriptor, value: Any) -> list[Any]:
    assert field.message_type is not None, field.full_name
    if field.message_type.GetOptions().map_entry:
        return [one for one in value.values() if isinstance(one, Message)]
    return list(value) if field.is_repeated else [value]


def _titles(message: Message, field: FieldDescriptor, number: int) -> list[Text | None]:
    """What stands in `requester_title` beside `requester`, in `candidate_titles` beside `candidates`."""
    singular = field.name.removesuffix("s") if field.is_repeated else field.name
    beside = f"{singular}_titles" if field.is_repeated else f"{singular}_title"
    if beside not in message.DESCRIPTOR.fields_by_name:
        return [None] * number
    said = getattr(message, beside)
    titles = list(said) if field.is_repeated else [said]
    return [_text(one) for one in titles] if len(titles) == number else [None] * number


def _text(title: text_pb2.Text | str) -> Text | None:
    if isinstance(title, text_pb2.Text):
        return Text(title.zh, title.en or title.zh) if title.zh else None
    return Text(title, title) if title else None
