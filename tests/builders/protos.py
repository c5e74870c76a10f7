"""The contract as its generated descriptors: every file, method, message and enum of it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FileDescriptor, MethodDescriptor

import zhupi

GENERATED = Path(zhupi.__file__).parent


def files() -> list[FileDescriptor]:
    found = sorted(GENERATED.rglob("*_pb2.py"))
    names = (".".join(("zhupi", *path.relative_to(GENERATED).with_suffix("").parts)) for path in found)
    return [import_module(name).DESCRIPTOR for name in names]


def methods(package: str = "zhupi.") -> Iterator[MethodDescriptor]:
    """Of every service whose full name begins with `package`."""
    for file in files():
        for service in file.services_by_name.values():
            if service.full_name.startswith(package):
                yield from service.methods


def messages() -> Iterator[Descriptor]:
    waiting = [message for file in files() for message in file.message_types_by_name.values()]
    while waiting:
        message = waiting.pop()
        yield message
        waiting += message.nested_types


def enums() -> Iterator[EnumDescriptor]:
    for file in files():
        yield from file.enum_types_by_name.values()
    for message in messages():
        yield from message.enum_types
