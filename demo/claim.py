"""The claim that the story is about: a trip to Xi'an with a ward meeting."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from cli.claim_lines import typed_line
from kernel.text import Text
from zhupi.expense.v1.claim_pb2 import ClaimLine

TITLE: Final = Text("西安出差及科室会", "Trip to Xi'an with a ward meeting")
LINES: Final = (
    "travel today 478.00 西安 郑州往返西安高铁 seller=中国铁路郑州局集团有限公司",
    "hotel today 380.00 西安 住宿一晚 seller=西安城南酒店有限公司 tax=21.51",
    "meeting today 5200.00 西安 科室会场地与茶歇 seller=西安会务服务有限公司 tax=294.34",
)
TRAVEL, HOTEL, MEETING = ("1", "2", "3")


def lines() -> list[ClaimLine]:
    return [invoiced(line, f"lines[{n}]") for n, line in enumerate(LINES)]


def invoiced(line: str, where: str = "") -> ClaimLine:
    """With an invoice nobody has used before: a fully digital one, with a number of 20 digits."""
    return typed_line(f"{line} number={uuid4().int % 10**20:020d}", where)
