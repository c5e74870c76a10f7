"""What a customer is and what may be written about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernel.errors import Refusal
from kernel.money import Money
from kernel.text import Text
from services.customer.domain.configuration import Choice, KeyTwice, KindTwice, UnknownLicenceType
from services.customer.domain.customer import DirectHasNoUpstream, RelatedToItself
from services.customer.domain.events import file_changed
from services.customer.domain.file import (
    Commercial,
    File,
    KeyPerson,
    ListedTwice,
    NotACommercialCustomer,
    ProductOnSale,
    Relation,
    SalesStaffAboveStaff,
    SharesAboveWhole,
    UnknownPerson,
)
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.phones import PhoneMasked, masked, unmasked
from services.customer.store.delivered import configuration_of, delivered, document_of
from tests.builders.customer_desk import LIHUA
from tests.builders.customers import NOW, a_customer, a_file


@pytest.mark.parametrize(
    ("phone", "shown"), [("13812345678", "*******5678"), ("12345", "*2345"), ("1234", "****"), ("", "")]
)
def test_a_phone_shows_its_last_four_digits(phone: str, shown: str) -> None:
    assert masked(phone) == shown
    assert unmasked(shown, phone) == phone
    assert unmasked("0371-1", phone) == "0371-1"


def test_a_mask_of_another_number_is_none() -> None:
    with pytest.raises(PhoneMasked):
        unmasked("*******0000", "13812345678")


@pytest.mark.parametrize(
    ("file", "refusal", "field"),
    [
        (a_file(kind=Kind.CLINIC, commercial=Commercial()), NotACommercialCustomer, "commercial"),
        (
            a_file(commercial=Commercial(transfer_share=50, b_share=40, hospital_share=11)),
            SharesAboveWhole,
            "commercial.hospital_share",
        ),
        (
            a_file(commercial=Commercial(staff=3, sales_staff=4)),
            SalesStaffAboveStaff,
            "commercial.sales_staff",
        ),
        (
            a_file(commercial=Commercial(yearly_sales=Money.of(-1))),
            Refusal,
            "commercial.yearly_sales",
        ),
        (a_file(products=(ProductOnSale("P", "甲"), ProductOnSale("P", "乙"))), ListedTwice, "products"),
    ],
)
def test_a_file_that_cannot_be_is_refused_at_the_field(
    file: File, refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as caught:
        file.check()
    assert [violation.field for violation in caught.value.violations] == [field]


def test_key_people_are_numbered_and_a_number_is_not_given_twice() -> None:
    first = a_customer().edit(a_file(people=(KeyPerson(name="甲"), KeyPerson(name="乙"))), at=NOW)
    assert [person.id for person in first.file.people] == ["1", "2"]
    kept = first.file.people[0]
    second = first.edit(a_file(people=(kept, KeyPerson(name="丙"))), at=NOW)
    assert [(person.id, person.name) for person in second.file.people] == [("1", "甲"), ("3", "丙")]
    with pytest.raises(UnknownPerson):
        second.edit(a_file(people=(KeyPerson(id="2", name="乙"),)), at=NOW)
    with pytest.raises(ListedTwice):
        second.edit(a_file(people=(kept, kept)), at=NOW)


def test_a_customer_that_trades_directly_has_no_upstream_and_none_is_related_to_itself() -> None:
    below = a_customer(file=a_file(trade=Trade.INDIRECT), upstream="C000002")
    with pytest.raises(DirectHasNoUpstream):
        below.edit(a_file(trade=Trade.DIRECT), at=NOW)
    with pytest.raises(RelatedToItself):
        below.edit(a_file(trade=Trade.INDIRECT, relations=(Relation(below.number, "总院"),)), at=NOW)


def test_a_timeline_never_has_a_phone_number_whole() -> None:
    before = a_customer(file=a_file(phone="13812345678"))
    after = before.edit(a_file(phone="13900005678"), at=NOW)
    event = file_changed(before, after, LIHUA)
    assert (event.before, event.after) == ({"phone": "*******5678"}, {"phone": "*******5678"})


def test_what_is_delivered_holds_and_comes_back_as_it_was() -> None:
    configuration = delivered()
    assert configuration.needed_by(Kind.CLINIC) == ("medical-institution",)
    assert configuration.needed_by(Kind.MEMBER) == ()
    assert configuration_of(document_of(configuration)) == configuration


def test_a_configuration_that_contradicts_itself_is_refused() -> None:
    again = Choice("A", Text("甲", "A"))
    for wrong, refusal in (
        (replace(delivered(), levels=(again, again)), KeyTwice),
        (replace(delivered(), licence_rules=((Kind.CLINIC, ("x",)),)), UnknownLicenceType),
        (replace(delivered(), licence_rules=((Kind.CLINIC, ()), (Kind.CLINIC, ()))), KindTwice),
    ):
        with pytest.raises(refusal):
            wrong.check()
