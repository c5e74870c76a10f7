"""Which cases may be decided anew, and what the case is in which they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernel.errors import Refusal
from services.approval.domain.cases.case import Case, CaseOutcome, CaseState, DocumentHasOpenCase, Reopening
from services.approval.domain.cases.reopening import (
    CaseApproved,
    NewerCase,
    NewerVersion,
    must_be_reopenable,
    reopened,
)
from tests.builders.approval import NOW, a_case, yuan

APPROVED, REJECTED, WITHDRAWN, TERMINATED = CaseOutcome


def ended(outcome: CaseOutcome = REJECTED) -> Case:
    return a_case(state=CaseState.CLOSED, outcome=outcome, closed_at=NOW, document_version=3)


def following(case: Case, **changes: object) -> Case:
    return replace(case, name=replace(case.name, n=case.name.n + 1), **changes)  # type: ignore[arg-type]  # as the caller says


@pytest.mark.parametrize("outcome", [REJECTED, WITHDRAWN, TERMINATED])
def test_a_case_that_ended_without_approval_may_be_reopened(outcome: CaseOutcome) -> None:
    case = ended(outcome)
    must_be_reopenable(case, [case], 3)


@pytest.mark.parametrize(
    ("case", "others", "newest", "refusal"),
    [
        (ended(APPROVED), [], 3, CaseApproved),
        (a_case(), [], 1, DocumentHasOpenCase),
        (ended(), [following(ended(), state=CaseState.OPEN, outcome=None)], 3, DocumentHasOpenCase),
        (ended(), [following(ended())], 3, NewerCase),
        (ended(), [], 4, NewerVersion),
    ],
)
def test_a_case_that_lives_took_effect_or_was_followed_is_not_reopened(
    case: Case, others: list[Case], newest: int, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        must_be_reopenable(case, [case, *others], newest)


def test_the_new_case_is_about_the_same_and_names_the_former() -> None:
    former = replace(ended(), title="郑州出差", amount=yuan(80), policy=7)
    case = reopened(former, policy=8, reason="误拒", at=NOW)
    assert case.name == replace(former.name, n=former.name.n + 1)
    assert (case.state, case.outcome, case.closed_at, case.version) == (CaseState.OPEN, None, None, 1)
    kept = ("document", "document_version", "requester", "organisation", "title", "amount", "facts")
    assert [getattr(case, name) for name in kept] == [getattr(former, name) for name in kept]
    assert (case.policy, case.reopens) == (8, Reopening(former.name, "误拒", 3, 8))
