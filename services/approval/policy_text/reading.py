"""Policies as people write them: YAML read into a policy, or everything that is wrong with it.

An example is `policy_files/expense-claim.yaml`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.facts import FactType
from services.approval.domain.policies.lint.policy import find_problems
from services.approval.domain.policies.policy import FactDeclaration, ListOrder, Policy
from services.approval.domain.policies.problems import PolicyNotReadable, PolicyNotValid, PolicyProblem
from services.approval.policy_text.authorities import read_authority, read_separation
from services.approval.policy_text.sources import read_sources
from services.approval.policy_text.steps import MOST_STEPS, read_fallback, read_stage
from services.approval.policy_text.words import FACT_KEY, Words
from services.approval.policy_text.yaml_tree import Fields, Node, NotYaml, read_tree

MOST_FACTS: Final = 100
MOST_STAGES: Final = 20
MOST_MATRICES: Final = 20


def examine_policy(yaml: str, directory: AsOf) -> tuple[Policy | None, tuple[PolicyProblem, ...]]:
    """The policy as it would be published on that day, or None and everything that is wrong with it."""
    policy, problems = read_policy(yaml)
    if policy is not None:
        problems = find_problems(policy, directory)
    return (None if problems else policy), problems


def policy_to_publish(yaml: str, directory: AsOf) -> Policy:
    """The policy, checked. Raises PolicyNotValid with all problems."""
    policy, problems = examine_policy(yaml, directory)
    if policy is None:
        raise PolicyNotValid(problems)
    return policy


def outline(yaml: str) -> tuple[str, Text]:
    """The process and the title of whatever is written, however unfinished. Raises PolicyNotReadable."""
    words = Words()
    try:
        node = read_tree(yaml)
    except NotYaml as error:
        raise PolicyNotReadable((error.problem,)) from error
    fields = node.nodes if isinstance(node, Fields) else {}
    process = words.key(fields.get("process"))
    if not process or words.problems:
        raise PolicyNotReadable(tuple(words.problems) or (_no_process(node),))
    return process, words.title(fields.get("title"))


def _no_process(node: Node) -> PolicyProblem:
    words = Words()
    words.fields(node, needs=("process",), may=tuple(node.nodes) if isinstance(node, Fields) else ())
    return words.problems[0]


@lru_cache(maxsize=256)
def published_policy(yaml: str, version: int) -> Policy:
    """A policy that was published before, read again; kept, since every plan needs one. Raises PolicyNotValid."""
    policy, problems = read_policy(yaml)
    if policy is None:
        raise PolicyNotValid(problems)
    return policy.published(version)


def read_policy(yaml: str) -> tuple[Policy | None, tuple[PolicyProblem, ...]]:
    """The policy as written, its names and conditions not looked at, or None and what cannot be read."""
    words = Words()
    try:
        policy = _policy(words, read_tree(yaml))
    except NotYaml as error:
        return None, (error.problem,)
    return (None if words.problems else policy), tuple(words.problems)


def _policy(words: Words, node: Node) -> Policy:
    fields = words.fields(
        node,
        needs=("process", "title", "stages"),
        may=("facts", "fallbacks", "administrators", "authorities", "separation", "order"),
    )
    return Policy(
        words.key(fields.get("process")),
        words.title(fields.get("title")),
        tuple(
            _fact(words, key, fact)
            for key, fact in words.named(fields.get("facts"), MOST_FACTS, FACT_KEY).items()
        ),
        tuple(
            read_stage(words, key, stage)
            for key, stage in words.named(fields.get("stages"), MOST_STAGES).items()
        ),
        tuple(
            read_fallback(words, key, fallback)
            for key, fallback in words.named(fields.get("fallbacks"), MOST_STEPS).items()
        ),
        read_sources(words, fields.get("administrators")),
        tuple(
            read_authority(words, key, authority)
            for key, authority in words.named(fields.get("authorities"), MOST_MATRICES).items()
        ),
        tuple(
            read_separation(words, key, rule)
            for key, rule in words.named(fields.get("separation"), MOST_MATRICES).items()
        ),
        words.choice(fields.get("order"), ListOrder, ListOrder.NEWEST_FIRST),
    )


def _fact(words: Words, key: str, node: Node) -> FactDeclaration:
    fields = words.fields(node, needs=("type", "title"), may=("default",))
    type = words.choice(fields.get("type"), FactType, FactType.TEXT)
    default = words.fact(fields["default"], type) if "default" in fields else None
    return FactDeclaration(key, type, words.title(fields.get("title")), default)
