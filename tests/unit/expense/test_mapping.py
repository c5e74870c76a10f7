"""Claims go over the wire and come back as they were; what cannot be read is named."""

from __future__ import annotations

import datetime as dt
import string
from dataclasses import replace

import pytest
from google.protobuf.json_format import MessageToDict
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money as MoneyMessage
from hypothesis import given
from hypothesis import strategies as st

from chassis.cases.messages import case_requested, snapshot_of
from chassis.rpc.values import NameMalformed
from kernel.errors import InvalidArgument
from kernel.money import Money
from services.expense import messages
from services.expense.budget_mapping import (
    budget_to_message,
    key_from_name,
    limits_from_message,
    limits_to_message,
    movement_to_message,
)
from services.expense.domain.budget import Budget, BudgetKey, MovementKind
from services.expense.domain.claim import Claim
from services.expense.domain.invoice import Invoice
from services.expense.domain.life import ClaimState
from services.expense.domain.limits import Catalogue
from services.expense.domain.lines import ClaimLine, Cut
from services.expense.domain.months import Month
from services.expense.mapping import (
    STATES_BACK,
    claim_to_message,
    line_to_message,
    lines_from_messages,
)
from services.expense.use_cases.budgets import BudgetView
from services.expense.use_cases.ports import Booked, Note
from tests.builders.expense import MEETING, TRAVEL, a_budget, a_claim, a_limit, a_line, an_invoice, yuan
from zhupi.expense.v1 import budget_pb2, claim_pb2

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
days = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))
moments = st.datetimes(
    dt.datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    dt.datetime(2030, 1, 1),  # noqa: DTZ001 - likewise
    timezones=st.just(dt.UTC),
)
amounts = st.integers(1, 10**13).map(Money.from_minor)
digits = st.text(string.digits, min_size=8, max_size=20)
invoices = st.builds(Invoice, words, digits, digits, days, amounts)
lines = st.builds(
    ClaimLine,
    id=st.integers(1, 99).map(str),
    expense_type=words,
    date=days,
    amount=amounts,
    tax=st.none() | amounts,
    description=words,
    city=words,
    invoice=st.none() | invoices,
    customer=words,
    activity=words,
    activity_line=words,
)
claims = st.builds(
    Claim,
    number=st.integers(1, 999_999).map(lambda n: f"EC-2026-{n:06}"),
    claimant=words,
    organisation=words,
    title=words,
    lines=st.lists(lines, max_size=4).map(tuple),
    attachments=st.lists(words, max_size=3).map(tuple),
    cost_centre=words,
    state=st.sampled_from(ClaimState),
    version=st.integers(0, 99),
    revision=st.integers(1, 99),
    reason=words,
    payment=words,
    create_time=moments,
    update_time=moments,
    submit_time=st.none() | moments,
    pay_time=st.none() | moments,
)


@given(st.lists(lines, max_size=4))
def test_lines_come_back_as_they_were(sent: list[ClaimLine]) -> None:
    wire = [claim_pb2.ClaimLine.FromString(line_to_message(line).SerializeToString()) for line in sent]
    assert lines_from_messages(wire) == tuple(sent)


@given(claims)
def test_a_claim_s_message_says_what_the_claim_says(claim: Claim) -> None:
    said = claim_pb2.Claim.FromString(claim_to_message(claim).SerializeToString())
    assert (said.name, said.etag, said.version) == (claim.name, claim.etag, claim.version)
    assert (said.claimant, said.organisation) == (
        f"people/{claim.claimant}",
        f"organisations/{claim.organisation}",
    )
    assert STATES_BACK[said.state] is claim.state
    assert said.cost_centre == claim.cost_centre
    assert lines_from_messages(said.lines) == claim.lines
    assert said.HasField("submit_time") == (claim.submit_time is not None)
    assert said.HasField("pay_time") == (claim.pay_time is not None)


