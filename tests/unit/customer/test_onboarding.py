"""Onboardings: their life against a model, what they freeze, and what differs since."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.errors import IllegalTransition, Refusal
from kernel.money import Money
from services.customer.domain.differences import differences
from services.customer.domain.kinds import Kind, Trade
from services.customer.domain.licence import Licence
from services.customer.domain.licence_rules import (
    LicenceExpired,
    LicenceMissing,
    LicenceOfWrongKind,
    must_have,
)
from services.customer.domain.life import CustomerMerged, CustomerState
from services.customer.domain.onboarding import Onboarding, Terms, must_be_able_to
from services.customer.domain.onboarding_life import (
    TRANSITIONS,
    AlreadyFormal,
    NotDirect,
    OnboardingState,
    OnboardingVerb,
)
from services.customer.onboarding_mapping import (
    onboarding_to_message,
    said_of,
    terms_from_message,
    terms_to_message,
    whole_to_message,
)
from services.customer.onboarding_messages import submission
from tests.builders.customers import NOW, a_customer, a_file
from zhupi.customer.v1 import onboarding_pb2 as pb

LATER = NOW + timedelta(hours=1)
CREDIT = Terms(Money.of(1000), 30)


def an_onboarding(**said: Any) -> Onboarding:
    return replace(Onboarding.draft("ON-2026-000001", a_customer(), "lihua", CREDIT, at=NOW), **said)


ACTS = {
    OnboardingVerb.EDIT: lambda one: one.edit(Terms(), at=LATER),
    OnboardingVerb.DELETE: lambda one: one.delete(at=LATER),
    OnboardingVerb.SUBMIT: lambda one: one.submit(a_customer(), {}, at=LATER),
    OnboardingVerb.APPROVE: lambda one: one.approve(at=LATER),
    OnboardingVerb.RETURN: lambda one: one.give_back("x", at=LATER),
    OnboardingVerb.REJECT: lambda one: one.reject("x", at=LATER),
    OnboardingVerb.WITHDRAW: lambda one: one.withdraw("x", at=LATER),
    OnboardingVerb.REGISTER: lambda one: one.register("K-000001", LATER, at=LATER),
    OnboardingVerb.REFUSE_REGISTRATION: lambda one: one.refuse_registration("x", at=LATER),
    OnboardingVerb.REOPEN: lambda one: one.reopen(a_customer(), "x", at=LATER),
}


@pytest.mark.parametrize("state", OnboardingState)
@pytest.mark.parametrize("verb", OnboardingVerb)
def test_every_verb_leads_where_the_table_says_or_nowhere(
    state: OnboardingState, verb: OnboardingVerb
) -> None:
    before = an_onboarding(state=state, edited=False)
    target = TRANSITIONS.get((state, verb))
    if target is None:
        with pytest.raises(IllegalTransition):
            ACTS[verb](before)
    else:
        after = ACTS[verb](before)
        assert (after.state, after.revision) == (target, before.revision + 1)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=100)
@given(st.lists(st.sampled_from(sorted(OnboardingVerb, key=lambda verb: verb.value)), max_size=30))
def test_whatever_happens_what_is_decided_on_was_submitted(verbs: list[OnboardingVerb]) -> None:
    onboarding = an_onboarding(terms=CREDIT)
    submitted = 0
    for verb in verbs:
        try:
            onboarding = ACTS[verb](onboarding)
        except Refusal:
            continue
        submitted += verb is OnboardingVerb.SUBMIT
        under_way = onboarding.state in (OnboardingState.IN_APPROVAL, OnboardingState.REGISTERING)
        ended = onboarding.state in (
            OnboardingState.FORMAL,
            OnboardingState.REJECTED,
            OnboardingState.DELETED,
        )
        assert onboarding.version == submitted
        assert not under_way or (onboarding.case_open and onboarding.frozen and not onboarding.edited)
        assert not ended or not onboarding.case_open
        assert (onboarding.erp_code != "") == (onboarding.state is OnboardingState.FORMAL)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"state": CustomerState.FORMAL, "erp_code": "K-000009"}, AlreadyFormal),
        ({"state": CustomerState.LOST}, IllegalTransition),
        ({"state": CustomerState.CLOSED}, IllegalTransition),
        ({"merged_into": "C000002"}, CustomerMerged),
        ({"file": a_file(trade=Trade.INDIRECT)}, NotDirect),
    ],
)
def test_who_cannot_become_formal_is_told_why(said: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        must_be_able_to(a_customer(**said), Terms())


def test_who_is_to_trade_directly_may_become_formal() -> None:
    indirect = a_customer(file=a_file(trade=Trade.INDIRECT), upstream="C000002")
    must_be_able_to(indirect, Terms(becomes_direct=True))
    formal = indirect.become_formal("K-000001", at=NOW)
    assert (formal.file.trade, formal.upstream) == (Trade.DIRECT, "")


TODAY = date(2026, 11, 22)


def a_licence(type_: str = "business", expiry: date | None = None, **said: Any) -> Licence:
    return Licence(customer="C000001", id="1", type=type_, number="L1", expiry=expiry, **said)


@pytest.mark.parametrize(
    ("licences", "refusal"),
    [
        ([], LicenceMissing),
        ([a_licence("medical-institution")], LicenceOfWrongKind),
        ([a_licence(expiry=date(2026, 11, 21))], LicenceExpired),
        ([a_licence(valid_from=date(2026, 11, 23))], LicenceExpired),
    ],
)
def test_a_licence_that_is_needed_must_hold_today(licences: list[Licence], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        must_have(("business",), licences, Kind.STORE, TODAY)
    must_have(("business",), [*licences, a_licence(expiry=TODAY)], Kind.STORE, TODAY)


def test_a_kind_that_needs_no_licence_has_enough() -> None:
    must_have((), [], Kind.GOVERNMENT, TODAY)


terms = st.builds(
    Terms,
    st.none() | st.integers(1, 10**9).map(Money.of),
    st.integers(0, 365),
    st.text(max_size=20),
    st.lists(st.sampled_from(["attachments/1", "attachments/2"]), unique=True).map(tuple),
    st.lists(st.sampled_from(["C000002", "C000003"]), unique=True).map(tuple),
)


@given(terms)
def test_terms_come_back_as_they_were(asked: Terms) -> None:
    wire = pb.OnboardingTerms.FromString(terms_to_message(asked).SerializeToString())
    assert terms_from_message(wire) == asked


def test_the_message_says_what_the_onboarding_says_and_what_was_frozen() -> None:
    customer = a_customer(file=a_file(phone="13812345678"))
    onboarding = an_onboarding().submit(customer, said_of(customer, [a_licence()]), at=LATER)
    whole = whole_to_message(onboarding)
    assert whole.frozen.customer.file.display_name == customer.file.name
    assert whole.frozen.customer.file.phone == "*******5678"
    assert [licence.type for licence in whole.frozen.licences] == ["business"]
    assert not onboarding_to_message(onboarding).HasField("frozen")
    assert whole.state == pb.Onboarding.STATE_IN_APPROVAL


def test_what_is_told_to_deciders_fits_into_a_message_of_the_bus() -> None:
    """Of 1 MiB, with room for headers: else its case would never start."""
    widest = "\U00020bb7"
    customer = a_customer(file=a_file(widest * 200, web_site=widest * 200), aliases=(widest * 200,) * 100)
    licences = [a_licence(scope=widest * 2000, issuer=widest * 200) for _ in range(50)]
    big = an_onboarding(terms=Terms(note=widest * 2000)).submit(
        customer, said_of(customer, licences), at=LATER
    )
    assert submission(big).shown.ByteSize() < 900_000


documents = st.recursive(
    st.integers() | st.text(max_size=5) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("xyz"), documents, max_size=3))
def test_nothing_differs_from_itself(document: dict[str, Any]) -> None:
    assert differences(document, json.loads(json.dumps(document))) == ()


def test_differences_are_told_by_their_path_and_elements_by_what_they_are() -> None:
    then = {"a": {"b": 1, "c": "x"}, "l": [{"name": "n1", "v": 1}, {"name": "n2", "v": 2}]}
    now = {"a": {"b": 2}, "l": [{"name": "n2", "v": 3}]}
    assert [(d.field, d.then, d.now) for d in differences(then, now)] == [
        ("a.b", "1", "2"),
        ("a.c", "x", ""),
        ("l[n1].name", "n1", ""),
        ("l[n1].v", "1", ""),
        ("l[n2].v", "2", "3"),
    ]
