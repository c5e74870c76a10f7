"""The small group of `tests.builders.approval`, with a few more people, and who of them has which role."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import (
    Assignment,
    Capability,
    Directory,
    Person,
    Post,
    ReportingLine,
)
from tests.builders.approval import a_directory

SINCE: Final = dt.date(2024, 1, 1)
# Who asks in most scenarios; she works in Henan and reports to Li Hua.
REQUESTER: Final = "wangfang"
# Three of one post.
COUNSEL: Final = ("heli", "tangning", "xufei")
# Three who are asked only where it matters how much they have to do, and what they have done before.
CLERKS: Final = ("luoyi", "songjia", "fengbo")
ADMINISTRATOR: Final = "zhengnan"
FINANCE: Final = "sunli"
OPERATOR: Final = "wutao"
ROLES: Final = {
    ADMINISTRATOR: ("administrator",),
    OPERATOR: ("operator",),
    **dict.fromkeys(("sunli", "zhoumin", "wuhao"), ("finance",)),
}


def the_group() -> Directory:
    """He Li, Tang Ning and Xu Fei are counsel, Luo Yi, Song Jia and Feng Bo clerks; Ma Chao sells in Henan like Wang Fang; Wu Tao keeps the system running."""
    group = a_directory(1)
    return replace(
        group,
        people=(
            *group.people,
            Person("heli", "何丽", "hq"),
            Person("tangning", "唐宁", "hq"),
            Person("xufei", "徐飞", "hq"),
            Person("luoyi", "罗毅", "hq"),
            Person("songjia", "宋佳", "hq"),
            Person("fengbo", "冯博", "hq"),
            Person("machao", "马超", "henan"),
            Person(OPERATOR, "吴涛", "hq"),
        ),
        posts=(
            *group.posts,
            Post("counsel", Text("法务", "Counsel")),
            Post("clerk", Text("文员", "Clerk")),
            Post("system-operator", Text("系统运维", "System operator"), ("operator",)),
        ),
        assignments=(
            *group.assignments,
            *(Assignment(id, "counsel", "hq") for id in COUNSEL),
            *(Assignment(id, "clerk", "hq") for id in CLERKS),
            Assignment(OPERATOR, "system-operator", "hq"),
        ),
        capabilities=(Capability("xufei", "contract-law", "3"), Capability("heli", "contract-law", "1")),
        reporting_lines=(*group.reporting_lines, ReportingLine("machao", "lihua")),
    )