@given(claims)
def test_a_snapshot_is_the_claim_s_json(claim: Claim) -> None:
    assert MessageToDict(snapshot_of(claim_to_message(claim))) == MessageToDict(claim_to_message(claim))


def test_a_cut_is_shown_and_never_taken_over() -> None:
    line = replace(a_line(id="1"), cut=Cut(yuan(5), "超标", "wangfang"))
    message = line_to_message(line)
    assert (message.cut.amount.units, message.cut.by) == (5, "people/wangfang")
    assert lines_from_messages([message]) == (replace(line, cut=None),)


def test_every_line_that_cannot_be_read_is_named() -> None:
    good = line_to_message(a_line(invoice=an_invoice()))
    fine, undated = claim_pb2.ClaimLine(), claim_pb2.ClaimLine()
    fine.CopyFrom(good)
    fine.amount.CopyFrom(MoneyMessage(currency_code="CNY", units=1, nanos=1_000_000))
    undated.CopyFrom(good)
    undated.invoice.date.CopyFrom(Date(year=2026, month=2, day=30))
    with pytest.raises(InvalidArgument) as caught:
        lines_from_messages([good, fine, undated])
    assert [(v.field, v.rule) for v in caught.value.violations] == [
        ("lines[1].amount", "AMOUNT_TOO_FINE"),
        ("lines[2].invoice.date", "DATE_MALFORMED"),
    ]


def test_every_state_and_kind_has_its_number() -> None:
    assert len(STATES_BACK) == len(ClaimState) == len(claim_pb2.Claim.State.keys()) - 1
    for kind in MovementKind:
        booked = Booked(a_budget().movement_to(a_budget(1), kind), Note(a_claim().create_time, "people/x"))
        name = budget_pb2.BudgetMovement.Kind.Name(movement_to_message(booked).kind)
        assert name == f"KIND_{kind.name}"


@given(st.builds(BudgetKey, digits, st.builds(Month, st.integers(2020, 2099), st.integers(1, 12)), digits))
def test_a_budget_is_found_by_its_name(key: BudgetKey) -> None:
    assert key_from_name(budget_to_message(BudgetView(Budget.empty(key), False)).name) == key


@pytest.mark.parametrize(
    "name",
    ["budgets/", "budgets/henan", "budgets/henan/2026-13/x", "budgets//2026-11/x", "budgets/a/2026-11/x/y"],
)
def test_what_is_no_budget_s_name_is_refused(name: str) -> None:
    with pytest.raises(NameMalformed):
        key_from_name(name)


def test_limits_come_back_as_they_were() -> None:
    catalogue = Catalogue.of((TRAVEL, MEETING), (a_limit(300, "M3", "上海"), a_limit(100)))
    answer = limits_to_message(catalogue)
    request = budget_pb2.ReplaceLimitsRequest(expense_types=answer.expense_types, limits=answer.limits)
    read = limits_from_message(request)
    assert Catalogue.of(read.types, read.limits) == catalogue


def test_the_largest_claim_there_can_be_fits_into_a_message_of_the_bus() -> None:
    """Of 1 MiB, with room for headers: else its submission would be parked and its case never start."""
    widest = "\U00020bb7"  # four bytes in UTF-8
    invoices = (an_invoice("999999999.99", seller=widest * 200, code="1" * 12) for _ in range(200))
    lines = tuple(
        a_line(
            "999999999.99",
            expense_type="x" * 50,
            tax=yuan("1.01"),
            description=widest * 500,
            city=widest * 50,
            invoice=invoice,
            customer=widest * 100,
            activity=widest * 100,
            activity_line="activities/AC-2026-000123/lines/" + "9" * 40,
        )
        for invoice in invoices
    )
    claim = a_claim(*lines, title=widest * 200, attachments=tuple(f"attachments/{n:080}" for n in range(50)))
    asked = case_requested(messages.submission(claim, "S1"), "policies/expense-claim/versions/1")
    assert asked.ByteSize() < 1_000_000
