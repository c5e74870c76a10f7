"""How votes, weights and turns are written in a policy, and what is refused."""

from __future__ import annotations

import pytest

from services.approval.domain.policies.ballot import MAJORITY, NO_TERMS, Mode, Quota, Terms
from services.approval.domain.policies.policy import Per
from tests.unit.approval.test_policy_yaml import changed, problems, the_policy


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        ("pass: 2", Terms(Quota(count=2))),
        ("pass: 2/3\n        wait: true", Terms(Quota(part=2, whole=3), waits=True)),
        ("pass: 60%\n        reject: 2", Terms(Quota(part=60, whole=100), Quota(count=2))),
        ("pass: majority", Terms(MAJORITY)),
        ("per: source", NO_TERMS),
    ],
)
def test_a_vote_says_how_it_is_counted(written: str, terms: Terms) -> None:
    policy = the_policy(changed("mode: all", f"mode: vote\n        {written}"))
    step = policy.stages[0].steps[1]
    assert (step.mode, step.terms) == (Mode.VOTE, terms)
    assert step.per is (Per.SOURCE if written.startswith("per") else Per.PERSON)


def test_a_source_says_what_its_decisions_weigh() -> None:
    yaml = changed("mode: all", "mode: vote").replace("in: nearest", "in: nearest, weight: 4")
    assert [source.weight for source in the_policy(yaml).stages[0].steps[1].approvers] == [4, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("new", "path", "rule"),
    [
        ("mode: all\n        pass: 2", "pass", "QUOTA_NEEDS_VOTE"),
        ("mode: any\n        reject: 2", "reject", "QUOTA_NEEDS_VOTE"),
        ("mode: any\n        wait: true", "wait", "WAIT_NEEDS_SEVERAL"),
        ("mode: vote\n        wait: true\n        reject: 1", "reject", "WAIT_HEARS_EVERYONE"),
        ("mode: vote\n        per: source\n        pass: 6", "pass", "NEVER_PASSES"),
        ("mode: vote\n        pass: 0", "pass", "NOT_A_QUOTA"),
        ("mode: vote\n        pass: 3/2", "pass", "NOT_A_QUOTA"),
        ("mode: vote\n        pass: 101%", "pass", "NOT_A_QUOTA"),
        ("mode: vote\n        pass: most", "pass", "NOT_A_QUOTA"),
        ("mode: vote\n        wait: maybe", "wait", "NOT_A_CHOICE"),
        ("mode: vote\n        per: head", "per", "NOT_A_CHOICE"),
    ],
)
def test_a_vote_that_cannot_be_counted_is_said_with_its_place(new: str, path: str, rule: str) -> None:
    assert problems(changed("mode: all", new)) == [(f"stages.claim.steps[1].{path}", rule)]


def test_weights_are_for_votes() -> None:
    yaml = changed("in: nearest", "in: nearest, weight: 2")
    assert problems(yaml) == [("stages.claim.steps[1].approvers[0].weight", "WEIGHT_NEEDS_VOTE")]
    yaml = changed("{person: lihua}", "{person: lihua}").replace("choose: least_loaded", "per: source")
    assert problems(yaml) == [("stages.claim.steps[2].per", "PER_NEEDS_SEVERAL")]
