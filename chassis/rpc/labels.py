"""What people call a field of a message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kernel.text import Text
from zhupi.common.v1 import options_pb2


def label_of(descriptor: Any, names: Iterable[str]) -> Text:
    """The label of the field that the path `names` leads to in messages of `descriptor`, else the field's name."""
    label = Text("请求", "The request")
    for name in names:
        label = Text(f"{name} ", name)
        field = descriptor.fields_by_name.get(name) if descriptor is not None else None
        if field is None:
            return label
        presentation = field.GetOptions().Extensions[options_pb2.field]
        if presentation.label.zh:
            label = Text(presentation.label.zh, presentation.label.en)
        descriptor = field.message_type
    return label
