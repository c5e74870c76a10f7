"""Lists of words that customers are made of; each file says what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Place:
    """A city in which an office has customers, and some of its counties. `division` has four digits."""

    office: str
    province: str
    city: str
    division: str
    counties: tuple[str, ...]

    @property
    def short(self) -> str:
        """As names of houses have it: 郑州."""
        for end in ("白族自治州", "地区", "市"):
            if self.city.endswith(end):
                return self.city.removesuffix(end)
        return self.city


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    return tuple(
        Place(office, province, city, division, tuple(counties))
        for office, province, city, division, *counties in _lines("places")
    )


@lru_cache(maxsize=1)
def brands() -> tuple[str, ...]:
    """What only one house in a city is called: two characters."""
    first, then = _lines("brands")
    return tuple(one + other for one in first for other in then)


@lru_cache(maxsize=1)
def sounding() -> dict[str, str]:
    """Another character with the same sound, for the first one of a brand."""
    (pairs,) = _lines("sounding")
    return dict(pair.split(":") for pair in pairs)


def _lines(name: str) -> list[list[str]]:
    text = (FOLDER / f"{name}.txt").read_text("utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]
