"""Customers of the group: made of words that no house is called by, the same ones every time, none of them real.

Phone numbers begin with 142 and 143, which nobody has; organisations' own codes with XX.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from cli.values import money
from demo.group import SEED, Group, Size, offices
from demo.kinds import Make, Trait, made
from demo.licences import Papers, licences
from demo.people import somebody
from demo.words import Place, brands, places, sounding
from kernel.credit_code import made_of
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1.takeover_pb2 import KeptCustomer

State = pb.CustomerState
DIRECT, INDIRECT = pb.CUSTOMER_TRADE_DIRECT, pb.CUSTOMER_TRADE_INDIRECT
# How many an office has. Where examples and stories take place there are more of the small group's, too.
COUNT: Final = {Size.SMALL: 4, Size.WHOLE: 75}
STAGE: Final = "henan"
ON_STAGE: Final = 16
# Of a hundred direct customers, and of a hundred that buy from others.
DIRECT_STATES: Final = {
    pb.CUSTOMER_STATE_FORMAL: 62,
    pb.CUSTOMER_STATE_POTENTIAL: 14,
    pb.CUSTOMER_STATE_OPPORTUNITY: 12,
    pb.CUSTOMER_STATE_LOST: 5,
    pb.CUSTOMER_STATE_STOPPED: 4,
    pb.CUSTOMER_STATE_CLOSED: 3,
}
INDIRECT_STATES: Final = {
    pb.CUSTOMER_STATE_POTENTIAL: 55,
    pb.CUSTOMER_STATE_OPPORTUNITY: 35,
    pb.CUSTOMER_STATE_LOST: 7,
    pb.CUSTOMER_STATE_CLOSED: 3,
}
REGISTERED: Final = (pb.CUSTOMER_STATE_FORMAL, pb.CUSTOMER_STATE_STOPPED)
REASONS: Final = {
    pb.CUSTOMER_STATE_LOST: ("改由其他厂家供货", "科室停用同类产品", "负责人更换后不再联系"),
    pb.CUSTOMER_STATE_STOPPED: ("回款逾期，暂停发货", "证照变更中"),
    pb.CUSTOMER_STATE_CLOSED: ("已注销", "铺面转让"),
}
PROGRESS: Final = {
    pb.CUSTOMER_STATE_POTENTIAL: ("discovered", "first-visit"),
    pb.CUSTOMER_STATE_OPPORTUNITY: ("clear-intent", "negotiation"),
}
LEVELS: Final = {"A": 10, "B": 25, "C": 40, "D": 15, "": 10}
PRODUCTS: Final = (
    ("P-1001", "昀泠颗粒"),
    ("P-1002", "澄砚胶囊"),
    ("P-1003", "沐苒口服液"),
    ("P-2001", "煦椿片"),
    ("P-2002", "珩芷滴丸"),
    ("P-3001", "霁荇贴膏"),
)


def customers(group: Group, size: Size, today: date) -> Iterator[list[KeptCustomer]]:
    """Office by office; whom one buys from stands before it. The licences of some expire around `today`."""
    numbered = enumerate(sorted({place.office for place in places()}), start=1)
    # Where stories take place nobody should have to wait for the others.
    for number, office in sorted(numbered, key=lambda one: one[1] != STAGE):
        if any(office in of_region for of_region in offices(size).values()):
            yield Portfolio(group, office, number, today).filled(how_many(office, size))


def how_many(office: str, size: Size) -> int:
    return ON_STAGE if office == STAGE and size is Size.SMALL else COUNT[size]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What one is before it is written down."""

    make: Make
    place: Place
    county: str
    brand: str
    state: State.ValueType
    is_direct: bool


