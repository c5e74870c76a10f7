"""What every request of the contract keeps, however deep its messages lie: nothing in it is without a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor

from tests.builders.protos import methods
from zhupi.common.v1 import options_pb2

# What lists, exports and reports are asked for may be left open; everything else is one of the choices.
FILTERS = ("List", "Export", "Search")
UNBOUNDED = re.compile(r"[^\\][+*]|\{\d+,\}")
# Written under another name in the contract of what decodes it: chassis/rpc/values.py refuses what is no currency.
ELSEWHERE = {"google.type.Money.currency_code"}
# Prose: whoever writes it may want a second line. Everything else of that length would be read as one.
LONG = 500


def _fields(message: Descriptor, seen: set[str]) -> Iterator[FieldDescriptor]:
    if message.full_name in seen:
        return
    seen.add(message.full_name)
    for field in message.fields:
        yield field
        if field.message_type is not None:
            yield from _fields(field.message_type, seen)


def _rules(field: FieldDescriptor) -> Any:
    return field.GetOptions().Extensions[validate_pb2.field]


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _limited(texts: Any) -> bool:
    return bool(
        texts.max_len
        or texts.max_bytes
        or texts.uuid
        or (texts.pattern and not UNBOUNDED.search(texts.pattern))
    )


def _in_requests() -> list[tuple[MethodDescriptor, FieldDescriptor]]:
    return [(method, field) for method in methods() for field in _fields(method.input_type, set())]


FIELDS = {field.full_name: field for _, field in _in_requests()}


def of_type(*types: int) -> list[FieldDescriptor]:
    in_maps = {
        entry.full_name for field in FIELDS.values() if _is_map(field) for entry in field.message_type.fields
    }
    return [
        field for name, field in FIELDS.items() if field.type in types and name not in in_maps | ELSEWHERE
    ]


def the_name(field: FieldDescriptor) -> str:
    return field.full_name


@pytest.mark.parametrize("field", of_type(FieldDescriptor.TYPE_STRING), ids=the_name)
def test_every_text_of_a_request_has_a_longest_length(field: FieldDescriptor) -> None:
    rules = _rules(field)
    assert _limited(rules.repeated.items.string if field.is_repeated else rules.string)


@pytest.mark.parametrize("field", of_type(FieldDescriptor.TYPE_BYTES), ids=the_name)
def test_every_piece_of_a_file_has_a_longest_length(field: FieldDescriptor) -> None:
    assert _rules(field).bytes.max_len


@pytest.mark.parametrize("field", [field for field in FIELDS.values() if field.is_repeated], ids=the_name)
def test_every_list_in_a_request_has_a_largest_size(field: FieldDescriptor) -> None:
    rules = _rules(field)
    if not _is_map(field):
        assert rules.repeated.max_items
        return
    assert rules.map.max_pairs
    key, value = field.message_type.fields
    assert key.type != key.TYPE_STRING or _limited(rules.map.keys.string)
    assert value.type != value.TYPE_STRING or _limited(rules.map.values.string)


def test_every_choice_is_one_that_there_is_and_only_filters_leave_it_open() -> None:
    for method, field in _in_requests():
        if field.type == field.TYPE_ENUM:
            rules = _rules(field)
            choice = rules.repeated.items.enum if field.is_repeated else rules.enum
            assert choice.defined_only, field.full_name
            optional = method.name.startswith(FILTERS) or method.name.endswith("Report")
            assert 0 in choice.not_in or optional, f"{field.full_name} may be left open"


def test_prose_may_have_several_lines() -> None:
    for field in of_type(FieldDescriptor.TYPE_STRING):
        longest = _rules(field).string.max_len
        form = field.GetOptions().Extensions[options_pb2.text_form]
        if field.name in ("reason", "comment", "description", "text") and longest >= LONG:
            expected = (
                options_pb2.TEXT_FORM_UNSPECIFIED
                if field.containing_type.name == "Fact"
                else options_pb2.TEXT_FORM_LINES
            )
            assert form == expected, field.full_name


def test_every_page_is_asked_for_with_a_token_of_limited_length() -> None:
    tokens = [field for field in FIELDS.values() if field.name == "page_token"]
    assert tokens
    assert {_rules(field).string.max_len for field in tokens} == {1000}
