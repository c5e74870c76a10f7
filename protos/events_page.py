"""The page `docs/events.md`, made from every events.proto: `python protos/events_page.py` writes it, a test holds it to the protos."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

sys.path.insert(0, str(Path(__file__).resolve().parent))

import generate

PAGE: Final = generate.PROTOS.parent / "docs" / "events.md"
MESSAGES, FIELDS = 4, 2  # numbers in descriptor.proto, of which the places of comments are made
REPEATED: Final = FieldDescriptorProto.LABEL_REPEATED
HEAD: Final = """# What services tell each other

*Made from the protos by `python protos/events_page.py`; a test fails when it is out of date.*

A service tells what has happened in messages on the bus, each in the transaction of what it tells of: through the outbox to JetStream, under the message's full name as its subject, in
order for each document, at least once. Whoever hears of it keeps the message's id in the inbox table and acts once. Headers say which document it is about (`Zhupi-Document`), as of which
version, who caused it and when, and which trace it belongs to. A message never asks for anything but what it says; `CaseRequested` and `CaseFact` are how owners of documents speak to approval.
"""


def render() -> str:
    return "\n".join([HEAD, *(line for file in event_files() for line in _service(file))])


def event_files() -> list[FileDescriptorProto]:
    names = [name for name in generate.sources() if name.endswith("/events.proto")]
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch) / "events.binpb"
        generate.protoc(f"--descriptor_set_out={image}", "--include_source_info", *names)
        return list(FileDescriptorSet.FromString(image.read_bytes()).file)


def _service(file: FileDescriptorProto) -> Iterator[str]:
    comments = {tuple(place.path): place.leading_comments for place in file.source_code_info.location}
    yield f"## {file.package.split('.')[1]}\n"
    for n, message in enumerate(file.message_type):
        yield f"### {message.name}\n"
        yield f"`{file.package}.{message.name}` {_told(comments.get((MESSAGES, n), ''))}\n"
        yield "| field | type | |"
        yield "| --- | --- | --- |"
        for m, field in enumerate(message.field):
            comment = _told(comments.get((MESSAGES, n, FIELDS, m), "")).replace("|", "\\|")
            yield f"| `{field.name}` | {_type(field, message)} | {comment} |"
        yield ""


def _told(comment: str) -> str:
    return " ".join(comment.split())


def _type(field: FieldDescriptorProto, message: DescriptorProto) -> str:
    entries = {entry.name: entry for entry in message.nested_type if entry.options.map_entry}
    name = field.type_name.rpartition(".")[2]
    if name in entries:
        return f"map of {_type(entries[name].field[1], message)}"
    plain = name or FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    return f"list of {plain}" if field.label == REPEATED else plain


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
