"""Policies as people write them: what is read, and everything that is said of what is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from services.approval.domain.planning.planner import plan
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.facts import Fact, FactType
from services.approval.domain.policies.policy import Choose, Empty, OnEmpty, OnRepeat, OnRequester, Policy
from services.approval.domain.policies.problems import PolicyNotValid
from services.approval.domain.policies.settings.deadline import Deadline, Reminders
from services.approval.domain.policies.sources import (
    ManagerChain,
    ManagerSource,
    PersonSource,
    PostSource,
    Where,
)
from services.approval.domain.time.spans import Span
from services.approval.policy_text.reading import (
    examine_policy,
    policy_to_publish,
    published_policy,
    read_policy,
)
from tests.builders.approval import TODAY, a_directory, yuan

EXAMPLES = Path(__file__).parents[3] / "services/approval/policy_files"
IN_FORCE = a_directory().as_of(TODAY)

WHOLE = """
process: expense-claim
title: {zh: 费用报销, en: Expense claim}
facts:
  amount: {type: money, title: {zh: 金额, en: amount}}
  days: {type: whole, title: {zh: 天数, en: days}, default: 1}
  kinds: {type: texts, title: {zh: 类型, en: kinds}, default: [travel, "no"]}
  paid: {type: money, title: {zh: 已付, en: paid}, default: 12.50}
  since: {type: date, title: {zh: 自, en: since}, default: 2026-01-31}
  urgent: {type: flag, title: {zh: 加急, en: urgent}, default: false}
administrators: [{post: process-administrator}]
fallbacks:
  desk:
    approvers: [{person: wuhao}]
    on_empty: administrator
stages:
  claim:
    title: {zh: 审批, en: Approval}
    repeated_approver: keep_first
    may_be_empty: true
    steps:
      - key: first
        title: {zh: 一, en: one}
        approvers: [{manager: 2}]
        on_empty: {fallback: desk}
      - key: second
        title: {zh: 二, en: two}
        mode: all
        when: amount > yuan(5) && urgent
        approvers:
          - {post: regional-director, in: nearest}
          - {post: regional-director, in: {levels_up: 2}}
          - {post: regional-director, in: requester_organisation}
          - {post: regional-director, in: {organisation: central}}
          - {managers_up_to: 3}
        requester_is_approver: next_up
        on_empty: skip
      - key: aside
        title: {zh: 旁, en: aside}
        after: []
        approvers: [{post: finance-reviewer}]
        choose: least_loaded
        deadline: {within: 2d, remind: [1d, 2h, 30m]}
      - key: last
        title: {zh: 末, en: last}
        after: [second, aside]
        approvers: [{person: lihua}]
        requester_is_approver: skip
