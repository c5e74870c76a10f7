"""The words of which a policy in YAML is made: keys, titles, choices, durations. Collects what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, TypeVar

from kernel.errors import Refusal
from kernel.money import Money
from kernel.text import Text
from kernel.writing import forbidden_in, is_blank, trimmed
from services.approval.domain.policies.ballot import MAJORITY, Quota
from services.approval.domain.policies.facts import Fact, FactType, FactValue
from services.approval.domain.policies.given import LARGEST, SMALLEST
from services.approval.domain.policies.problems import PolicyProblem
from services.approval.domain.time.spans import Span
from services.approval.policy_text.yaml_tree import Fields, Items, Node, Scalar

KEY: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
FACT_KEY: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
ID: Final = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
REFERENCE: Final = re.compile(rf"({KEY.pattern}/)?({KEY.pattern}|(?<=/)\*)")
WHOLE: Final = re.compile(r"-?[0-9]{1,19}")
DURATION: Final = re.compile(r"([1-9][0-9]{0,3})([dhm])")
# Working days, hours and minutes, or plain ones. No more working days than come together within a few years.
SPAN: Final = re.compile(r"([1-9][0-9]{0,2})(w)(d)|([1-9][0-9]{0,3})(w)([hm])|([1-9][0-9]{0,3})()([dhm])")
UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}
QUOTA: Final = re.compile(r"([1-9][0-9]{0,3})(?:/([1-9][0-9]{0,3})|(%))?")
LONGEST_KEY: Final = 60
LONGEST_TITLE: Final = 100
LONGEST_DEFAULT: Final = 200

SENTENCES: Final = {
    "REQUIRED": Text("缺少 {name}", "{name} is missing"),
    "UNKNOWN_KEY": Text("未知的键 {name}", "There is no key {name} here"),
    "NOT_A_MAPPING": Text("此处应为键值对", "Keys with values belong here"),
    "NOT_A_LIST": Text("此处应为列表", "A list belongs here"),
    "NOT_A_TEXT": Text("此处应为文本", "A text belongs here"),
    "EMPTY": Text("不能为空", "It must not be empty"),
    "CHARACTER_REFUSED": Text(
        "含有不允许的字符 {name}", "It contains the character {name}, which is not allowed"
    ),
    "TOO_LONG": Text("超过 {name} 个字符", "It is longer than {name} characters"),
    "TOO_MANY": Text("超过 {name} 项", "There are more than {name}"),
    "NOT_A_KEY": Text(
        "“{name}”不是有效的键（小写字母、数字和连字符；事实名用下划线）",
        "“{name}” is not a key: small letters, digits and hyphens, underscores for facts",
    ),
    "NOT_A_STEP": Text(
        "“{name}”不是步骤：请写步骤或阶段/步骤", "“{name}” is not a step: write step or stage/step"
    ),
    "ONE_OF_TWO": Text("只能写 {name} 之一", "Only one of {name} can be said"),
    "NOT_AN_ID": Text("“{name}”不是有效的编号", "“{name}” is not an id"),
    "NOT_A_CHOICE": Text("应为 {name} 之一", "It must be one of {name}"),
    "NOT_A_SOURCE": Text("审批人来源应为 {name} 之一", "An approver is named by one of {name}"),
    "NOT_A_NUMBER": Text("应为 {name} 之间的整数", "It must be a whole number, {name}"),
    "NOT_A_DURATION": Text("应为时长，如 2d、8h、30m", "It must be a duration such as 2d, 8h, 30m"),
    "NOT_A_SPAN": Text(
        "应为时长：2wd、8wh、30wm（工作日、工作小时、工作分钟）或 2d、8h、30m",
        "It must be a span of time: 2wd, 8wh, 30wm (working days, hours, minutes) or 2d, 8h, 30m",
    ),
    "TARGET_UNNAMED": Text(
        "请写明转交给谁：next_up 或 {{fallback: 名称}}",
        "Say to whom: next_up or {{fallback: name}}",
    ),
    "NOT_A_QUOTA": Text(
        "应为票数、比例或过半数，如 3、2/3、60%、majority",
        "It must be a number, a share or the majority: 3, 2/3, 60%, majority",
    ),
    "NOT_OF_ITS_TYPE": Text("不是 {name} 类型的值", "It is not a value of type {name}"),
    "NO_DEFAULT": Text("{name} 类型的事实不能有默认值", "A fact of type {name} has no default"),
    "FALLBACK_UNNAMED": Text("请写明 {{fallback: 名称}}", "Say which: {{fallback: name}}"),
    "ORGANISATION_UNNAMED": Text("请写明 {{organisation: 编号}}", "Say which: {{organisation: id}}"),
}

Choice = TypeVar("Choice", bound=StrEnum)


class Words:
    """Reads nodes. What is wrong goes to `problems`, and something harmless comes back, so that reading goes on."""

    def __init__(self) -> None:
        self.problems: list[PolicyProblem] = []

    def refuse(self, path: str, rule: str, name: object = "") -> None:
        self.problems.append(PolicyProblem(path, rule, SENTENCES[rule].format(name=name)))

    def fields(self, node: Node, *, needs: tuple[str, ...], may: tuple[str, ...] = ()) -> Mapping[str, Node]:
        if not isinstance(node, Fields):
            self.refuse(node.path, "NOT_A_MAPPING")
            return {}
        for key in node.nodes:
            if key not in (*needs, *may):
                self.refuse(node.nodes[key].path, "UNKNOWN_KEY", key[:LONGEST_KEY])
        for key in needs:
            if key not in node.nodes:
                self.refuse(f"{node.path}.{key}" if node.path else key, "REQUIRED", key)
        return node.nodes

    def named(self, node: Node | None, most: int, pattern: re.Pattern[str] = KEY) -> Mapping[str, Node]:
        """Nodes under keys that the author chose; nothing for None."""
        if node is None:
            return {}
        if not isinstance(node, Fields):
            self.refuse(node.path, "NOT_A_MAPPING")
            return {}
        if len(node.nodes) > most:
            self.refuse(node.path, "TOO_MANY", most)
            return {}
        for key, below in node.nodes.items():
            if not pattern.fullmatch(key) or len(key) > LONGEST_KEY:
                self.refuse(below.path[:200], "NOT_A_KEY", key[:LONGEST_KEY])
        return node.nodes

    def items(self, node: Node | None, most: int) -> tuple[Node, ...]:
        """The nodes of a list; nothing for None."""
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.refuse(node.path, "NOT_A_LIST")
            return ()
        if len(node.nodes) > most:
            self.refuse(node.path, "TOO_MANY", most)
            return ()
        return node.nodes

    def text(self, node: Node | None, longest: int = LONGEST_TITLE, *, lines: bool = False) -> str:
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.refuse(node.path, "NOT_A_TEXT")
            return ""
        text = trimmed(node.text)
        if is_blank(text):
            self.refuse(node.path, "EMPTY")
        if character := forbidden_in(text, lines=lines):
            self.refuse(node.path, "CHARACTER_REFUSED", character)
        if len(text) > longest:
            self.refuse(node.path, "TOO_LONG", longest)
        return text

    def title(self, node: Node | None) -> Text:
        if node is None:
            return Text("", "")
        fields = self.fields(node, needs=("zh", "en"))
        return Text(self.text(fields.get("zh")), self.text(fields.get("en")))

    def key(self, node: Node | None) -> str:
        return self._matching(node, KEY, "NOT_A_KEY")

    def fact_key(self, node: Node | None) -> str:
        return self._matching(node, FACT_KEY, "NOT_A_KEY")

    def reference(self, node: Node | None) -> str:
        """A step of this stage, or `stage/step`, or `stage/*`."""
        return self._matching(node, REFERENCE, "NOT_A_STEP")

    def id(self, node: Node | None) -> str:
        return self._matching(node, ID, "NOT_AN_ID")

    def choice(self, node: Node | None, choices: type[Choice], default: Choice) -> Choice:
        if node is None:
            return default
        text = node.text if isinstance(node, Scalar) else ""
        for choice in choices:
            if choice.value == text:
                return choice
        self.refuse(node.path, "NOT_A_CHOICE", ", ".join(choices))
        return default

    def flag(self, node: Node | None) -> bool:
        text = node.text if isinstance(node, Scalar) else ""
        if node is not None and text not in ("true", "false"):
            self.refuse(node.path, "NOT_A_CHOICE", "true, false")
        return text == "true"

    def whole(self, node: Node | None, smallest: int, largest: int) -> int:
        if node is None:
            return smallest
        text = node.text if isinstance(node, Scalar) else ""
        if WHOLE.fullmatch(text) and smallest <= int(text) <= largest:
            return int(text)
        self.refuse(node.path, "NOT_A_NUMBER", f"{smallest}–{largest}")
        return smallest

    def duration(self, node: Node | None) -> timedelta:
        found = DURATION.fullmatch(node.text) if isinstance(node, Scalar) else None
        if found:
            return timedelta(**{UNITS[found[2]]: int(found[1])})
        if node is not None:
            self.refuse(node.path, "NOT_A_DURATION")
        return timedelta()

    def span(self, node: Node | None) -> Span:
        found = SPAN.fullmatch(node.text) if isinstance(node, Scalar) else None
        if found:
            number, working, unit = (group for group in found.groups() if group is not None)
            if unit == "d":
                return Span(days=int(number), working=bool(working))
            return Span(time=timedelta(**{UNITS[unit]: int(number)}), working=bool(working))
        if node is not None:
            self.refuse(node.path, "NOT_A_SPAN")
        return Span()

    def quota(self, node: Node | None) -> Quota | None:
        text = node.text if isinstance(node, Scalar) else ""
        found = QUOTA.fullmatch(text)
        if text == "majority":
            return MAJORITY
        if found:
            part, whole = int(found[1]), int(found[2] or (100 if found[3] else 1))
            if not found[2] and not found[3]:
                return Quota(count=part)
            if part <= whole:
                return Quota(part=part, whole=whole)
        if node is not None:
            self.refuse(node.path, "NOT_A_QUOTA")
        return None

    def fact(self, node: Node, type: FactType) -> Fact | None:
        """The default of a fact."""
        if type in (FactType.PERSON, FactType.ORGANISATION):
            self.refuse(node.path, "NO_DEFAULT", type.value)
            return None
        if type is FactType.TEXTS:
            texts = tuple(self.text(item, LONGEST_DEFAULT) for item in self.items(node, 100))
            return Fact(type, texts)
        if type is FactType.PEOPLE:
            # Who leaves would stand in the policy for ever; that nobody is named may be what is usual.
            if not isinstance(node, Items) or node.nodes:
                self.refuse(node.path, "NO_DEFAULT", type.value)
            return Fact(type, ())
        try:
            return Fact(type, self._value(node, type))
        except (ValueError, InvalidOperation, Refusal):
            self.refuse(node.path, "NOT_OF_ITS_TYPE", type.value)
            return None

    def _value(self, node: Node, type: FactType) -> FactValue:
        if type is FactType.WHOLE:
            return self.whole(node, SMALLEST, LARGEST)
        if type is FactType.FLAG:
            return self.flag(node)
        text = self.text(node, LONGEST_DEFAULT)
        if type is FactType.MONEY:
            return Money(Decimal(text))
        return date.fromisoformat(text) if type is FactType.DATE else text

    def _matching(self, node: Node | None, pattern: re.Pattern[str], rule: str) -> str:
        text = self.text(node, LONGEST_KEY)
        if node is not None and text.strip() and len(text) <= LONGEST_KEY and not pattern.fullmatch(text):
            self.refuse(node.path, rule, text)
        return text
