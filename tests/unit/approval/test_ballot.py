"""What decisions add up to, in every mode."""

from __future__ import annotations

import pytest

from services.approval.domain.policies.ballot import (
    MAJORITY,
    NO_TERMS,
    Mode,
    Outcome,
    Quota,
    Terms,
    outcome_of,
)

YES, NO, BACK, ASIDE = Outcome
WAITS = Terms(waits=True)


def one_each(said: str) -> list[tuple[int, Outcome | None]]:
    """Votes of weight 1: `+` for, `-` against, `<` returned, `/` abstained, `?` awaited."""
    return [(1, {"+": YES, "-": NO, "<": BACK, "/": ASIDE, "?": None}[vote]) for vote in said]


@pytest.mark.parametrize(
    ("mode", "terms", "said", "outcome"),
    [
        (Mode.SINGLE, NO_TERMS, "?", None),
        (Mode.SINGLE, NO_TERMS, "+", YES),
        (Mode.ANY, NO_TERMS, "?+?", YES),
        (Mode.ANY, NO_TERMS, "?-?", NO),
        (Mode.ALL, NO_TERMS, "++?", None),
        (Mode.ALL, NO_TERMS, "+++", YES),
        (Mode.ALL, NO_TERMS, "-??", NO),
        (Mode.ALL, WAITS, "-??", None),
        (Mode.ALL, WAITS, "-+?", None),
        (Mode.ALL, WAITS, "-++", NO),
        (Mode.SEQUENTIAL, NO_TERMS, "+-?", NO),
        (Mode.SEQUENTIAL, NO_TERMS, "++", YES),
        (Mode.VOTE, NO_TERMS, "++?", YES),
        (Mode.VOTE, NO_TERMS, "+?", None),
        (Mode.VOTE, NO_TERMS, "+-", NO),
        (Mode.VOTE, Terms(Quota(count=2)), "+-+?", YES),
        (Mode.VOTE, Terms(Quota(count=2)), "-+-?", None),
        (Mode.VOTE, Terms(Quota(count=2)), "-+--", NO),
        (Mode.VOTE, Terms(Quota(part=2, whole=3)), "+++-??", None),
        (Mode.VOTE, Terms(Quota(part=2, whole=3)), "++++??", YES),
        (Mode.VOTE, Terms(Quota(part=2, whole=3)), "---???", NO),
        (Mode.VOTE, Terms(Quota(count=3), Quota(count=1)), "-????", NO),
        (Mode.VOTE, Terms(Quota(count=1), waits=True), "+--?", None),
        (Mode.VOTE, Terms(Quota(count=1), waits=True), "+---", YES),
        (Mode.ANY, NO_TERMS, "/??", None),
        (Mode.ANY, NO_TERMS, "/-?", NO),
        (Mode.ALL, NO_TERMS, "+/?", None),
        (Mode.ALL, NO_TERMS, "+/+", YES),
        (Mode.ALL, WAITS, "-/?", None),
        (Mode.SEQUENTIAL, NO_TERMS, "/+", YES),
        (Mode.VOTE, NO_TERMS, "+-/+", YES),
        (Mode.VOTE, Terms(Quota(count=3)), "+//?", None),
        (Mode.VOTE, Terms(Quota(count=3)), "+//+", YES),
        (Mode.VOTE, Terms(Quota(count=3)), "+//-", NO),
        (Mode.SINGLE, NO_TERMS, "/", ASIDE),
        (Mode.ALL, WAITS, "///", ASIDE),
        *((mode, terms, "+<?", BACK) for mode in Mode for terms in (NO_TERMS, WAITS) if mode is not Mode.ANY),
    ],
)
def test_votes_add_up(mode: Mode, terms: Terms, said: str, outcome: Outcome | None) -> None:
    assert outcome_of(mode, terms, one_each(said)) is outcome


def test_weight_counts_not_heads() -> None:
    terms = Terms(Quota(part=1, whole=2))
    assert outcome_of(Mode.VOTE, terms, [(3, YES), (1, NO), (1, NO), (1, None)]) is YES
    assert outcome_of(Mode.VOTE, terms, [(1, YES), (4, NO), (1, None)]) is NO


@pytest.mark.parametrize(
    ("quota", "weight", "needed", "written"),
    [
        (Quota(count=3), 5, 3, "3"),
        (Quota(part=2, whole=3), 5, 4, "2/3"),
        (Quota(part=2, whole=3), 6, 4, "2/3"),
        (Quota(part=60, whole=100), 5, 3, "60%"),
        (Quota(part=1, whole=100), 5, 1, "1%"),
        (MAJORITY, 4, 3, "majority"),
        (MAJORITY, 5, 3, "majority"),
    ],
)
def test_a_share_is_rounded_up_and_a_majority_is_more_than_half(
    quota: Quota, weight: int, needed: int, written: str
) -> None:
    assert (quota.of(weight), str(quota)) == (needed, written)