"""


def the_policy(yaml: str = WHOLE) -> Policy:
    policy, problems = examine_policy(yaml, IN_FORCE)
    assert problems == ()
    assert policy is not None
    return policy


def problems(yaml: str) -> list[tuple[str, str]]:
    policy, found = examine_policy(yaml, IN_FORCE)
    assert policy is None
    assert all(one.text.zh and one.text.en for one in found)
    return [(one.path, one.rule) for one in found]


def changed(old: str, new: str) -> str:
    assert WHOLE.count(old) >= 1
    return WHOLE.replace(old, new, 1)


def test_a_policy_says_what_was_written() -> None:
    policy = the_policy()
    [stage] = policy.stages
    first, second, aside, last = stage.steps
    assert (policy.process, policy.title.en, policy.version) == ("expense-claim", "Expense claim", 0)
    assert policy.published(4).name == "policies/expense-claim/versions/4"
    assert [(step.key, step.after) for step in stage.steps] == [
        ("first", ()),
        ("second", ("first",)),
        ("aside", ()),
        ("last", ("second", "aside")),
    ]
    assert (stage.repeated_approver, stage.may_be_empty) == (OnRepeat.KEEP_FIRST, True)
    assert (first.approvers, first.on_empty) == ((ManagerSource(2),), Empty(OnEmpty.FALLBACK, "desk"))
    assert (second.mode, second.when) == (Mode.ALL, "amount > yuan(5) && urgent")
    assert second.approvers == (
        PostSource("regional-director", Where.NEAREST),
        PostSource("regional-director", Where.REQUESTERS, levels_up=2),
        PostSource("regional-director", Where.REQUESTERS),
        PostSource("regional-director", Where.NAMED, "central"),
        ManagerChain(3),
    )
    assert (second.requester_is_approver, second.on_empty) == (OnRequester.NEXT_UP, Empty(OnEmpty.SKIP))
    assert (aside.choose, aside.approvers) == (Choose.LEAST_LOADED, (PostSource("finance-reviewer"),))
    remind = (Span(days=1), Span(time=timedelta(hours=2)), Span(time=timedelta(minutes=30)))
    assert aside.rules.deadline == Deadline(Span(days=2), Reminders(remind))
    assert last.approvers == (PersonSource("lihua"),)
    assert policy.fallbacks[0].on_empty == Empty(OnEmpty.ADMINISTRATOR)
    assert policy.administrators == (PostSource("process-administrator"),)


def test_defaults_are_of_their_types() -> None:
    assert {fact.key: fact.default for fact in the_policy().facts} == {
        "amount": None,
        "days": Fact(FactType.WHOLE, 1),
        "kinds": Fact(FactType.TEXTS, ("travel", "no")),
        "paid": Fact(FactType.MONEY, Money.of("12.50")),
        "since": Fact(FactType.DATE, date(2026, 1, 31)),
        "urgent": Fact(FactType.FLAG, False),
    }


@pytest.mark.parametrize(
    ("old", "new", "path", "rule"),
    [
        ("process: expense-claim", "process: Expense Claim", "process", "NOT_A_KEY"),
        ("process: expense-claim\n", "", "process", "REQUIRED"),
        ("process:", "proces: x\nprocess:", "proces", "UNKNOWN_KEY"),
        ("process: expense-claim", "process: [x]", "process", "NOT_A_TEXT"),
        (", en: Expense claim", "", "title.en", "REQUIRED"),
        ("zh: 费用报销", "zh: ''", "title.zh", "EMPTY"),
        ("zh: 费用报销", f"zh: {'长' * 101}", "title.zh", "TOO_LONG"),
        ("type: money", "type: cash", "facts.amount.type", "NOT_A_CHOICE"),
        ("  amount: {", "  Amount: {", "facts.Amount", "NOT_A_KEY"),
        ("default: 1}", "default: one}", "facts.days.default", "NOT_A_NUMBER"),
        ("default: 12.50", "default: 12.505", "facts.paid.default", "NOT_OF_ITS_TYPE"),
        ("default: 12.50", "default: nan", "facts.paid.default", "NOT_OF_ITS_TYPE"),
        ("default: 2026-01-31", "default: 2026-02-31", "facts.since.default", "NOT_OF_ITS_TYPE"),
        ("default: false", "default: off", "facts.urgent.default", "NOT_A_CHOICE"),
        ("type: date", "type: person", "facts.since.default", "NO_DEFAULT"),
        ("mode: all", "mode: most", "stages.claim.steps[1].mode", "NOT_A_CHOICE"),
        ("{manager: 2}", "{manager: 0}", "stages.claim.steps[0].approvers[0].manager", "NOT_A_NUMBER"),
        ("{manager: 2}", "{boss: 2}", "stages.claim.steps[0].approvers[0]", "NOT_A_SOURCE"),
        ("{manager: 2}", "lihua", "stages.claim.steps[0].approvers[0]", "NOT_A_SOURCE"),
        (
            "{manager: 2}",
            "{manager: 2, post: x}",
            "stages.claim.steps[0].approvers[0].manager",
            "UNKNOWN_KEY",
        ),
        ("[{manager: 2}]", "{manager: 2}", "stages.claim.steps[0].approvers", "NOT_A_LIST"),
        ("[{manager: 2}]", str([{}] * 21), "stages.claim.steps[0].approvers", "TOO_MANY"),
        ("{fallback: desk}", "fallback", "stages.claim.steps[0].on_empty", "FALLBACK_UNNAMED"),
        ("{fallback: desk}", "give-up", "stages.claim.steps[0].on_empty", "NOT_A_CHOICE"),
        ("in: nearest", "in: named", "stages.claim.steps[1].approvers[0].in", "ORGANISATION_UNNAMED"),
        ("in: nearest", "in: everywhere", "stages.claim.steps[1].approvers[0].in", "NOT_A_CHOICE"),
        ("within: 2d", "within: soon", "stages.claim.steps[2].deadline.within", "NOT_A_SPAN"),
        ("may_be_empty: true", "may_be_empty: yes", "stages.claim.may_be_empty", "NOT_A_CHOICE"),
        ("key: last", f"key: {'x' * 61}", "stages.claim.steps[3].key", "TOO_LONG"),
        # What is read, but cannot be.
        ("  days: {", "  in: {", "facts.in", "NAME_NOT_POSSIBLE"),
        ("key: last", "key: first", "stages.claim.steps[3].key", "DUPLICATE_KEY"),
        (
            "{person: lihua}",
            "{person: nobody}",
            "stages.claim.steps[3].approvers[0].person",
            "UNKNOWN_PERSON",
        ),
        (
            "{post: finance-reviewer}",
            "{post: no-post}",
            "stages.claim.steps[2].approvers[0].post",
            "UNKNOWN_POST",
        ),
        (
            "{organisation: central}",
            "{organisation: nowhere}",
            "stages.claim.steps[1].approvers[3].in.organisation",
            "UNKNOWN_ORGANISATION",
        ),
        ("{person: wuhao}", "{person: nobody}", "fallbacks.desk.approvers[0].person", "UNKNOWN_PERSON"),
        ("process-administrator", "no-post", "administrators[0].post", "UNKNOWN_POST"),
        ("[{post: process-administrator}]", "[]", "fallbacks.desk.on_empty", "NO_ADMINISTRATORS"),
        (
            "{fallback: desk}",
            "{fallback: table}",
            "stages.claim.steps[0].on_empty.fallback",
            "UNKNOWN_FALLBACK",
        ),
        (
            "on_empty: administrator",
            "on_empty: {fallback: desk}",
            "fallbacks.desk.on_empty.fallback",
            "FALLBACK_LOOP",
        ),
        ("after: []", "after: [nothing]", "stages.claim.steps[2].after[0]", "UNKNOWN_STEP"),
        ("after: []", "after: [last]", "stages.claim.steps[2].after", "NEVER_ENDS"),
        ("after: []", "after: [aside]", "stages.claim.steps[2].after", "NEVER_ENDS"),
        ("[{person: lihua}]", "[]", "stages.claim.steps[3].approvers", "NO_APPROVERS"),
        ("mode: all", "mode: single", "stages.claim.steps[1].approvers", "CHAIN_STANDS_ALONE"),
        (
            "mode: all",
            "mode: all\n        choose: least_loaded",
            "stages.claim.steps[1].choose",
            "CHOOSE_NEEDS_SINGLE",
        ),
        ("amount > yuan(5)", "budget > 5", "stages.claim.steps[1].when", "UNKNOWN_FACT"),
        ("amount > yuan(5)", "amount > days && kinds", "stages.claim.steps[1].when", "TYPE_ERROR"),
        ("amount > yuan(5)", "amount >", "stages.claim.steps[1].when", "SYNTAX_ERROR"),
        ("amount > yuan(5) && urgent", "false", "stages.claim.steps[1].when", "NEVER_TRUE"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, path: str, rule: str) -> None:
    assert problems(changed(old, new)) == [(path, rule)]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    yaml = changed("mode: all", "mode: most").replace("within: 2d", "within: soon")
    assert [rule for _, rule in problems(yaml)] == ["NOT_A_CHOICE", "NOT_A_SPAN"]
    yaml = changed("{person: lihua}", "{person: nobody}").replace("amount > yuan(5)", "budget > 5")
    assert [rule for _, rule in problems(yaml)] == ["UNKNOWN_FACT", "UNKNOWN_PERSON"]


def test_a_cycle_is_told_along_its_steps() -> None:
    with pytest.raises(PolicyNotValid) as refusal:
        policy_to_publish(changed("after: []", "after: [last]"), IN_FORCE)
    [problem] = refusal.value.problems
    assert problem.text.zh == "步骤互相等待，审批永远无法结束：aside → last → aside"
    [violation] = refusal.value.violations
    assert (violation.field, violation.rule) == ("yaml.stages.claim.steps[2].after", "NEVER_ENDS")


@pytest.mark.parametrize(
    ("stages", "rule"),
    [
        ("{}", "NO_STAGES"),
        ("{claim: {title: {zh: 审, en: a}, steps: []}}", "EMPTY_STAGE"),
        ("[]", "NOT_A_MAPPING"),
    ],
)
def test_a_policy_has_stages_and_a_stage_has_steps(stages: str, rule: str) -> None:
    yaml = f"process: x\ntitle: {{zh: 某, en: x}}\nstages: {stages}"
    assert [found for _, found in problems(yaml)] == [rule]


@pytest.mark.parametrize(
    ("yaml", "rule"),
    [
        ("", "EMPTY"),
        ("# nothing", "EMPTY"),
        ("just a text", "NOT_A_MAPPING"),
        ("a: [", "NOT_YAML"),
        ("a: 'open", "NOT_YAML"),
        ("\x00", "NOT_YAML"),
        ("\ud800", "NOT_YAML"),
        ("a: 1\na: 2", "DUPLICATE_KEY"),
        ("a: &anchor [1]\nb: *anchor", "ALIAS"),
        ("a: &anchor 1", "ALIAS"),
        ("a: !!python/object/apply:os.system ['true']", "TAG"),
        ("a: !!int 5", "TAG"),
        ("? [1, 2]\n: 3", "KEY_NOT_TEXT"),
        ("a: 1\n---\nb: 2", "SEVERAL_DOCUMENTS"),
        ("[" * 60_000, "TOO_DEEP"),
        ("{a: " * 60_000, "TOO_DEEP"),
        ("- " * 60_000, "TOO_DEEP"),
        ("# " + "长" * 100_000, "TOO_LARGE"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_quickly(yaml: str, rule: str) -> None:
    assert [found for _, found in problems(yaml)][:1] == [rule]


@given(st.text(max_size=80) | st.text(st.sampled_from("ab: -[]{}\n'\"&*!|>#,?"), max_size=40))
def test_no_text_whatever_breaks_the_reading(yaml: str) -> None:
    policy, found = read_policy(yaml)
    assert (policy is None) == bool(found)


def test_a_published_policy_is_read_again_without_looking_at_the_directory() -> None:
    gone = changed("{person: lihua}", "{person: nobody}")
    assert published_policy(gone, 5).name == "policies/expense-claim/versions/5"
    assert published_policy(gone, 5) is published_policy(gone, 5)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_policies_that_come_with_zhupi_say_nothing_wrong(path: Path) -> None:
    """Who holds which post is the group's own matter: that is looked at where the demo group is."""
    _, found = examine_policy(path.read_text(), IN_FORCE)
    assert {one.rule for one in found} <= {"UNKNOWN_POST"}


