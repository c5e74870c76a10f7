"""The page about the language of policies: its examples can be published, and no word of the language is missing."""

from __future__ import annotations

import re
from enum import StrEnum
from textwrap import indent

import pytest

from chassis.project import PROJECT
from services.approval.domain.people.directory import Capability
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.facts import FactType
from services.approval.domain.policies.policy import Choose, OnEmpty, OnRepeat, OnRequester, Per
from services.approval.domain.policies.separation import Party
from services.approval.domain.policies.settings.acting import Begins
from services.approval.domain.policies.settings.copying import Copied
from services.approval.domain.policies.settings.returning import Returns
from services.approval.domain.policies.settings.unattended import Announce, Automatic
from services.approval.domain.policies.sources import Where
from services.approval.policy_text import step_rules
from services.approval.policy_text.reading import examine_policy
from services.approval.policy_text.sources import KINDS
from tests.builders.approval import TODAY, a_directory

PAGE = (PROJECT / "docs" / "policies.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml (\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ABLE = a_directory(capabilities=(Capability("sunli", "law", "2"), Capability("wuhao", "signing", "2"))).as_of(
    TODAY
)
AROUND = """
process: example
title: {{zh: 例, en: Example}}
administrators: [{{post: process-administrator}}]
fallbacks:
  general-manager:
    approvers: [{{post: general-manager}}]
facts:
  amount: {{type: money, title: {{zh: 金额, en: amount}}}}
{facts}
authorities:
{authorities}
{separation}
stages:
  stage:
    title: {{zh: 阶段, en: Stage}}
    steps:
{steps}
"""


def section(kind: str) -> str:
    return next(example for name, example in EXAMPLES if name == kind)


def whole(kind: str, example: str) -> str:
    """A policy in which the example stands where it belongs; what it refers to is on the page as well."""
    if kind == "policy":
        return example
    separating = kind == "separation" or "验收" in example
    steps = example if kind == "steps" else next(e for name, e in EXAMPLES if name == "steps" and "验收" in e)
    return AROUND.format(
        facts=indent(section("facts"), "  "),
        authorities=indent(section("authorities"), "  "),
        separation=f"separation:\n{indent(section('separation'), '  ')}" if separating else "",
        steps=indent(steps, "      "),
    )


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_example_can_be_published(kind: str, example: str) -> None:
    _, problems = examine_policy(whole(kind, example), ABLE)
    assert [(problem.path, problem.text.en) for problem in problems] == []


WORDS = (FactType, Mode, Choose, OnEmpty, OnRepeat, OnRequester, Per, Party, Where)
SETTINGS = (Begins, Returns, Announce, Automatic, Copied)


@pytest.mark.parametrize("words", [*WORDS, *SETTINGS])
def test_no_choice_is_missing(words: type[StrEnum]) -> None:
    hidden = {Where.ANYWHERE, Where.NAMED}  # what holds without a word, and what has a key of its own
    assert [word for word in words if word not in hidden and not re.search(rf"\b{word}\b", PAGE)] == []


def test_no_key_is_missing() -> None:
    keys = {*KINDS, *(key for keys in KINDS.values() for key in keys), *step_rules.KEYS}
    steps = {
        "when",
        "after",
        "mode",
        "pass",
        "reject",
        "wait",
        "per",
        "weight",
        "choose",
        "except",
        "on_empty",
    }
    assert [key for key in keys | steps if not re.search(rf"\b{key}\b", PAGE)] == []
