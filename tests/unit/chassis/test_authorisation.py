"""Policies as files: checked when a service starts, asked on every act."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.security.authorisation import (
    Entity,
    NotPermitted,
    Policies,
    PoliciesInvalid,
    QuestionInvalid,
    Resource,
)
from kernel.actor import Actor
from kernel.errors import Code

SCHEMA = """
entity Claim = { owner: Person, organisation: String, reviewers: Set<Person> };
action EditClaim, ReviewClaim appliesTo { principal: [Person], resource: [Claim], context: Call };
action RecordPayment in [ServicesOnly] appliesTo { principal: [Person, Service], resource: [Claim], context: Call };
action VerifyTimelines in [OperatorsOnly] appliesTo { principal: [Person], resource: [Installation], context: Call };
"""
POLICIES = """
permit (principal is Person, action == Action::"EditClaim", resource is Claim) when { resource.owner == principal };
permit (principal in Role::"finance", action == Action::"ReviewClaim", resource is Claim);
forbid (principal, action == Action::"ReviewClaim", resource is Claim) when { resource.owner == principal };
"""
LIHUA = Actor(person="lihua")
CLAIM = {"owner": Entity("Person", "lihua"), "organisation": "henan", "reviewers": []}


def policies(folder: Path, schema: str = SCHEMA, text: str = POLICIES) -> Policies:
    (folder / "claims.cedarschema").write_text(schema, "utf-8")
    (folder / "claims.cedar").write_text(text, "utf-8")
    return Policies(folder)


def may(asked: Policies, actor: Actor, action: str, **changes: object) -> bool:
    return asked.allowed(actor, [(action, Resource("Claim", "EC-1", {**CLAIM, **changes}))])[0]


def test_an_owner_may_edit_and_nobody_else(tmp_path: Path) -> None:
    asked = policies(tmp_path)
    assert may(asked, LIHUA, "EditClaim")
    assert not may(asked, Actor(person="zhangwei"), "EditClaim")


def test_a_role_of_the_token_opens_what_the_policies_give_it_and_a_forbid_wins(tmp_path: Path) -> None:
    asked = policies(tmp_path)
    finance = frozenset({"finance"})
    assert may(asked, Actor(person="zhangwei", roles=finance), "ReviewClaim")
    assert not may(asked, Actor(person="zhangwei"), "ReviewClaim")
    assert not may(asked, Actor(person="lihua", roles=finance), "ReviewClaim")


def test_what_is_for_services_is_refused_to_people_whatever_their_roles(tmp_path: Path) -> None:
    asked = policies(tmp_path)
    everything = frozenset({"finance", "operator", "service"})
    assert may(asked, Actor(service="worker"), "RecordPayment")
    assert may(asked, Actor(service="worker", person="lihua"), "RecordPayment")
    assert not may(asked, Actor(person="lihua", roles=everything), "RecordPayment")


def test_operators_run_the_installation_themselves(tmp_path: Path) -> None:
    asked, operator = policies(tmp_path), frozenset({"operator"})
    asked.require(Actor(person="admin", roles=operator), "VerifyTimelines", "Installation", "")
    for actor in (LIHUA, Actor(person="admin", roles=operator, service="expense")):
        with pytest.raises(NotPermitted):
            asked.require(actor, "VerifyTimelines", "Installation", "")


def test_the_refusal_names_the_action_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(NotPermitted) as refused:
        policies(tmp_path).require(Actor(person="zhangwei"), "EditClaim", "Claim", "EC-1", **CLAIM)
    assert refused.value.code is Code.PERMISSION_DENIED
    assert refused.value.values == {"action": "EditClaim", "resource": "Claim/EC-1"}
    assert "EditClaim" in refused.value.text.zh


def test_many_questions_are_answered_in_their_order(tmp_path: Path) -> None:
    claims = [
        Resource("Claim", str(n), {**CLAIM, "owner": Entity("Person", owner)})
        for n, owner in enumerate(["lihua", "zhangwei", "lihua"])
    ]
    answers = policies(tmp_path).allowed(LIHUA, [("EditClaim", claim) for claim in claims])
    assert answers == [True, False, True]


def test_an_id_of_any_form_is_only_an_id(tmp_path: Path) -> None:
    odd = 'x"; permit(principal, action, resource); //\n'
    assert not may(policies(tmp_path), Actor(person=odd), "EditClaim")


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (SCHEMA, "permit (principal, action, resource"),
        (SCHEMA, 'permit (principal, action == Action::"Fly", resource);'),
        (
            SCHEMA,
            'permit (principal, action == Action::"EditClaim", resource) when { resource.colour == "red" };',
        ),
        (
            SCHEMA,
            'permit (principal, action == Action::"EditClaim", resource) when { resource.owner == 1 + "a" };',
        ),
        ("entity Claim = {", POLICIES),
    ],
)
def test_a_service_does_not_start_with_policies_that_do_not_fit(
    tmp_path: Path, schema: str, text: str
) -> None:
    with pytest.raises(PoliciesInvalid):
        policies(tmp_path, schema, text)


def test_a_question_that_does_not_fit_the_schema_is_a_mistake_and_no_permission(tmp_path: Path) -> None:
    asked = policies(tmp_path)
    with pytest.raises(QuestionInvalid):
        asked.require(LIHUA, "EditClaim", "Claim", "EC-1", owner=Entity("Person", "lihua"))
    with pytest.raises(QuestionInvalid):
        may(asked, LIHUA, "Fly")
    with pytest.raises(QuestionInvalid):
        may(asked, LIHUA, "EditClaim", organisation=1.5)