@pytest.mark.parametrize(
    ("requester", "amount", "claim", "finance"),
    [
        ("wangfang", "4999.99", ["lihua"], ["sunli zhoumin"]),
        ("wangfang", "5000", ["lihua", "zhaoqiang"], ["sunli zhoumin"]),
        ("wangfang", "50000", ["lihua", "zhaoqiang", "qianlei"], ["sunli zhoumin", "wuhao"]),
        ("lihua", "20000", ["zhaoqiang"], ["sunli zhoumin", "wuhao"]),
        ("zhaoqiang", "5000", ["qianlei"], ["sunli zhoumin"]),
        ("wuhao", "60000", ["qianlei"], ["sunli zhoumin", "qianlei"]),
        ("sunli", "100", ["wuhao"], ["zhoumin"]),
        ("qianlei", "60000", ["zhengnan"], ["sunli zhoumin", "wuhao"]),
    ],
)
def test_expense_claims_are_approved_by_amount(
    requester: str, amount: str, claim: list[str], finance: list[str]
) -> None:
    policy = the_policy((EXAMPLES / "expense-claim.yaml").read_text())
    for stage, expected in (("claim", claim), ("finance", finance)):
        route = plan(
            policy,
            stage,
            facts={"amount": yuan(amount)},
            directory=a_directory(),
            requester=requester,
            as_of=TODAY,
        )
        assert [" ".join(step.people) for step in route.deciding] == expected


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ('"\\u3000"', "EMPTY"),
        ('"\\u200b"', "EMPTY"),
        ('"a\\u202eb"', "CHARACTER_REFUSED"),
        ('"a\\0b"', "CHARACTER_REFUSED"),
        ('"a\\nb"', "CHARACTER_REFUSED"),
    ],
)
def test_a_title_is_a_text_like_any_other_however_it_was_escaped(title: str, rule: str) -> None:
    yaml = f"process: x\ntitle: {{zh: {title}, en: x}}\nstages: {{}}"
    assert ("title.zh", rule) in problems(yaml)
