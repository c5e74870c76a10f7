"""What is said of a form that cannot be published, and of values that do not fit their form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kernel.text import Text

PROBLEMS: Final = {
    "TOO_LARGE": Text("文本超过 {name} 字节", "The text is longer than {name} bytes"),
    "NOT_JSON": Text("不是有效的 JSON：{name}", "It is not JSON: {name}"),
    "DUPLICATE_KEY": Text("{name} 重复", "{name} is there already"),
    "TOO_DEEP": Text("嵌套超过 {name} 层", "It is nested deeper than {name} levels"),
    "TOO_MANY": Text("超过 {name} 项", "There are more than {name}"),
    "NUMBER_TOO_LARGE": Text("数字 {name} 超出允许范围", "The number {name} is beyond what can be kept"),
    "TEXT_CHARACTER_REFUSED": Text(
        "含有不允许的字符 {name}", "It contains the character {name}, which is not allowed"
    ),
    "NOT_AN_OBJECT": Text("此处应为对象", "An object belongs here"),
    "NOT_A_LIST": Text("此处应为列表", "A list belongs here"),
    "REQUIRED": Text("缺少 {name}", "{name} is missing"),
    "UNKNOWN_KEYWORD": Text("表单不支持关键字 {name}", "Forms know no keyword {name}"),
    "UNKNOWN_DIALECT": Text("$schema 应为 {name}", "$schema must be {name}"),
    "REMOTE_REFERENCE": Text(
        "引用 {name} 不在本文件的 $defs 中", "The reference {name} does not lead into the $defs of this file"
    ),
    "UNKNOWN_REFERENCE": Text("$defs 中没有 {name}", "There is no {name} in $defs"),
    "REFERENCE_LOOP": Text("{name} 引用了自身", "{name} refers to itself"),
    "NOT_A_SCHEMA": Text("不是有效的 JSON Schema：{name}", "It is not a JSON Schema: {name}"),
    "NOT_A_KEY": Text(
        "“{name}”不是有效的名称（小写字母、数字和下划线，字母开头）",
        "“{name}” is not a name: small letters, digits and underscores, a letter first",
    ),
    "NOT_A_PROCESS": Text(
        "“{name}”不是有效的流程编码（小写字母、数字和连字符）",
        "“{name}” is not a key: small letters, digits and hyphens",
    ),
    "NOT_A_PREFIX": Text(
        "“{name}”不是单号前缀（2 到 4 个大写字母）", "“{name}” is no prefix: two to four capitals"
    ),
    "NOT_A_TITLE": Text(
        "应为 {{zh, en}} 两个不超过 {name} 个字符的文本",
        "It must be {{zh, en}}, two texts of at most {name} characters",
    ),
    "NOT_A_CHOICE": Text("应为 {name} 之一", "It must be one of {name}"),
    "UNKNOWN_TYPE": Text("字段的 type 应为 {name} 之一", "The type of a field is one of {name}"),
    "NOT_CLOSED": Text(
        "对象须写明 additionalProperties: false", "An object must say additionalProperties: false"
    ),
    "NO_FIELDS": Text("表单没有任何字段", "The form has no field"),
    "NO_LIMIT": Text("缺少上限 {name}", "It has no limit: say {name}"),
    "LIMIT_TOO_LARGE": Text("上限不能超过 {name}", "The limit must not be above {name}"),
    "CHOICES_DIFFER": Text(
        "x-choices 与 enum 不一致：{name}", "x-choices and enum do not say the same: {name}"
    ),
    "NO_SUCH_FIELD": Text("没有顶层字段 {name}", "There is no such field at the top: {name}"),
    "TITLE_NOT_FIT": Text(
        "标题字段须为必填文本，最长 {name} 个字符",
        "The field of the title must be a required text of at most {name} characters",
    ),
    "AMOUNT_NOT_FIT": Text(
        "金额字段的 format 须为 money", "The field of the amount must have the format money"
    ),
    "FACT_NOT_POSSIBLE": Text(
        "{name} 不能作为事实：小数、表格和列表中的字段不行",
        "{name} cannot be a fact: decimals, tables and what stands in lists cannot",
    ),
    "NOT_A_REFERENCE": Text(
        "x-reference 用于文本字段，应为单据集合的名称，如 customers：{name}",
        "x-reference is for texts and names a collection such as customers: {name}",
    ),
    "UNKNOWN_COLLECTION": Text("没有服务可核对集合 {name}", "No service answers for the collection {name}"),
    "DUPLICATE_FACT": Text("事实 {name} 已由另一字段提供", "Another field gives the fact {name} already"),
    "PROCESS_DIFFERS": Text(
        "策略的流程为 {name}，与表单不同", "The policy is for {name}, which is not the process of the form"
    ),
    "FACT_WITHOUT_FIELD": Text("没有字段提供事实 {name}", "No field gives the fact {name}"),
    "FACT_TYPE_DIFFERS": Text("字段提供的事实类型为 {name}", "The form gives it as {name}"),
    "FACT_MAY_BE_MISSING": Text(
        "提供事实 {name} 的字段不是必填，策略须写明 default",
        "The field of the fact {name} may be left empty, so the policy must say a default",
    ),
}

VIOLATIONS: Final = {
    "FIELD_REQUIRED": Text("{field}为必填", "{field} is needed"),
    "UNKNOWN_FIELD": Text("表单没有字段 {field}", "The form has no field {field}"),
    "FIELD_OF_WRONG_TYPE": Text("{field}应为{limit}", "{field} must be {limit}"),
    "NOT_A_CHOICE": Text("{field}不是可选项之一", "{field} is none of the choices"),
    "TOO_LONG": Text("{field}不能超过 {limit} 个字符", "{field} must not be longer than {limit} characters"),
    "TOO_SHORT": Text(
        "{field}不能少于 {limit} 个字符", "{field} must not be shorter than {limit} characters"
    ),
    "TOO_LARGE": Text("{field}不能大于 {limit}", "{field} must not be above {limit}"),
    "TOO_SMALL": Text("{field}不能小于 {limit}", "{field} must not be below {limit}"),
    "NOT_BELOW": Text("{field}必须小于 {limit}", "{field} must be below {limit}"),
    "NOT_ABOVE": Text("{field}必须大于 {limit}", "{field} must be above {limit}"),
    "NOT_A_MULTIPLE": Text("{field}应为 {limit} 的倍数", "{field} must be a multiple of {limit}"),
    "PATTERN_MISMATCH": Text("{field}的格式不符", "{field} is not written as it must be"),
    "NOT_AN_AMOUNT": Text("{field}应为金额，如 1280.50", "{field} must be an amount such as 1280.50"),
    "NOT_A_DATE": Text("{field}应为日期，如 2026-01-31", "{field} must be a day such as 2026-01-31"),
    "UNKNOWN_PERSON": Text(
        "{field}应为在职人员，如 people/lihua", "{field} must be an active person such as people/lihua"
    ),
    "UNKNOWN_ORGANISATION": Text(
        "{field}应为有效组织，如 organisations/henan",
        "{field} must be an organisation in force such as organisations/henan",
    ),
    "NOT_A_REFERENCE": Text("{field}应为 {limit}/… 形式的编号", "{field} must be a name such as {limit}/…"),
    "TOO_MANY_ITEMS": Text("{field}不能超过 {limit} 项", "{field} must not have more than {limit} items"),
    "TOO_FEW_ITEMS": Text("{field}不能少于 {limit} 项", "{field} must not have fewer than {limit} items"),
    "DUPLICATE_ITEMS": Text("{field}有重复项", "{field} says something twice"),
    "CONDITION_NOT_MET": Text("{field}不满足表单的条件", "{field} does not meet a condition of the form"),
    "TEXT_BLANK": Text("{field}不能只有空白", "{field} must not be blank"),
    "TEXT_CHARACTER_REFUSED": Text(
        "{field}含有不允许的字符 {limit}", "{field} contains the character {limit}, which is not allowed"
    ),
}

# What JSON Schema calls its types.
TYPES: Final = {
    "string": Text("文本", "a text"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数字", "a number"),
    "boolean": Text("是或否", "true or false"),
    "array": Text("列表", "a list"),
    "object": Text("对象", "an object"),
}


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing that is wrong with a form. `path` says where: `properties.purpose.maxLength`, empty for the whole."""

    path: str
    rule: str
    text: Text


def problem(path: str, rule: str, name: object = "") -> FormProblem:
    return FormProblem(path, rule, PROBLEMS[rule].format(name=name))
