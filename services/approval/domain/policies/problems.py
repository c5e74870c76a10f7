"""What is wrong with a policy: where, which rule, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.errors import InvalidArgument, Violation
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """One thing that is wrong with a policy. `path` says where: `stages.claim.steps[1].when`, empty for the whole."""

    path: str
    rule: str
    text: Text


class PolicyNotValid(InvalidArgument):
    """The policy as written cannot be published; its violations are the problems, below `yaml`."""

    zh = "策略有 {count} 处问题"
    en = "The policy has {count} problems"

    def __init__(self, problems: tuple[PolicyProblem, ...]) -> None:
        at = (Violation(".".join(filter(None, ("yaml", p.path))), p.rule, p.text) for p in problems)
        super().__init__(violations=tuple(at), count=len(problems))
        self.problems = problems


class PolicyNotReadable(PolicyNotValid):
    """Not even which process it is about can be read."""

    zh = "看不出这是哪个流程的策略"
    en = "It does not say of which process it is the policy"


def problem(sentences: Mapping[str, Text], path: str, rule: str, name: object = "") -> PolicyProblem:
    return PolicyProblem(path, rule, sentences[rule].format(name=name))
