"""Requests keep the rules of the protos, or are refused field by field: what holds for all texts, then each field's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import protovalidate
from google.protobuf.message import Message

from chassis.rpc.labels import label_of
from chassis.rpc.texts import tidy
from chassis.rpc.wire import Unreadable
from kernel.errors import InvalidArgument, Violation
from kernel.text import Text

# By the last part of the rule's id: `string.min_len`, `repeated.min_items`, `int32.gte`.
SENTENCES: Final = {
    "required": Text("不能为空", "is needed"),
    "min_len": Text("至少 {limit} 个字符", "needs at least {limit} characters"),
    "max_len": Text("最多 {limit} 个字符", "may have at most {limit} characters"),
    "len": Text("应为 {limit} 个字符", "must have {limit} characters"),
    "max_bytes": Text("最多 {limit} 个字节", "may have at most {limit} bytes"),
    "pattern": Text("格式不正确", "is not of the right form"),
    "prefix": Text("应以 {limit} 开头", "must begin with {limit}"),
    "uuid": Text("应为 UUID", "must be a UUID"),
    "email": Text("应为邮箱地址", "must be an e-mail address"),
    "gt": Text("必须大于 {limit}", "must be above {limit}"),
    "gte": Text("不能小于 {limit}", "must be at least {limit}"),
    "lt": Text("必须小于 {limit}", "must be below {limit}"),
    "lte": Text("不能大于 {limit}", "must be at most {limit}"),
    "gte_lte": Text("超出允许范围", "is out of range"),
    "gt_lte": Text("超出允许范围", "is out of range"),
    "gte_lt": Text("超出允许范围", "is out of range"),
    "gt_lt": Text("超出允许范围", "is out of range"),
    "min_items": Text("至少 {limit} 项", "needs at least {limit} entries"),
    "max_items": Text("最多 {limit} 项", "may have at most {limit} entries"),
    "min_pairs": Text("至少 {limit} 项", "needs at least {limit} entries"),
    "max_pairs": Text("最多 {limit} 项", "may have at most {limit} entries"),
    "unique": Text("不能重复", "has the same entry twice"),
    "defined_only": Text("不是有效的选项", "is not one of the choices"),
    "not_in": Text("不是允许的值", "is not allowed"),
    "in": Text("不是允许的值", "is not one of the values allowed"),
}
OTHERWISE: Final = Text("不符合规则", "breaks a rule")

_validator: Final = protovalidate.Validator()


def validate(message: Message | Unreadable, method: str = "") -> None:
    """Makes texts tidy, then raises InvalidArgument with every violation, one a field and rule."""
    if isinstance(message, Unreadable):
        raise message.refusal(method)
    wrong = tidy(message)
    told = {violation.field for violation in wrong}
    for one in _validator.collect_violations(message):
        violation = _violation(message.DESCRIPTOR, one)
        if violation.field not in told:  # a blank text is too short as well; one of it is enough
            wrong += (violation,)
    if wrong:
        raise InvalidArgument(violations=wrong)


async def validated(messages: AsyncIterator[Message], method: str) -> AsyncIterator[Message]:
    """The messages of a caller who streams, each looked at as it comes."""
    async for message in messages:
        validate(message, method)
        yield message


def _violation(descriptor: Any, found: protovalidate.Violation) -> Violation:
    proto = found.proto
    elements = list(proto.field.elements) if proto.field is not None else []
    rule = proto.rule_id.rpartition(".")[2]
    if rule == "min_len" and found.rule_value == 1:
        rule = "required"
    sentence = SENTENCES.get(rule, OTHERWISE).format(limit=found.rule_value)
    if proto.for_key:
        sentence = Text(f"键{sentence.zh}", f"has a key that {sentence.en}")
    label = label_of(descriptor, [element.field_name for element in elements])
    text = Text(f"{label.zh}{sentence.zh}", f"{label.en} {sentence.en}")
    return Violation(_path(elements), proto.rule_id.upper().replace(".", "_"), text)


def _path(elements: list[Any]) -> str:
    parts = (
        element.field_name + ("" if element.subscript is None else f"[{element.subscript.value}]")
        for element in elements
    )
    return ".".join(parts)
