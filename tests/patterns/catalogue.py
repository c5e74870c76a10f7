"""The 43 workflow resource patterns of Russell, ter Hofstede, Edmond and van der Aalst (workflowpatterns.com), in our words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Pattern:
    number: int
    name: str
    zh: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Family:
    """`about` says what its patterns have in common."""

    name: str
    zh: str
    about: str
    patterns: tuple[Pattern, ...]


FAMILIES: Final = (
    Family(
        "Creation",
        "创建",
        "What a process says beforehand about who may do a piece of work.",
        (
            Pattern(1, "Direct distribution", "指定到人", "The process names the very person."),
            Pattern(
                2, "Role-based distribution", "按岗位", "The process names a role; whoever has it may do it."
            ),
            Pattern(3, "Deferred distribution", "延迟指定", "Who does it is known only while the case runs."),
            Pattern(
                4,
                "Authorisation",
                "授权",
                "What people may do with the work, beyond doing it, is said beforehand.",
            ),
            Pattern(
                5,
                "Separation of duties",
                "职责分离",
                "Two pieces of work of a case are done by different people.",
            ),
            Pattern(6, "Case handling", "专人跟办", "All work of a case goes to the same person."),
            Pattern(
                7,
                "Retain familiar",
                "熟手续办",
                "Whoever did one piece of work of a case does a later one, too.",
            ),
            Pattern(
                8, "Capability-based distribution", "按能力", "People are found by what they are able to do."
            ),
            Pattern(
                9, "History-based distribution", "按经历", "People are found by what they have done before."
            ),
            Pattern(
                10,
                "Organisational distribution",
                "按组织关系",
                "People are found by their place in the organisation.",
            ),
            Pattern(11, "Automatic execution", "自动处理", "Work is done without anybody."),
        ),
    ),
    Family(
        "Push",
        "推送",
        "How the system brings work to people.",
        (
            Pattern(
                12,
                "Distribution by offer, one person",
                "推荐给一人",
                "It is offered to one person, who is not bound to it.",
            ),
            Pattern(
                13,
                "Distribution by offer, several people",
                "推荐给多人",
                "It is offered to several, of whom one takes it.",
            ),
            Pattern(
                14,
                "Distribution by allocation, one person",
                "直接派给一人",
                "It is put into one person's list, who has to do it.",
            ),
            Pattern(15, "Random allocation", "随机分派", "One of those who may is chosen by chance."),
            Pattern(16, "Round-robin allocation", "轮流分派", "Those who may take turns."),
            Pattern(17, "Shortest queue", "最少待办", "Who has the least to do gets it."),
            Pattern(18, "Early distribution", "提前告知", "People see the work before it can begin."),
            Pattern(
                19, "Distribution on enablement", "就绪即派", "People see the work as soon as it can begin."
            ),
            Pattern(
                20,
                "Late distribution",
                "延后分派",
                "People see the work only some time after it could begin.",
            ),
        ),
    ),
    Family(
        "Pull",
        "领取",
        "How people take work.",
        (
            Pattern(
                21,
                "Resource-initiated allocation",
                "先领后办",
                "Somebody binds themselves to offered work, to do it later.",
            ),
            Pattern(
                22,
                "Resource-initiated execution, allocated work",
                "开始已派的待办",
                "Somebody begins what lies in their own list.",
            ),
            Pattern(
                23,
                "Resource-initiated execution, offered work",
                "直接办理候选待办",
                "Somebody takes offered work and begins it in one act.",
            ),
            Pattern(
                24,
                "System-determined work queue content",
                "系统决定待办顺序",
                "The system says what a list holds and in which order.",
            ),
            Pattern(
                25,
                "Resource-determined work queue content",
                "本人决定待办内容",
                "People sort and filter their own lists.",
            ),
            Pattern(
                26, "Selection autonomy", "自选先后", "People choose freely what of their list they do next."
            ),
        ),
    ),
    Family(
        "Detour",
        "变通",
        "How work leaves the way it was meant to go.",
        (
            Pattern(27, "Delegation", "委派", "Somebody has another do what was theirs."),
            Pattern(28, "Escalation", "升级", "The system gives work that is stuck to somebody else."),
            Pattern(
                29, "Deallocation", "退回候选池", "Somebody gives back what they took, for others to take."
            ),
            Pattern(
                30,
                "Stateful reallocation",
                "带进度转办",
                "Work goes to another person, who goes on from where it stands.",
            ),
            Pattern(
                31, "Stateless reallocation", "重新转办", "Work goes to another person, who begins afresh."
            ),
            Pattern(
                32,
                "Suspension and resumption",
                "暂停与恢复",
                "Somebody lays work aside and takes it up again.",
            ),
            Pattern(33, "Skip", "跳过", "Somebody passes over a piece of work, and the case goes on."),
            Pattern(34, "Redo", "重办", "Somebody does again what was done before."),
            Pattern(35, "Pre-do", "预先办理", "Somebody does work before its turn has come."),
        ),
    ),
    Family(
        "Auto-start",
        "自动开始",
        "Work that begins without an act of its own.",
        (
            Pattern(36, "Commencement on creation", "生成即开始", "Work has begun as soon as it is there."),
            Pattern(
                37, "Commencement on allocation", "派到即开始", "Work begins as soon as it is somebody's."
            ),
            Pattern(
                38,
                "Piled execution",
                "同类连办",
                "Who has done one piece of work is given the next of the same kind at once.",
            ),
            Pattern(
                39,
                "Chained execution",
                "同案连办",
                "Who has done one piece of work is given the next of the same case at once.",
            ),
        ),
    ),
    Family(
        "Visibility",
        "可见",
        "Who sees what lies where.",
        (
            Pattern(
                40,
                "Configurable visibility of unallocated work",
                "未派待办的可见范围",
                "Who sees work that nobody has yet can be set.",
            ),
            Pattern(
                41,
                "Configurable visibility of allocated work",
                "已派待办的可见范围",
                "Who sees whose work it is can be set.",
            ),
        ),
    ),
    Family(
        "Multiple",
        "多人多件",
        "More than one person, more than one piece of work.",
        (
            Pattern(
                42,
                "Simultaneous execution",
                "同时办理多件",
                "Somebody has several pieces of work under way at once.",
            ),
            Pattern(
                43, "Additional resources", "增加人手", "Somebody has others join in their piece of work."
            ),
        ),
    ),
)
PATTERNS: Final = {pattern.number: pattern for family in FAMILIES for pattern in family.patterns}
