"""Licences of the group's customers: some expire within 60 days, a few have expired, so that the watch has something to say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from google.type.date_pb2 import Date

from demo.kinds import Make
from demo.words import Place
from zhupi.customer.v1.licence_service_pb2 import LicenceContent

# Of a hundred licences that matter: in how many days they expire.
EXPIRED, SOON = 1.5, 5.0
VALID_YEARS: Final = 5
SCOPES: Final = {
    "business": "药品批发；药品零售；医疗器械经营",
    "medicine-trade": "中成药、化学药制剂、抗生素制剂、生化药品、生物制品（除疫苗）",
    "medical-institution": "内科；外科；妇产科；儿科；中医科",
    "gsp": "药品经营质量管理规范",
}


@dataclass(frozen=True, slots=True)
class Papers:
    """Whose licences they are. `serial` is different for each customer."""

    credit_code: str
    place: Place
    serial: str

    def number(self, type_: str) -> str:
        prefix = {"medicine-trade": "XK", "medical-institution": "PDY", "gsp": "GSP"}.get(type_)
        if prefix is None:
            return self.credit_code or f"YY{self.serial}"
        return f"{prefix}{self.place.division}{self.serial}"

    def issuer(self, type_: str) -> str:
        authority = "卫生健康委员会" if type_ == "medical-institution" else "市场监督管理局"
        return f"{self.place.city}{authority}"


def licences(
    random: Random, make: Make, papers: Papers, today: date, registered: bool, expiry: range | None
) -> Iterator[LicenceContent]:
    """Who is registered has what it needs; of the others some have a part of it. `expiry`: in how many days the one that matters ends."""
    types = ["medical-institution"] if make.is_medical else ["business", "medicine-trade", "gsp"]
    if not make.is_medical and not make.is_commercial:
        types = ["business", "medicine-trade"] if make.registered_as else []
    if make.business == "医疗器械经营":
        types = ["business"]
    if not registered:
        types = types[: random.randint(0, len(types))]
    for place, type_ in enumerate(types):
        days = _days_left(random) if registered else random.randint(90, 1700)
        # A business licence holds for ever in most places.
        ends = type_ != "business" or random.random() < 0.3
        if expiry is not None and place == min(1, len(types) - 1):
            days, ends = random.choice(expiry), True
        yield _licence(type_, papers, today + timedelta(days=days) if ends else None, today)


def _licence(type_: str, papers: Papers, ends: date | None, today: date) -> LicenceContent:
    return LicenceContent(
        type=type_,
        number=papers.number(type_),
        scope=SCOPES[type_],
        issuer=papers.issuer(type_),
        valid_from=_day((ends or today) - timedelta(days=VALID_YEARS * 365)),
        expiry=_day(ends) if ends else None,
    )


def _day(at: date) -> Date:
    return Date(year=at.year, month=at.month, day=at.day)


def _days_left(random: Random) -> int:
    chance = random.random() * 100
    if chance < EXPIRED:
        return -random.randint(1, 40)
    return random.randint(1, 60) if chance < EXPIRED + SOON else random.randint(90, 1700)
