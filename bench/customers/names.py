"""Very many customers with names as the trade has them; the same for the same seed, none of them real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from demo.words import Place, places
from kernel.credit_code import made_of
from zhupi.customer.v1 import customer_pb2 as pb

FIRST: Final = "仁和康益百同济德保国华福民安泰天地长春永盛瑞祥恒嘉惠明健金广大新万兴宏诚信恩慈寿宁松柏鹤龙凤"
THEN: Final = "和堂康生源丰民芝草本济寿春安泰瑞祥兴隆达利源林元亨通顺发昌盛荣华美佳宜居康乐福禄喜庆"
TRADES: Final = {
    "大药房有限公司": pb.CUSTOMER_KIND_PHARMACY,
    "药店": pb.CUSTOMER_KIND_PHARMACY,
    "医药有限公司": pb.CUSTOMER_KIND_PRIMARY_COMMERCIAL,
    "医药连锁有限公司": pb.CUSTOMER_KIND_CHAIN_COMMERCIAL,
    "诊所": pb.CUSTOMER_KIND_CLINIC,
    "人民医院": pb.CUSTOMER_KIND_HOSPITAL,
    "社区卫生服务中心": pb.CUSTOMER_KIND_COMMUNITY_HEALTH,
    "卫生院": pb.CUSTOMER_KIND_TOWNSHIP_HEALTH,
}


@dataclass(frozen=True, slots=True)
class Called:
    """A customer, as far as it is searched by; `n` is its place among all."""

    n: int
    name: str
    kind: pb.CustomerKind.ValueType
    place: Place
    alias: str
    credit_code: str
    phone: str


def called(count: int, seed: int = 1, first: int = 1) -> Iterator[Called]:
    """`first` is the place of the first: those of other places have other credit codes."""
    chance, everywhere = Random(f"{seed}/{first}"), places()  # noqa: S311 - no secret
    for n in range(first, first + count):
        place = chance.choice(everywhere)
        own = chance.choice(FIRST) + "".join(chance.choices(THEN, k=chance.choice((1, 1, 2, 3))))
        trade, kind = chance.choice(list(TRADES.items()))
        where = chance.choice(("", place.short, place.city, place.province + place.city))
        branch = f"（{chance.choice(FIRST)}{chance.choice(THEN)}路店）"
        name = f"{where}{own}{trade}{branch if trade == '药店' and chance.random() < 0.6 else ''}"
        yield Called(
            n,
            name,
            kind,
            place,
            f"{place.short}{own}" if chance.random() < 0.2 else "",
            made_of("91", f"{place.division}00", f"XY{n:06}"),
            f"143{chance.randrange(10**8):08}",
        )
