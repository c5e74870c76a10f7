"""Names that no other customer has, nor one that sounds like it: where lookalikes are not what a test is about."""

from __future__ import annotations

from random import Random
from typing import Final

# No two of them sound alike: whoever is called by four of them is taken for nobody else.
SYLLABLES: Final = "安白丙蔡丹恩方葛海锦凯蓝梅宁欧庞秦冉森童万晓岩泽卓昌德峰贵衡君奎良敏能培琼荣盛腾文翔雍祖宾川东富坤林明朋全若拓伟旭余中"


def clinic(which: str) -> str:
    """The same for the same `which`."""
    return f"{''.join(Random(which).sample(SYLLABLES, 4))}诊所"
