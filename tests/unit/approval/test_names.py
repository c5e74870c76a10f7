"""What cases and steps are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.approval.domain.cases.names import CaseName, NotACaseName, NotAStepName, StepName

keys = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
numbers = st.from_regex(r"[A-Z]{2}-20[0-9]{2}-[0-9]{6}", fullmatch=True)
counts = st.integers(1, 999_999_999)
cases = st.builds(CaseName, keys, numbers, counts)


@given(cases)
def test_a_case_is_read_from_its_name_with_or_without_its_collection(case: CaseName) -> None:
    assert CaseName.parse(str(case)) == case
    assert CaseName.parse(case.resource) == case


@given(st.builds(StepName, cases, keys, keys | keys.map(lambda key: f"{key}.2"), counts))
def test_a_step_is_read_from_its_name(step: StepName) -> None:
    assert StepName.parse(str(step)) == step


@pytest.mark.parametrize("name", ["", "expense-claim", "expense-claim/EC/0", "a/b/c", "../x/1", "a/b/1\n"])
def test_what_does_not_name_a_case_is_refused(name: str) -> None:
    with pytest.raises(NotACaseName):
        CaseName.parse(name)


@pytest.mark.parametrize(
    "name", ["", "a/b/1", "a/b/1/claim/manager", "a/b/1/claim/manager#0", "a/b/1/claim#1"]
)
def test_what_does_not_name_a_step_is_refused(name: str) -> None:
    with pytest.raises(NotAStepName):
        StepName.parse(name)
