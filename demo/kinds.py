"""What kinds of customers an office has: what such houses are called, who works there, from whom they buy."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from demo.words import Place
from zhupi.customer.v1 import customer_pb2 as pb

Pairs = tuple[tuple[str, str], ...]

IN_TRADE: Final[Pairs] = (
    ("总经理", ""),
    ("采购经理", "采购部"),
    ("质量负责人", "质量管理部"),
    ("财务经理", "财务部"),
)
IN_SHOPS: Final[Pairs] = (("店长", ""), ("采购", ""), ("执业药师", ""))
IN_HOSPITALS: Final[Pairs] = (
    ("院长", ""),
    ("药剂科主任", "药剂科"),
    ("采购", "采购办"),
    ("科主任", "心内科"),
)
IN_CLINICS: Final[Pairs] = (("负责人", ""), ("医师", "全科"))
WARDS: Final = ("药剂科", "心内科", "消化内科", "呼吸内科", "儿科", "妇产科", "骨科", "急诊科")
PRIMARY, SECONDARY, CHAIN = (
    pb.CUSTOMER_KIND_PRIMARY_COMMERCIAL,
    pb.CUSTOMER_KIND_SECONDARY_COMMERCIAL,
    pb.CUSTOMER_KIND_CHAIN_COMMERCIAL,
)
SELLERS: Final = (PRIMARY, SECONDARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """A kind of customer. `called` has places for city, county, brand, house, road and person; `direct` is how likely it buys from us.

    `registered_as` are the first two characters of its credit code, empty: it has none; `size` of a business, from 1.
    """

    kind: pb.CustomerKind.ValueType
    called: str
    short: str
    direct: float
    weight: int
    people: Pairs
    registered_as: str = "91"
    buys_from: tuple[pb.CustomerKind.ValueType, ...] = SELLERS
    business: str = ""
    size: int = 1
    wards: tuple[str, ...] = ()
    is_medical: bool = False

    @property
    def is_commercial(self) -> bool:
        return bool(self.business)

    @property
    def is_called_by_brand(self) -> bool:
        return not (self.is_branch or "{person}" in self.called)

    @property
    def is_branch(self) -> bool:
        return "{house}" in self.called

    def name(self, place: Place, county: str, brand: str, house: str, road: str, person: str) -> str:
        house = house.removesuffix("连锁有限公司") or f"{place.short}{brand}大药房"
        said = {"city": place.short, "county": county, "brand": brand, "house": house}
        return self.called.format(road=road, person=person, **said)

    def some_people(self, random: Random) -> Pairs:
        return self.people[: random.randint(1, len(self.people))]

    def some_departments(self, random: Random) -> list[str]:
        return random.sample(self.wards, random.randint(2, 5)) if self.wards else []


MAKES: Final = {
    "primary": Make(
        kind=PRIMARY,
        called="{city}{brand}医药有限公司",
        short="医药",
        direct=1,
        weight=5,
        people=IN_TRADE,
        business="医药批发",
        size=5,
    ),
    "secondary": Make(
        kind=SECONDARY,
        called="{city}{brand}药业有限公司",
        short="药业",
        direct=0.2,
        weight=7,
        people=IN_TRADE,
        business="医药批发",
        size=2,
        buys_from=(PRIMARY,),
    ),
    "chain": Make(
        kind=CHAIN,
        called="{city}{brand}大药房连锁有限公司",
        short="连锁",
        direct=1,
        weight=4,
        people=IN_TRADE,
        business="药品零售连锁",
        size=3,
    ),
    "other": Make(
        kind=pb.CUSTOMER_KIND_OTHER_COMMERCIAL,
        called="{city}{brand}医疗器械有限公司",
        short="器械",
        direct=1,
        weight=3,
        people=IN_TRADE,
        business="医疗器械经营",
    ),
    "store": Make(
        kind=pb.CUSTOMER_KIND_STORE,
        called="{house}（{road}店）",
        short="门店",
        direct=0,
        weight=16,
        people=IN_SHOPS,
        buys_from=(CHAIN,),
    ),
    "pharmacy": Make(
        kind=pb.CUSTOMER_KIND_PHARMACY,
        called="{city}{county}{brand}大药房",
        short="药房",
        direct=0.3,
        weight=26,
        people=IN_SHOPS,
    ),
    "hospital": Make(
        kind=pb.CUSTOMER_KIND_HOSPITAL,
        called="{city}{brand}医院",
        short="医院",
        direct=0.6,
        weight=12,
        people=IN_HOSPITALS,
        registered_as="52",
        wards=WARDS,
        is_medical=True,
    ),
    "community": Make(
        kind=pb.CUSTOMER_KIND_COMMUNITY_HEALTH,
        called="{county}{brand}社区卫生服务中心",
        short="社区",
        direct=0.4,
        weight=8,
        people=IN_HOSPITALS[:2],
        registered_as="12",
        is_medical=True,
    ),
    "township": Make(
        kind=pb.CUSTOMER_KIND_TOWNSHIP_HEALTH,
        called="{county}{brand}镇卫生院",
        short="卫生院",
        direct=0.1,
        weight=9,
        people=IN_HOSPITALS[:2],
        registered_as="12",
        is_medical=True,
    ),
    "clinic": Make(
        kind=pb.CUSTOMER_KIND_CLINIC,
        called="{county}{brand}诊所",
        short="诊所",
        direct=0.4,
        weight=10,
        people=IN_CLINICS,
        is_medical=True,
    ),
    "person": Make(
        kind=pb.CUSTOMER_KIND_KEY_PERSON,
        called="{person}（{city}{brand}医院）",
        short="主任",
        direct=0,
        weight=3,
        people=IN_CLINICS[:1],
        registered_as="",
    ),
}


@dataclass(frozen=True, slots=True)
class Trait:
    """What is to be made. `like`: something like the one in this place; `expiry`: in how many days a licence is to end."""

    make: Make
    state: pb.CustomerState.ValueType = pb.CUSTOMER_STATE_UNSPECIFIED
    like: int | None = None
    expiry: range | None = None


FORMAL: Final = pb.CUSTOMER_STATE_FORMAL
# What every office has, before chance decides: a chain of supply, licences about to expire and expired, two that are like others.
FIRST: Final = (
    Trait(MAKES["primary"], FORMAL),
    Trait(MAKES["secondary"]),
    Trait(MAKES["pharmacy"]),
    Trait(MAKES["hospital"], FORMAL, expiry=range(10, 56)),
    Trait(MAKES["primary"], FORMAL, expiry=range(31, 61)),
    Trait(MAKES["chain"], FORMAL, expiry=range(-12, -2)),
    Trait(MAKES["store"]),
    Trait(MAKES["store"]),
    Trait(MAKES["primary"], like=0),
    Trait(MAKES["primary"], pb.CUSTOMER_STATE_OPPORTUNITY),
    Trait(MAKES["community"]),
    Trait(MAKES["township"]),
    Trait(MAKES["other"], FORMAL, expiry=range(3, 8)),
    Trait(MAKES["clinic"]),
    Trait(MAKES["pharmacy"], like=2),
    Trait(MAKES["person"]),
)
LIKE_ANOTHER: Final = 0.02


def made(random: Random, place: int) -> Trait:
    """What stands in this place of an office's customers."""
    if place < len(FIRST):
        return FIRST[place]
    if random.random() < LIKE_ANOTHER:
        return Trait(MAKES["pharmacy"], like=random.randrange(place))
    makes = list(MAKES.values())
    return Trait(random.choices(makes, [make.weight for make in makes])[0])