class Portfolio:
    """The customers of one office, one after the other; those of the small group are the first of the whole one's."""

    def __init__(self, group: Group, office: str, number: int, today: date) -> None:
        self._random = Random(f"{SEED}/{office}/customers")  # noqa: S311 - a group that does not exist
        self._office, self._number, self._today = office, number, today
        self._places = [place for place in places() if place.office == office]
        self._brands = iter(self._random.sample(brands(), len(brands())))
        self._reps = [
            p.login for p in group.people if (p.organisation, p.post) == (office, "medical-representative")
        ]
        self._made: list[KeptCustomer] = []
        self._chosen: list[Chosen] = []

    def filled(self, count: int) -> list[KeptCustomer]:
        for place in range(count):
            self._add(made(self._random, place))
        return self._made

    def _add(self, trait: Trait) -> None:
        chosen = self._choose(trait)
        kept = self._kept(chosen, trait)
        self._chosen.append(chosen)
        self._made.append(kept)

    def _choose(self, trait: Trait) -> Chosen:
        random = self._random
        if trait.like is not None:
            # Somebody wrote it down as they heard it, and nobody looked whether it was there.
            like = self._misheard(trait.like)
            brand = sounding()[like.brand[0]] + like.brand[1]
            state = pb.CUSTOMER_STATE_POTENTIAL
            return Chosen(like.make, like.place, like.county, brand, state, like.is_direct)
        make = trait.make
        is_direct = trait.state in REGISTERED or random.random() < make.direct
        states = DIRECT_STATES if is_direct else INDIRECT_STATES
        state = trait.state or random.choices(list(states), list(states.values()))[0]
        place = random.choice(self._places)
        return Chosen(make, place, random.choice(place.counties), next(self._brands), state, is_direct)

    def _misheard(self, first: int) -> Chosen:
        """From the given one on the first that is called by its brand, and of whom nobody was mistaken before."""
        taken = {one.brand[1] for one in self._chosen if one.brand[0] not in sounding()}
        return next(
            one
            for one in self._chosen[first:] + self._chosen[:first]
            if one.make.is_called_by_brand and one.brand[0] in sounding() and one.brand[1] not in taken
        )

    def _kept(self, chosen: Chosen, trait: Trait) -> KeptCustomer:
        random, n = self._random, len(self._made) + 1
        above = None if chosen.is_direct else self._seller(chosen.make)
        registered = chosen.is_direct and (
            chosen.state in REGISTERED or (chosen.state in REASONS and random.random() < 0.5)
        )
        kept = KeptCustomer(
            file=self._file(chosen, above, n, with_code=trait.like is None),
            salesperson=f"people/{self._reps[n % len(self._reps)]}",
            organisation=f"organisations/{self._office}",
            state=chosen.state,
            reason=random.choice(REASONS.get(chosen.state, ("",))),
            progress=random.choice(PROGRESS.get(chosen.state, ("cooperation",))),
            level=random.choices(list(LEVELS), list(LEVELS.values()))[0] if registered else "",
            erp_code=f"1{self._number:02}{n:05}" if registered else "",
            upstream=above.file.credit_code if above else "",
            aliases=[chosen.place.short + chosen.brand + chosen.make.short] if random.random() < 0.25 else [],
        )
        if trait.like is None:
            papers = Papers(kept.file.credit_code, chosen.place, f"{self._number:02}{n:04}")
            kept.licences.extend(licences(random, chosen.make, papers, self._today, registered, trait.expiry))
        return kept

    def _file(
        self, chosen: Chosen, above: KeptCustomer | None, n: int, *, with_code: bool
    ) -> pb.CustomerFile:
        random, make, place, county = self._random, chosen.make, chosen.place, chosen.county
        sold_by = above.file.display_name if above and make.is_branch else ""
        road = f"{random.choice(brands())}路"
        file = pb.CustomerFile(
            display_name=make.name(place, county, chosen.brand, sold_by, road, somebody(random)),
            kind=make.kind,
            trade=DIRECT if chosen.is_direct else INDIRECT,
            responsible_person=somebody(random),
            responsible_phone=a_phone(random),
            phone=a_phone(random) if random.random() < 0.7 else "",
            address=pb.Address(
                province=place.province,
                city=place.city,
                county=county,
                street=f"{road} {random.randint(1, 380)} 号",
            ),
            people=[self._person(position, department) for position, department in make.some_people(random)],
            departments=[
                pb.Department(display_name=name, head=somebody(random))
                for name in make.some_departments(random)
            ],
        )
        if with_code and make.registered_as:
            file.credit_code = made_of(
                make.registered_as, f"{place.division}00", f"XX{self._number:02}{n:04}"
            )
        if make.is_commercial:
            file.commercial.CopyFrom(a_business(random, make, file.address))
        for code, name in random.sample(PRODUCTS, random.randint(0, 3)):
            file.products.add(code=code, display_name=name)
        return file

    def _person(self, position: str, department: str) -> pb.KeyPerson:
        return pb.KeyPerson(
            display_name=somebody(self._random),
            position=position,
            department=department,
            phone=a_phone(self._random),
        )

    def _seller(self, make: Make) -> KeptCustomer | None:
        """Somebody of this office who sells to such a customer, if there is anybody yet."""
        sellers = [kept for kept in self._made if kept.file.kind in make.buys_from and kept.file.credit_code]
        return self._random.choice(sellers) if sellers else None


def a_phone(random: Random) -> str:
    return f"14{random.choice('23')}{random.randrange(10**8):08}"


def a_business(random: Random, make: Make, address: pb.Address) -> pb.Commercial:
    """Larger distributors sell more: millions of yuan a year."""
    sales = random.randint(3, 60) * make.size * 100_000
    staff = random.randint(8, 40) * make.size
    transfer, hospital = random.randint(10, 50), random.randint(10, 40)
    return pb.Commercial(
        business=make.business,
        handles_medicines=make.business != "医疗器械经营",
        warehouse_address=f"{address.province}{address.city}{address.county}{address.street}",
        warehouse_area=random.randint(3, 40) * 100 * make.size,
        yearly_sales=money(f"{sales}.00"),
        yearly_sales_of_ours=money(f"{sales * random.randint(1, 12) // 100}.00"),
        profit_and_tax=money(f"{sales * random.randint(1, 6) // 100}.00"),
        staff=staff,
        sales_staff=staff * random.randint(20, 60) // 100,
        transfer_share=transfer,
        b_share=100 - transfer - hospital,
        hospital_share=hospital,
    )
