"""The demo's customers are what they say: 3,000 of them, made up, that the customer service takes as they are."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from chassis.reading import syllables
from chassis.rpc.interceptors.validation import validate
from chassis.rpc.values import date_from_message
from demo.customers import REGISTERED, STAGE, customers, how_many
from demo.group import CLAIMANT, Size, build
from demo.words import brands, places, sounding
from kernel.credit_code import credit_code
from services.customer.domain.duplicates import Known, Sought, compared
from services.customer.domain.licence_watch import lacking
from services.customer.domain.regions import CITIES, PROVINCE_OF
from services.customer.grpc_api_takeover import _kept
from services.customer.store.delivered import delivered
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1.takeover_pb2 import KeptCustomer

TODAY = date(2026, 11, 22)


def portfolios(size: Size) -> list[list[KeptCustomer]]:
    return list(customers(build(size), size, TODAY))


@pytest.fixture(scope="module")
def everyone() -> list[KeptCustomer]:
    return [one for of_office in portfolios(Size.WHOLE) for one in of_office]


def soon(one: KeptCustomer, last: int) -> bool:
    """Whether one of its licences expires within so many days, or has."""
    ends = (date_from_message(licence.expiry) for licence in one.licences if licence.HasField("expiry"))
    return any(end <= TODAY + timedelta(days=last) for end in ends)


def test_there_are_three_thousand_of_all_kinds_and_states(everyone: list[KeptCustomer]) -> None:
    assert len(everyone) == 3000
    assert len({one.file.kind for one in everyone}) == 11
    assert {one.state for one in everyone} == set(pb.CustomerState.values()) - {0}
    assert sum(one.upstream != "" for one in everyone) > 1000
    assert sum(one.state == pb.CUSTOMER_STATE_FORMAL for one in everyone) > 500


def test_they_are_the_same_every_time_and_the_small_group_has_the_first_of_each_office() -> None:
    whole, small = portfolios(Size.WHOLE), portfolios(Size.SMALL)
    assert whole == portfolios(Size.WHOLE)
    first = {of_office[0].organisation: of_office for of_office in whole}
    for of_office in small:
        assert of_office == first[of_office[0].organisation][: len(of_office)]
    assert len(small[0]) == how_many(STAGE, Size.SMALL)


def test_the_contract_and_the_domain_take_each_of_them(everyone: list[KeptCustomer]) -> None:
    for one in everyone:
        validate(one)
        kept = _kept(one)
        kept.check()
        kept.file.check()
        assert not kept.file.credit_code or credit_code(kept.file.credit_code) == kept.file.credit_code


def test_no_two_have_one_code_and_whom_one_buys_from_stands_before_it(everyone: list[KeptCustomer]) -> None:
    for codes in ([one.file.credit_code for one in everyone], [one.erp_code for one in everyone]):
        assert max(Counter(filter(None, codes)).values()) == 1
    seen: set[str] = set()
    for one in everyone:
        assert not one.upstream or one.upstream in seen
        seen.add(one.file.credit_code)


def test_everybody_who_keeps_one_is_a_representative_of_the_office(everyone: list[KeptCustomer]) -> None:
    people = build(Size.WHOLE).by_login
    for one in everyone:
        keeper = people[one.salesperson.removeprefix("people/")]
        assert keeper.post == "medical-representative"
        assert f"organisations/{keeper.organisation}" == one.organisation
    assert any(one.salesperson == f"people/{CLAIMANT}" for one in everyone)


def test_the_watch_has_something_to_say_in_either_size(everyone: list[KeptCustomer]) -> None:
    small = [one for of_office in portfolios(Size.SMALL) for one in of_office]
    for group, expiring, over in ((everyone, 100, 40), (small, 10, 1)):
        formal = [one for one in group if one.state in REGISTERED]
        assert sum(soon(one, 60) for one in formal) >= expiring
        assert sum(soon(one, -1) for one in formal) >= over
        assert sum(soon(one, -1) for one in formal) < len(formal) / 8


def test_who_is_registered_lacks_a_licence_only_where_one_has_expired(everyone: list[KeptCustomer]) -> None:
    configuration = delivered()
    for one in everyone:
        if one.erp_code and not soon(one, -1):
            kept = _kept(one)
            assert lacking(configuration.needed_by(kept.file.kind), kept.licences, TODAY) == ()


def test_some_look_like_others_so_that_a_person_has_to_say(everyone: list[KeptCustomer]) -> None:
    everyone = everyone[:300]
    misheard = [
        one for one in everyone if any(other in one.file.display_name for other in sounding().values())
    ]
    blocked = 0
    for one in misheard:
        sought = Sought(one.file.display_name)
        others = (
            compared(sought, Known("C000001", other.file.display_name), same_phone=False)
            for other in everyone
            if other is not one and other.organisation == one.organisation
        )
        blocked += any(found is not None and found.is_blocking for found in others)
    assert blocked >= 8


def test_places_are_those_that_there_are_and_brands_those_that_there_are_not() -> None:
    for place in places():
        province = place.province[:2]
        assert any(name.startswith(province) for name in CITIES)
        assert place.city == place.province or place.short in PROVINCE_OF
        assert len(place.division) == 4
        assert place.counties
    assert len(set(brands())) == len(brands()) > how_many(STAGE, Size.WHOLE)
    assert not {brand[0] for brand in brands()} & set(sounding().values())


def test_what_is_misheard_sounds_the_same() -> None:
    assert set(sounding()) == {brand[0] for brand in brands()}
    for one, other in sounding().items():
        assert syllables(one) == syllables(other)
