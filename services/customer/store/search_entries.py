"""What each customer is found by: written with it, and only when that changes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from chassis.postgres.wire import Columns, Wire
from services.customer.domain.customer import Customer
from services.customer.domain.likeness import sounds
from services.customer.domain.names import place_of, taken_apart
from services.customer.domain.search_terms import search_text, terms

COLUMNS: Final = Columns(
    (
        *("customer", "search", "terms", "sounds", "place", "phones"),
        *("seen_by", "state", "kind", "merged"),
    )
)
_CHANGED: Final = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS.names if name != "customer")
# Terms hold no blanks, and are too many to be taken over one by one.
_VALUES: Final = COLUMNS.values.replace("%(terms)s", "string_to_array(%(terms)s, ' ')")
PUT: Final = f"""
INSERT INTO customer_search AS entry ({COLUMNS.columns}) VALUES ({_VALUES})
ON CONFLICT (customer) DO UPDATE SET {_CHANGED}
WHERE (entry.search, entry.place, entry.phones, entry.seen_by, entry.state, entry.kind, entry.merged)
    IS DISTINCT FROM
    (excluded.search, excluded.place, excluded.phones, excluded.seen_by, excluded.state, excluded.kind, excluded.merged)
"""  # noqa: S608 - names of columns
_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)
SHORTEST_PHONE: Final = 7


class SearchEntries:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def put(self, customer: Customer) -> None:
        entry = entry_of(customer)
        self._wire.write(PUT, entry | {"terms": " ".join(entry["terms"])})


def entry_of(customer: Customer) -> dict[str, Any]:
    file = customer.file
    names = (file.name, *customer.aliases)
    search = search_text(names, (customer.number, file.credit_code, customer.erp_code))
    place = place_of(file.address.city or file.address.province)
    people = (person.phone for person in file.people)
    return {
        "customer": customer.number,
        "search": search,
        "terms": terms(search),
        "sounds": heard_under(names, place),
        "place": place,
        "phones": phones_of((file.phone, file.responsible_phone, *people)),
        "seen_by": seen_by(customer.salesperson, (customer.organisation,)),
        "state": customer.state.value,
        "kind": file.kind.value,
        "merged": bool(customer.merged_into),
    }


def heard_under(names: Iterable[str], place: str) -> list[str]:
    """The place among the sounds: who sounds alike and lies there is found by one index."""
    names = tuple(names)
    where = place or next(filter(None, (taken_apart(name).place for name in names)), "")
    return [*sounds(names), *([at(where)] if where else [])]


def at(place: str) -> str:
    return f"@{place}"


def seen_by(person: str, organisations: Iterable[str]) -> list[str]:
    """Under what those customers are kept that a person owns, or that are of these organisations."""
    own = [f"people/{person}"] if person else []
    return own + [f"organisations/{organisation}" for organisation in sorted(organisations)]


def phones_of(written: Any) -> list[str]:
    """The digits of each: 0371-5555 1234 and 037155551234 are one phone. What is too short is no phone of anybody's."""
    digits = {"".join(_DIGITS.findall(phone)) for phone in written if phone and "*" not in phone}
    return sorted(phone for phone in digits if len(phone) >= SHORTEST_PHONE)
