"""Why a log cannot be replayed."""

from __future__ import annotations

from kernel.errors import DeadlineExceeded, FailedPrecondition, InvalidArgument


class LogNotReadable(InvalidArgument):
    zh = "无法读取日志 {path}：{why}"
    en = "The log {path} cannot be read: {why}"


class LogCutOff(InvalidArgument):
    zh = "日志 {path} 不完整或已损坏：压缩内容提前结束"
    en = "The log {path} is damaged or not whole: its compressed content ends too early"


class LogNotXml(InvalidArgument):
    zh = "日志 {path} 第 {line} 行不是有效的 XML：{why}"
    en = "The log {path} is no XML at line {line}: {why}"


class LogDeclaresEntities(InvalidArgument):
    zh = "日志 {path} 声明了实体 {name}，出于安全不予读取"
    en = "The log {path} declares the entity {name}; for safety it is not read"


class LogNotXes(InvalidArgument):
    zh = "{path} 不是 XES 日志：根元素是 {root}，应为 log"
    en = "{path} is no XES log: its root is {root} and not log"


class LogHasNoCases(InvalidArgument):
    zh = "日志 {path} 中没有任何案例（trace）"
    en = "The log {path} has no cases (traces)"


class MappingNotReadable(InvalidArgument):
    zh = "无法读取映射文件 {path}：{why}"
    en = "The mapping {path} cannot be read: {why}"


class MappingNotValid(InvalidArgument):
    zh = "映射文件 {path} 有 {count} 处问题"
    en = "The mapping {path} has {count} problems"


class AttributeMissing(InvalidArgument):
    zh = "日志第 {trace} 个案例没有属性 {attribute}"
    en = "Trace {trace} of the log has no attribute {attribute}"


class EventWithoutAttribute(InvalidArgument):
    zh = "案例 {case} 的第 {event} 个事件没有属性 {attribute}"
    en = "Event {event} of case {case} has no attribute {attribute}"


class CaseTwice(InvalidArgument):
    zh = "日志中案例 {case} 出现了两次"
    en = "The log has the case {case} twice"


class NotAnAmountOfMoney(InvalidArgument):
    zh = "案例 {case} 的金额“{given}”不是数字"
    en = "The amount {given!r} of case {case} is no number"


class UnknownActivity(InvalidArgument):
    zh = "映射文件没有说明活动“{activity}”（案例 {case}）"
    en = "The mapping does not say what the activity {activity!r} means (case {case})"


class UnknownRole(InvalidArgument):
    zh = "映射文件没有角色“{role}”（案例 {case}，活动“{activity}”）"
    en = "The mapping has no role {role!r} (case {case}, activity {activity!r})"


class NoSuchRoute(InvalidArgument):
    zh = "映射文件没有与案例 {case} 第 {round} 轮相符的路线：{steps}"
    en = "No route of the mapping fits round {round} of case {case}: {steps}"


class NoSuchEnd(InvalidArgument):
    zh = "映射文件没有说明以活动“{activity}”结束的案例处于什么状态（案例 {case}）"
    en = "The mapping does not say in which state a case is that ends with {activity!r} (case {case})"


class SheetRefused(FailedPrecondition):
    zh = "{sheet} 未被接受：{why_zh}"
    en = "{sheet} was not taken: {why_en}"


class DidNotHappen(DeadlineExceeded):
    zh = "等了 {seconds} 秒，未等到：{what}"
    en = "{what} did not happen within {seconds} seconds"


class NotARun(InvalidArgument):
    zh = "“{given}”不是回放的名称，例如 20261122-0a1b2c3d"
    en = "{given!r} is not the name of a run, such as 20261122-0a1b2c3d"
