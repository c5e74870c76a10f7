"""Files of customers as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.type.money_pb2 import Money

from cli.customer_view import customer_name
from cli.refusals import NotACustomer, NotAFile, NotAnAmount, UnknownWord
from cli.written import changed, read_into, word, words
from zhupi.customer.v1 import configuration_pb2
from zhupi.customer.v1 import customer_pb2 as pb


def test_fields_are_set_by_their_names_and_an_empty_value_clears() -> None:
    file = pb.CustomerFile(display_name="康源", phone="1", people=[pb.KeyPerson(display_name="张主任")])
    after = changed(
        file,
        ["phone=", "address.city=郑州市", "kind=primary-commercial", "commercial.yearly_sales=1,280.50", "commercial.staff=12",
         "commercial.handles_medicines=是"],
    )  # fmt: skip
    assert after.phone == ""
    assert after.address.city == "郑州市"
    assert after.kind == pb.CUSTOMER_KIND_PRIMARY_COMMERCIAL
    assert after.commercial.yearly_sales == Money(currency_code="CNY", units=1280, nanos=500_000_000)
    assert (after.commercial.staff, after.commercial.handles_medicines) == (12, True)
    assert after.people == file.people
    assert file.phone == "1"


@pytest.mark.parametrize(
    ("setting", "refusal"),
    [
        ("fon=1", UnknownWord),
        ("address=郑州", UnknownWord),
        ("people.phone=1", UnknownWord),
        ("kind=shop", UnknownWord),
        ("commercial.staff=many", UnknownWord),
        ("commercial.yearly_sales=much", NotAnAmount),
    ],
)
def test_what_is_no_field_or_no_value_is_refused(setting: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        changed(pb.CustomerFile(), [setting])


def test_a_file_replaces_the_lists_that_it_has(tmp_path: Path) -> None:
    written = tmp_path / "customer.yaml"
    written.write_text("phone: 0371-1234567\npeople: [{display_name: 王芳, phone: '138'}]\n", "utf-8")
    seen = pb.CustomerFile(
        display_name="康源",
        people=[pb.KeyPerson(display_name="张主任")],
        departments=[pb.Department(display_name="药剂科")],
    )
    after = read_into(seen, written)
    assert (after.display_name, after.phone) == ("康源", "0371-1234567")
    assert [person.display_name for person in after.people] == ["王芳"]
    assert len(after.departments) == 1
    written.write_text("people: 王芳", "utf-8")
    with pytest.raises(NotAFile):
        read_into(pb.CustomerFile(), written)
    with pytest.raises(NotAFile):
        read_into(pb.CustomerFile(), tmp_path / "nowhere.yaml")


def test_settings_are_read_in_the_same_way(tmp_path: Path) -> None:
    written = tmp_path / "settings.yaml"
    written.write_text(
        "levels: [{key: S, label: {zh: 战略, en: Strategic}}]\nwatch_days: [90, 30]\n"
        "licence_rules: [{kind: clinic, licence_types: [business]}]\n",
        "utf-8",
    )
    found = read_into(configuration_pb2.CustomerConfiguration(watch_days=[60]), written)
    assert (found.levels[0].label.zh, list(found.watch_days)) == ("战略", [90, 30])
    assert found.licence_rules[0].kind == pb.CUSTOMER_KIND_CLINIC


def test_kinds_are_typed_as_words() -> None:
    assert word(pb.CustomerTrade.DESCRIPTOR, "indirect", "--trade") == pb.CUSTOMER_TRADE_INDIRECT
    assert word(pb.CustomerTrade.DESCRIPTOR, "", "--trade") == 0
    assert "other-commercial" in words(pb.CustomerKind.DESCRIPTOR)


def test_a_customer_is_named_by_its_number() -> None:
    for given in ("C000123", "c123", "customers/C000123", "123"):
        assert customer_name(given) == "customers/C000123"
    for given in ("EC-2026-000001", "", "C", "C" + "9" * 13):
        with pytest.raises(NotACustomer):
            customer_name(given)
