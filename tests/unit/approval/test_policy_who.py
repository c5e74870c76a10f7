"""Who decides, as people write it: every kind of source, matrices and separations, and what is wrong with them."""

from __future__ import annotations

import pytest

from services.approval.domain.people.directory import Capability
from services.approval.domain.policies.authorities import Authority, AuthorityRow
from services.approval.domain.policies.policy import Choose, OnRepeat, Policy
from services.approval.domain.policies.separation import Party, Separation
from services.approval.domain.policies.sources import (
    AuthoritySource,
    CapabilitySource,
    ChosenSource,
    DecidersSource,
    FactSource,
    PersonSource,
    PostSource,
)
from services.approval.policy_text.reading import examine_policy, policy_to_publish
from tests.builders.approval import TODAY, a_directory

POLICY = """
process: purchase
title: {zh: 采购, en: Purchase}
facts:
  amount: {type: money, title: {zh: 金额, en: amount}}
  kind: {type: text, title: {zh: 类别, en: kind}, default: goods}
  requests: {type: texts, title: {zh: 申请单, en: requests}, default: []}
  keeper: {type: person, title: {zh: 保管人, en: keeper}}
  reviewers: {type: people, title: {zh: 评审人, en: reviewers}, default: []}
administrators: [{post: process-administrator}]
authorities:
  spending:
    title: {zh: 费用授权, en: spending}
    amount: amount
    type: kind
    grades: [M1, M3, M5]
    rows:
      - {up_to: 5000, level: 1}
      - {up_to: 20000.50, type: goods, organisation: central, level: 2}
      - {level: 3}
  signing:
    title: {zh: 签字, en: signing}
    capability: signing
    rows: [{level: 2}]
separation:
  asked-and-paid:
    title: {zh: 申请人不付款, en: who asked does not pay}
    related: requests
    parties: [requester, deciders]
    steps: [pay/cashier]
  two-hands:
    title: {zh: 验收与付款分离, en: receiving and paying}
    steps: [buy/receive, pay/*]
stages:
  buy:
    title: {zh: 采购, en: Buying}
    repeated_approver: adjacent
    one_hand: true
    steps:
      - {key: chain, title: {zh: 授权链, en: Chain}, approvers: [managers_up_to: {authority: spending}]}
      - {key: holder, title: {zh: 授权人, en: Holder}, approvers: [authority: signing]}
      - key: experts
        title: {zh: 专家, en: Experts}
        mode: vote
        approvers:
          - {capability: law, at_least: 2, weight: 2}
          - {capability: law, is: tax}
          - {capability: law}
          - {field: keeper}
          - chosen_by: requester
            fact: reviewers
            most: 3
            among: [{post: finance-reviewer}]
        except: [{person: wuhao}, {deciders_of: holder}]
      - key: picked
        title: {zh: 指定, en: Picked}
        approvers: [{chosen_by: holder, most: 2, among: [{post: finance-reviewer}]}]
        choose: {familiar: experts}
      - {key: receive, title: {zh: 验收, en: Receiving}, approvers: [{manager: 1}], choose: round_robin}
  pay:
    title: {zh: 付款, en: Payment}
    repeated_approver: keep_last
    steps:
      - {key: again, title: {zh: 复核, en: Again}, mode: all, approvers: [{deciders_of: buy/experts}]}
      - {key: cashier, title: {zh: 出纳, en: Cashier}, approvers: [{post: finance-reviewer}], choose: familiar}
"""
ABLE = a_directory(capabilities=(Capability("sunli", "law", "2"), Capability("wuhao", "signing", "2"))).as_of(
    TODAY
)


def the_policy(policy: str = "") -> Policy:
    return policy_to_publish(policy or POLICY, ABLE)


def test_every_way_to_say_who_is_read() -> None:
    policy = the_policy()
    chain, holder, experts, picked, receive = policy.stage("buy").steps
    assert chain.approvers == (AuthoritySource("spending", chain=True),)
    assert holder.approvers == (AuthoritySource("signing"),)
    assert experts.approvers == (
        CapabilitySource("law", at_least=2, weight=2),
        CapabilitySource("law", value="tax"),
        CapabilitySource("law"),
        FactSource("keeper"),
        FactSource("reviewers", (PostSource("finance-reviewer"),), most=3),
    )
    assert experts.excepted == (PersonSource("wuhao"), DecidersSource("holder"))
    assert picked.approvers == (ChosenSource("holder", (PostSource("finance-reviewer"),), most=2),)
    assert (picked.choose, picked.familiar) == (Choose.FAMILIAR, "experts")
    assert receive.choose is Choose.ROUND_ROBIN
    again, cashier = policy.stage("pay").steps
    assert again.approvers == (DecidersSource("buy/experts"),)
    assert (cashier.choose, cashier.familiar) == (Choose.FAMILIAR, "")
    assert [stage.repeated_approver for stage in policy.stages] == [OnRepeat.ADJACENT, OnRepeat.KEEP_LAST]
    assert [stage.one_hand for stage in policy.stages] == [True, False]


