"""What is kept of a customer comes back from messages and from rows as it was."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.money import Money
from services.customer.configuration_mapping import configuration_from_message, configuration_to_message
from services.customer.domain.file import (
    Address,
    Commercial,
    Department,
    File,
    KeyPerson,
    ProductOnSale,
    Relation,
)
from services.customer.domain.kinds import Kind, Trade
from services.customer.file_mapping import file_from_message, file_to_message
from services.customer.store.customer_rows import customer_columns, customer_of
from services.customer.store.delivered import delivered
from tests.builders.customers import a_customer

texts = st.text("abc甲乙丙1 ", max_size=8)
counts = st.integers(0, 100)
amounts = st.none() | st.builds(
    Money.from_minor, st.integers(-(10**9), 10**9), st.sampled_from(["CNY", "JPY"])
)
commercial = st.builds(
    Commercial,
    business=texts,
    handles_medicines=st.booleans(),
    warehouse_address=texts,
    warehouse_area=counts,
    yearly_sales=amounts,
    yearly_sales_of_ours=amounts,
    profit_and_tax=amounts,
    staff=counts,
    sales_staff=counts,
    transfer_share=counts,
    b_share=counts,
    hospital_share=counts,
)


def some(kind: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(kind, max_size=2).map(tuple)


files = st.builds(
    File,
    name=texts,
    kind=st.sampled_from(Kind),
    trade=st.sampled_from(Trade),
    credit_code=texts,
    responsible_person=texts,
    responsible_phone=texts,
    phone=texts,
    web_site=texts,
    fax=texts,
    address=st.builds(Address, texts, texts, texts, texts),
    commercial=st.none() | commercial,
    people=some(st.builds(KeyPerson, id=texts, name=texts, position=texts, department=texts, phone=texts)),
    departments=some(st.builds(Department, texts, texts, texts)),
    relations=some(st.builds(Relation, st.sampled_from(["C000002", "C000003"]), texts)),
    products=some(st.builds(ProductOnSale, texts, texts)),
)


@settings(max_examples=50)
@given(files)
def test_a_file_comes_back_from_its_message_and_from_its_row(file: File) -> None:
    assert file_from_message(file_to_message(file)) == file
    customer = a_customer(file=file)
    row = customer_columns(customer) | {"number": customer.number, "created_at": customer.create_time}
    kept = {name: getattr(value, "obj", value) for name, value in row.items()}
    assert customer_of(SimpleNamespace(**kept)) == customer


def test_a_configuration_comes_back_from_its_message() -> None:
    assert configuration_from_message(configuration_to_message(delivered())) == delivered()
