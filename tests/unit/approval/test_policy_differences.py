"""What changes between two policies, as their readers are told."""

from __future__ import annotations

import pytest
import yaml as plain_yaml
from hypothesis import given
from hypothesis import strategies as st

from chassis.project import PROJECT
from services.approval.policy_text.differences.comparing import differences
from services.approval.policy_text.reading import read_policy
from tests.builders.approval import TODAY, a_directory

CLAIMS = (PROJECT / "services/approval/policy_files/expense-claim.yaml").read_text("utf-8")
TREE = a_directory().as_of(TODAY)


def changed(old: str, new: str) -> str:
    assert old in CLAIMS
    return CLAIMS.replace(old, new, 1)


def told(after: str, before: str = CLAIMS) -> list[tuple[str, str, str]]:
    return [(one.path, one.text.zh, one.text.en) for one in differences(before, after, TREE)]


def test_nothing_is_told_where_both_mean_the_same() -> None:
    assert told("# A remark.\n" + CLAIMS) == []
    assert told(changed("- post: general-manager\n", "- {post: general-manager, weight: 1}\n")) == []


def test_another_limit_is_told_in_the_words_of_its_condition() -> None:
    assert told(changed("yuan(50000)", "yuan(80000)")) == [
        (
            "stages.claim.steps.general-manager.when",
            "阶段“业务审批”的步骤“总经理”：条件由“金额 ≥ ¥50,000”改为“金额 ≥ ¥80,000”",
            "Step “General manager” of stage “Approval”: condition changes from “amount ≥ ¥50,000” to “amount ≥ ¥80,000”",
        )
    ]


def test_other_approvers_are_told_by_what_they_are_called() -> None:
    found = told(changed("- post: finance-director", "- person: sunli\n          - manager: 2"))
    assert [zh for _, zh, _ in found] == [
        "阶段“财务审核”的步骤“财务总监”：审批人去掉“岗位 财务总监”",
        "阶段“财务审核”的步骤“财务总监”：审批人增加“人员 孙丽”",
        "阶段“财务审核”的步骤“财务总监”：审批人增加“第 2 级上级”",
    ]
    assert found[1][2] == "Step “Finance director” of stage “Finance review”: “person 孙丽” joins approvers"


def test_a_key_that_is_left_out_is_told_as_what_is_usual() -> None:
    step = "        title: {zh: 总经理, en: General manager}\n"
    (found,) = told(changed(step, step + "        mode: all\n"))
    assert found[1] == "阶段“业务审批”的步骤“总经理”：方式由“单签”改为“会签”"
    assert found[2].endswith("mode changes from “one decides” to “all must approve”")


def test_steps_that_come_go_or_move_are_told_by_name() -> None:
    tree = plain_yaml.safe_load(CLAIMS)
    steps = tree["stages"]["claim"]["steps"]
    steps[0], steps[1] = steps[1], steps[0]
    steps[2] = {
        "key": "board",
        "title": {"zh": "董事会", "en": "Board"},
        "approvers": [{"person": "qianlei"}],
    }
    found = told(plain_yaml.safe_dump(tree, allow_unicode=True))
    assert [zh for _, zh, _ in found] == [
        "新增阶段“业务审批”的步骤“董事会”",
        "取消阶段“业务审批”的步骤“总经理”",
        "阶段“业务审批”：步骤次序改为 regional-director → line-manager",
    ]
    assert found[0][2] == "Step “Board” of stage “Approval” is new"


def test_stages_facts_and_fallbacks_have_names_of_their_own() -> None:
    tree = plain_yaml.safe_load(CLAIMS)
    tree["facts"]["urgent"] = {"type": "flag", "title": {"zh": "加急", "en": "urgent"}}
    tree["fallbacks"]["general-manager"]["on_empty"] = "refuse"
    del tree["stages"]["finance"]
    found = told(plain_yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))
    assert [en for _, _, en in found] == [
        "Fact “urgent” is new",
        "Fallback “general-manager”: where nobody could decide changes from “administrators decide” to “it is refused”",
        "Stage “Finance review” is gone",
    ]


def test_settings_within_settings_are_told_where_they_are() -> None:
    step = "        title: {zh: 总经理, en: General manager}\n"
    before = changed(step, step + "        deadline: {within: 2d}\n")
    after = changed(step, step + "        deadline: {within: 3d}\n")
    (found,) = told(after, before)
    assert found[0] == "stages.claim.steps.general-manager.deadline.within"
    assert found[1] == "阶段“业务审批”的步骤“总经理”的时限：期限由“2d”改为“3d”"


MUTATIONS = [
    ("yuan(5000)", "yuan(6000)"),
    ("keep_first", "keep_all"),
    ("manager: 1", "manager: 2"),
    ("in: nearest", "in: requester_organisation"),
    ("- post: finance-reviewer", "- post: general-manager"),
    ("requester_is_approver: skip", "requester_is_approver: forbid"),
    ("on_empty: administrator", "on_empty: skip"),
    ("zh: 财务审核", "zh: 财务复核"),
    ("key: finance-director", "key: finance-head"),
]


@given(st.sets(st.sampled_from(MUTATIONS)), st.sets(st.sampled_from(MUTATIONS)))
def test_something_is_told_exactly_where_the_meaning_differs(
    first: set[tuple[str, str]], second: set[tuple[str, str]]
) -> None:
    texts = []
    for mutations in (first, second):
        text = CLAIMS
        for old, new in sorted(mutations):
            text = text.replace(old, new)
        texts.append(text)
    same = read_policy(texts[0])[0] == read_policy(texts[1])[0]
    assert (differences(texts[0], texts[1], TREE) == ()) is same


@pytest.mark.parametrize("text", ["process: expense-claim", "process: expense-claim\nstages: []\nfacts: 3"])
def test_an_unfinished_policy_can_be_compared_too(text: str) -> None:
    assert told(text)
    assert told(CLAIMS, text)


def test_what_is_told_of_texts_without_end_has_one() -> None:
    before, after = (
        CLAIMS + f"junk: [{', '.join(f'{letter}{n}' for n in range(2_000))}]\n" for letter in "ab"
    )
    found = told(after, before)
    assert len(found) == 1_000
    assert {path for path, _, _ in found} == {"junk"}
