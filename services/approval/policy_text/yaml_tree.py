"""YAML as a tree of texts that remembers where each stands. The plain part of YAML only.

No aliases (they multiply), no tags (they make objects), no numbers and no yes that turns into true: what a text means is
for whoever reads it to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import yaml

from kernel.text import Text
from services.approval.domain.policies.problems import PolicyProblem

LARGEST: Final = 256 * 1024  # bytes of UTF-8
DEEPEST: Final = 20
# libyaml, twenty times faster, where the wheel has it.
LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    path: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    path: str
    nodes: dict[str, Node]


Node: TypeAlias = Scalar | Items | Fields


class NotYaml(Exception):
    """The text cannot be read at all; `problem` says why."""

    def __init__(self, path: str, rule: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.problem = PolicyProblem(path, rule, Text(zh, en))


def read_tree(text: str) -> Node:
    """The one document in the text. Raises NotYaml."""
    if len(text.encode(errors="replace")) > LARGEST:
        raise NotYaml("", "TOO_LARGE", f"文本超过 {LARGEST} 字节", f"The text is longer than {LARGEST} bytes")
    try:
        events = yaml.parse(text, Loader=LOADER)
        return _document(events)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise NotYaml(
            "",
            "NOT_YAML",
            f"第 {where[0]} 行第 {where[1]} 列不是有效的 YAML：{error.problem}",
            f"Line {where[0]}, column {where[1]} is not YAML: {error.problem}",
        ) from error
    except (yaml.YAMLError, UnicodeError) as error:
        said = str(error).partition("\n")[0]
        raise NotYaml("", "NOT_YAML", f"不是有效的 YAML：{said}", f"It is not YAML: {said}") from error


def _document(events: Iterator[yaml.Event]) -> Node:
    tree: Node | None = None
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            if tree is not None:
                raise NotYaml("", "SEVERAL_DOCUMENTS", "只能有一个文档", "There must be one document only")
            tree = _node(event, events, "", 0)
    if tree is None:
        raise NotYaml("", "EMPTY", "内容为空", "There is nothing in it")
    return tree


def _node(event: yaml.Event, events: Iterator[yaml.Event], path: str, depth: int) -> Node:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise NotYaml(path, "ALIAS", "不能使用锚点和别名", "Anchors and aliases cannot be used")
    if getattr(event, "tag", None) not in (None, "!"):
        raise NotYaml(path, "TAG", "不能使用标签", "Tags cannot be used")
    if depth > DEEPEST:
        raise NotYaml(path, "TOO_DEEP", "嵌套过深", "It is nested too deep")
    if isinstance(event, yaml.SequenceStartEvent):
        nodes: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            nodes.append(_node(event, events, f"{path}[{len(nodes)}]", depth + 1))
        return Items(path, tuple(nodes))
    if isinstance(event, yaml.MappingStartEvent):
        return Fields(path, _fields(events, path, depth))
    assert isinstance(event, yaml.ScalarEvent)
    return Scalar(path, event.value)


def _fields(events: Iterator[yaml.Event], path: str, depth: int) -> dict[str, Node]:
    fields: dict[str, Node] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent) or event.anchor:
            raise NotYaml(path, "KEY_NOT_TEXT", "键必须是文本", "A key must be a text")
        key = event.value
        below = f"{path}.{key}" if path else key
        if key in fields:
            raise NotYaml(below, "DUPLICATE_KEY", f"{key} 重复", f"{key} is there already")
        fields[key] = _node(next(events), events, below, depth + 1)
    return fields
