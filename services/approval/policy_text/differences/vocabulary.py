"""What the keys and choices of a policy are called where people read of them. What is not here is quoted as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kernel.text import Text

KEYS: Final[Mapping[str, Text]] = {
    key: Text(zh, en)
    for key, zh, en in (
        ("title", "名称", "title"),
        ("type", "类型", "type"),
        ("default", "默认值", "default"),
        ("approvers", "审批人", "approvers"),
        ("mode", "方式", "mode"),
        ("pass", "通过票数", "votes to pass"),
        ("reject", "拒绝票数", "votes to reject"),
        ("wait", "等所有人表态", "everyone is heard"),
        ("per", "计票单位", "say per"),
        ("weight", "票数", "weight"),
        ("when", "条件", "condition"),
        ("after", "前置步骤", "steps before"),
        ("on_empty", "无人审批时", "where nobody could decide"),
        ("requester_is_approver", "申请人即审批人时", "where the requester would decide"),
        ("repeated_approver", "审批人重复时", "where somebody is asked again"),
        ("may_be_empty", "可以无人审批", "may be empty"),
        ("choose", "人选方式", "choice among several"),
        ("person", "人员", "person"),
        ("post", "岗位", "post"),
        ("in", "范围", "in"),
        ("organisation", "部门", "organisation"),
        ("levels_up", "向上级数", "levels up"),
        ("manager", "第几级上级", "manager of level"),
        ("managers_up_to", "逐级上级，至第几级", "managers up to level"),
        ("field", "表单字段", "field"),
        ("capability", "资质", "capability"),
        ("authority", "审批权限", "authority"),
        ("authorities", "权限表", "authorities"),
        ("separation", "职责分离", "separation of duties"),
        ("chosen_by", "由谁选定", "chosen by"),
        ("deciders_of", "某步骤的决定人", "deciders of"),
        ("except", "排除", "except"),
        ("fallback", "后备", "fallback"),
        ("administrators", "流程管理员", "administrators"),
        ("skippable", "可以弃权", "may be skipped"),
        ("offer", "一人也需领取", "offered to one, too"),
        ("undo", "可反悔的时间", "window for taking back"),
        ("begins", "开始方式", "begins"),
        ("urge", "催办间隔", "urging interval"),
        ("ahead", "可以预先办理", "may be decided ahead of time"),
        ("returns", "退回之后", "after a return"),
        ("redo", "可以重审", "may be decided again"),
        ("automatic", "自动处理", "automatic"),
        ("announce", "告知时间", "announced"),
        ("deadline", "时限", "deadline"),
        ("within", "期限", "within"),
        ("remind", "提醒", "reminders"),
        ("escalate", "升级", "escalation"),
        ("on_overdue", "逾期时", "when overdue"),
        ("visible", "可见范围", "visibility"),
        ("withhold", "不允许的操作", "acts withheld"),
        ("unallocated", "尚未领取的", "of what nobody has"),
        ("allocated", "已在某人手中的", "of what somebody has"),
        ("cc", "抄送", "copies to"),
        ("people", "人员", "people"),
        ("order", "顺序", "order"),
        ("one_hand", "由同一人处理", "in one hand"),
    )
}
CHOICES: Final[Mapping[tuple[str, str], Text]] = {
    (key, choice): Text(zh, en)
    for key, choice, zh, en in (
        ("mode", "single", "单签", "one decides"),
        ("mode", "all", "会签", "all must approve"),
        ("mode", "any", "或签", "the first decides"),
        ("mode", "vote", "票签", "a vote"),
        ("mode", "sequential", "顺签", "one after another"),
        ("pass", "majority", "过半数", "the majority"),
        ("reject", "majority", "过半数", "the majority"),
        ("on_empty", "refuse", "不予受理", "it is refused"),
        ("on_empty", "skip", "跳过", "it is skipped"),
        ("on_empty", "administrator", "由流程管理员审批", "administrators decide"),
        ("requester_is_approver", "forbid", "视为无人审批", "as if there were nobody"),
        ("requester_is_approver", "skip", "跳过", "it is skipped"),
        ("requester_is_approver", "next_up", "由其上级审批", "the next one up decides"),
        ("repeated_approver", "keep_all", "每次都审批", "they decide each time"),
        ("repeated_approver", "keep_first", "只审批第一次", "they decide the first time only"),
        ("repeated_approver", "keep_last", "只审批最后一次", "they decide the last time only"),
        ("repeated_approver", "adjacent", "相邻步骤只审批一次", "they decide once where steps are adjacent"),
        ("choose", "pool", "谁先领取谁处理", "whoever takes it first"),
        ("choose", "least_loaded", "待办最少者", "who has the least to do"),
        ("choose", "round_robin", "轮流", "in turn"),
        ("choose", "random", "随机", "by chance"),
        ("choose", "most_experienced", "经验最多者", "who has the most experience"),
        ("choose", "familiar", "此前处理过的人", "who knows the case"),
        ("per", "person", "每人一票", "person"),
        ("per", "source", "每组一票", "group"),
        ("in", "anywhere", "任何部门", "anywhere"),
        ("in", "requester_organisation", "申请人所在部门", "the requester's organisation"),
        ("in", "nearest", "向上最近的部门", "the nearest organisation upwards"),
        ("announce", "in_turn", "轮到时", "in turn"),
        ("announce", "early", "规划后即可见", "as soon as it is planned"),
        ("automatic", "approve", "通过", "approved"),
        ("automatic", "reject", "拒绝", "rejected"),
        ("automatic", "notify", "知会", "told"),
        ("when", "opened", "开始时", "when it begins"),
        ("when", "approved", "通过时", "when it is approved"),
        ("when", "ended", "结束时", "when it ends"),
    )
}
FLAGS: Final[Mapping[str, Text]] = {"true": Text("是", "yes"), "false": Text("否", "no")}
# What holds where a key is left out, so that writing it down is no change.
USUAL: Final[Mapping[str, str]] = {
    "mode": "single",
    "choose": "pool",
    "per": "person",
    "wait": "false",
    "on_empty": "refuse",
    "requester_is_approver": "forbid",
    "repeated_approver": "keep_all",
    "may_be_empty": "false",
    "skippable": "false",
    "ahead": "false",
    "announce": "in_turn",
    "offer": "false",
    "redo": "false",
    "weight": "1",
    "in": "anywhere",
}


def key_text(key: str) -> Text:
    return KEYS.get(key) or Text(key, key)
