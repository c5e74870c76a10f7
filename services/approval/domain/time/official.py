"""Years as the State Council has announced them, with 调休: from the library, for as long as it has heard of them."""

from __future__ import annotations

from functools import lru_cache

from holidays import country_holidays
from holidays.countries.china import ChinaStaticHolidays

from services.approval.domain.time.year import Year, days_of, is_weekday


@lru_cache(maxsize=64)
def official_year(year: int) -> Year | None:
    """None for a year whose announcement the library does not know: what it would say of it is a guess."""
    if year not in ChinaStaticHolidays.special_public_holidays:
        return None
    # The announcement of a year may move days of the December before.
    china = country_holidays("CN", years=(year, year + 1))
    working = {day: china.is_working_day(day) for day in days_of(year)}
    return Year(
        year,
        off=frozenset(day for day, works in working.items() if not works and is_weekday(day)),
        worked=frozenset(day for day, works in working.items() if works and not is_weekday(day)),
    )
