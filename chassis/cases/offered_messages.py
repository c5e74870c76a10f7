"""Acts on offer as messages: what each of them takes is read from the request of the RPC that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from buf.validate import validate_pb2
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from chassis.cases.offered import Act, ActKind, Missing, Wanted
from chassis.rpc.values import text_to_message, time_to_message
from kernel.text import Text
from zhupi.common.v1 import act_pb2 as pb
from zhupi.common.v1 import options_pb2

# What the act itself says, and what is between the client and the service alone.
SETTLED: Final = frozenset({"name", "request_id", "etag", "document_version", "then"})
CHOOSES: Final = "choices"


def act_to_message(act: Act, name_of: Callable[[str], str]) -> pb.Act:
    """`name_of` tells what a person is called."""
    return pb.Act(
        kind=kind(act.kind),
        title=text_to_message(act.title or label(act.kind)),
        method=act.method,
        name=act.name,
        etag=act.etag,
        document_version=act.document_version,
        step=act.step,
        step_title=text_to_message(act.step_title) if act.step_title else None,
        on_behalf_of=f"people/{act.on_behalf_of}" if act.on_behalf_of else "",
        on_behalf_of_title=name_of(act.on_behalf_of) if act.on_behalf_of else "",
        override=act.is_override,
        outcome=text_to_message(act.outcome),
        expire_time=time_to_message(act.until) if act.until else None,
        needs=_needs(act),
    )


def missing_to_message(missing: Missing) -> pb.MissingAct:
    return pb.MissingAct(
        kind=kind(missing.kind),
        title=text_to_message(label(missing.kind)),
        name=missing.name,
        reason=missing.refusal.reason,
        why=text_to_message(missing.refusal.text),
    )


def kind(of: ActKind) -> pb.ActKind.ValueType:
    return pb.ActKind.Value(f"ACT_KIND_{of.value}")


def label(of: ActKind) -> Text:
    said = _value_label(pb.ActKind.DESCRIPTOR, kind(of))
    assert said is not None, of
    return said


def request_of(method: str) -> Descriptor:
    """The request that an RPC takes, named as acts name it: `zhupi.approval.v1.WorkItemService/ApproveWorkItem`."""
    service, _, name = method.partition("/")
    found = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
    request: Descriptor = found.input_type
    return request


def _needs(act: Act) -> list[pb.Need]:
    found: list[pb.Need] = []
    for field in request_of(act.method).fields:
        if field.name in SETTLED or field.name in act.given:
            continue
        wanted = [one for one in act.wanted if one.field == field.name]
        if field.name == CHOOSES and not wanted:
            continue
        found += [_need(field, one) for one in wanted or [Wanted(field.name)]]
    return found


def _need(field: FieldDescriptor, wanted: Wanted) -> pb.Need:
    rules: validate_pb2.FieldRules = field.GetOptions().Extensions[validate_pb2.field]
    least, most = _limits(rules)
    said = field.GetOptions().Extensions[options_pb2.field].label
    options = [
        pb.Option(value=one.value, title=text_to_message(one.title), least=one.least)
        for one in wanted.choices or ()
    ] or list(_values(field, rules))
    return pb.Need(
        field=field.name,
        label=text_to_message(wanted.label) if wanted.label else (said if said.zh else None),
        kind=_kind(field, wanted),
        required=wanted.required
        or least > 0
        or bool(rules.required)
        or (0 in rules.enum.not_in and not field.has_presence),
        least=wanted.least or least,
        most=wanted.most or most,
        options=options,
        key=wanted.key,
    )


def _kind(field: FieldDescriptor, wanted: Wanted) -> pb.Need.Kind.ValueType:
    if field.name in ("people", CHOOSES):
        return pb.Need.KIND_PEOPLE
    if field.name == "person":
        return pb.Need.KIND_PERSON
    if wanted.choices is not None or field.enum_type is not None:
        return pb.Need.KIND_CHOICE
    if field.type == FieldDescriptor.TYPE_BOOL:
        return pb.Need.KIND_SWITCH
    if field.message_type is not None:
        is_moment = field.message_type.full_name == "google.protobuf.Timestamp"
        return pb.Need.KIND_TIME if is_moment else pb.Need.KIND_TEXTS
    return pb.Need.KIND_TEXT


def _limits(rules: validate_pb2.FieldRules) -> tuple[int, int]:
    """Of people, or of the characters of a text."""
    if rules.HasField("repeated"):
        return rules.repeated.min_items, rules.repeated.max_items
    text = rules.string
    return text.min_len or int(bool(text.prefix or text.pattern)), text.max_len


def _values(field: FieldDescriptor, rules: validate_pb2.FieldRules) -> Iterator[pb.Option]:
    """The values of an enum that the request takes."""
    if field.enum_type is None:
        return
    for value in field.enum_type.values:
        if value.number and value.number not in rules.enum.not_in:
            said = _value_label(field.enum_type, value.number)
            yield pb.Option(value=value.name, title=text_to_message(said) if said else None)


def _value_label(enum: EnumDescriptor, number: int) -> Text | None:
    said = enum.values_by_number[number].GetOptions().Extensions[options_pb2.value].label
    return Text(said.zh, said.en) if said.zh else None