def test_matrices_and_separations_are_read() -> None:
    policy = the_policy()
    spending, signing = policy.authorities
    assert spending.rows == (
        AuthorityRow(1, up_to=500_000),
        AuthorityRow(2, up_to=2_000_050, type="goods", organisation="central"),
        AuthorityRow(3),
    )
    assert (spending.amount, spending.type, spending.grades) == ("amount", "kind", ("M1", "M3", "M5"))
    assert signing == Authority("signing", signing.title, (AuthorityRow(2),), capability="signing")
    related, two_hands = policy.separation
    assert related == Separation(
        "asked-and-paid", related.title, ("pay/cashier",), "requests", (Party.REQUESTER, Party.DECIDERS)
    )
    assert two_hands.steps == ("buy/receive", "pay/*")


def test_a_separation_of_whoever_asks_needs_no_steps() -> None:
    text = POLICY.replace("    steps: [pay/cashier]\n", "    requester: true\n")
    assert the_policy(text).separation[0].requester


BUY = "stages.buy.steps"


@pytest.mark.parametrize(
    ("old", "new", "path", "rule"),
    [
        ("{authority: spending}", "{authority: saving}", f"{BUY}[0].approvers[0].managers_up_to.authority", "UNKNOWN_AUTHORITY"),
        ("[authority: signing]", "[authority: saving]", f"{BUY}[1].approvers[0].authority", "UNKNOWN_AUTHORITY"),
        ("{capability: law}", "{capability: chess}", f"{BUY}[2].approvers[2].capability", "UNKNOWN_CAPABILITY"),
        ("{capability: law, is: tax}", "{capability: law, is: tax, at_least: 1}", f"{BUY}[2].approvers[1].is", "ONE_OF_TWO"),
        ("at_least: 2", "at_least: two", f"{BUY}[2].approvers[0].at_least", "NOT_A_NUMBER"),
        ("{field: keeper}", "{field: kepper}", f"{BUY}[2].approvers[3].field", "UNKNOWN_FACT"),
        ("{field: keeper}", "{field: kind}", f"{BUY}[2].approvers[3].field", "FACT_NAMES_NOBODY"),
        ("            fact: reviewers\n", "", f"{BUY}[2].approvers[4].fact", "REQUIRED"),
        ("fact: reviewers", "fact: nobody", f"{BUY}[2].approvers[4].fact", "UNKNOWN_FACT"),
        ("among: [{post: finance-reviewer}]\n        except", "among: [{post: no-post}]\n        except", f"{BUY}[2].approvers[4].among[0].post", "UNKNOWN_POST"),
        ("among: [{post: finance-reviewer}]\n        except", "among: [{deciders_of: chain}]\n        except", f"{BUY}[2].approvers[4].among[0]", "KNOWN_TOO_LATE"),
        ("{person: wuhao}", "{person: nobody}", f"{BUY}[2].except[0].person", "UNKNOWN_PERSON"),
        ("{deciders_of: holder}", "{deciders_of: receive}", f"{BUY}[2].except[1].deciders_of", "NOT_BEFORE"),
        ("{deciders_of: holder}", "{deciders_of: Holder!}", f"{BUY}[2].except[1].deciders_of", "NOT_A_STEP"),
        ("chosen_by: holder", "chosen_by: receive", f"{BUY}[3].approvers[0].chosen_by", "NOT_BEFORE"),
        ("chosen_by: holder", "chosen_by: nothing", f"{BUY}[3].approvers[0].chosen_by", "UNKNOWN_STEP"),
        ("chosen_by: holder,", "chosen_by: holder, fact: reviewers,", f"{BUY}[3].approvers[0].fact", "UNKNOWN_KEY"),
        ("familiar: experts", "familiar: receive", f"{BUY}[3].choose.familiar", "NOT_BEFORE"),
        ("choose: round_robin", "choose: round_robin, mode: any", f"{BUY}[4].choose", "CHOOSE_NEEDS_SINGLE"),
        ("{deciders_of: buy/experts}", "{deciders_of: buy/*}", "stages.pay.steps[0].approvers[0].deciders_of", "UNKNOWN_STEP"),
        ("{deciders_of: buy/experts}", "{deciders_of: buy/receive}", "stages.pay.steps[0].approvers[0].deciders_of", "SEPARATED"),
        ("administrators: [{post: process-administrator}]", "administrators: [{deciders_of: chain}]", "administrators[0]", "KNOWN_TOO_LATE"),
        ("amount: amount", "amount: kind", "authorities.spending.amount", "FACT_OF_OTHER_TYPE"),
        ("type: kind\n", "type: sort\n", "authorities.spending.type", "UNKNOWN_FACT"),
        ("      - {level: 3}\n", "", "authorities.spending.rows", "AUTHORITY_HAS_GAP"),
        ("{up_to: 5000, level: 1}", "{up_to: 5000, level: 1}\n      - {up_to: 9, level: 1}", "authorities.spending.rows[1]", "ROW_NEVER_FITS"),
        ("{up_to: 5000, level: 1}", "{up_to: some, level: 1}", "authorities.spending.rows[0].up_to", "NOT_OF_ITS_TYPE"),
        ("{up_to: 5000, level: 1}", "{up_to: -1, level: 1}", "authorities.spending.rows[0].up_to", "NOT_OF_ITS_TYPE"),
        ("{level: 3}", "{level: 4}", "authorities.spending.rows[2].level", "LEVEL_WITHOUT_GRADE"),
        ("organisation: central", "organisation: moon", "authorities.spending.rows[1].organisation", "UNKNOWN_ORGANISATION"),
        ("[{level: 2}]", "[{up_to: 1, level: 1}, {level: 2}]", "authorities.signing.rows[0].up_to", "ROW_NEEDS_FACT"),
        ("capability: signing\n", "capability: singing\n", "authorities.signing.capability", "UNKNOWN_CAPABILITY"),
        ("grades: [M1, M3, M5]", "grades: [M1, M3, M5]\n    capability: signing", "authorities.spending", "ONE_OF_TWO"),
        ("steps: [buy/receive, pay/*]", "steps: [buy/receive, sell/*]", "separation.two-hands.steps[1]", "UNKNOWN_STEP"),
        ("steps: [buy/receive, pay/*]", "steps: [buy/receive]", "separation.two-hands.steps", "SEPARATES_NOTHING"),
        ("related: requests", "related: amount", "separation.asked-and-paid.related", "FACT_OF_OTHER_TYPE"),
        ("    parties: [requester, deciders]\n", "", "separation.asked-and-paid", "NO_PARTIES"),
        ("en: receiving and paying}", "en: receiving and paying}\n    requester: true", "separation.two-hands.requester", "REQUESTER_NEEDS_RELATED"),
        ("    steps: [pay/cashier]\n", "", "separation.asked-and-paid.steps", "SEPARATES_NOTHING"),
        ("[requester, deciders]", "[requester, friends]", "separation.asked-and-paid.parties[1]", "NOT_A_CHOICE"),
        ("en: receiving and paying}", "en: receiving and paying}\n    parties: [requester]", "separation.two-hands.parties", "PARTIES_NEED_RELATED"),
        ("default: []}\nadm", "default: [lihua]}\nadm", "facts.reviewers.default", "NO_DEFAULT"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, path: str, rule: str) -> None:
    assert POLICY.count(old) >= 1
    _, problems = examine_policy(POLICY.replace(old, new, 1), ABLE)
    assert (path, rule) in [(problem.path, problem.rule) for problem in problems]
    assert len({problem.path for problem in problems}) == 1
    assert all(problem.text.zh and problem.text.en for problem in problems)


def test_who_is_known_late_needs_administrators_to_turn_to() -> None:
    yaml = POLICY.replace("administrators: [{post: process-administrator}]\n", "")
    _, problems = examine_policy(yaml, ABLE)
    assert {(problem.path, problem.rule) for problem in problems} == {
        (f"{path}.approvers", "LATE_NEEDS_ADMINISTRATORS")
        for path in (f"{BUY}[2]", f"{BUY}[3]", f"{BUY}[4]", "stages.pay.steps[0]", "stages.pay.steps[1]")
    }
