"""Sources name people, posts, organisations, facts, capabilities and matrices that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.facts import FactType
from services.approval.domain.policies.policy import Policy
from services.approval.domain.policies.problems import PolicyProblem, problem
from services.approval.domain.policies.sources import (
    AuthoritySource,
    CapabilitySource,
    ChosenSource,
    FactSource,
    PersonSource,
    PostSource,
    Source,
    is_late,
)

SENTENCES: Final = {
    "UNKNOWN_PERSON": Text("人员 {name} 不存在或不在职", "{name} is not an active person"),
    "UNKNOWN_POST": Text("岗位 {name} 不存在", "There is no post {name}"),
    "UNKNOWN_ORGANISATION": Text("组织 {name} 不存在或未生效", "{name} is not an organisation in force"),
    "UNKNOWN_CAPABILITY": Text("没有人具备能力 {name}", "Nobody has the capability {name}"),
    "UNKNOWN_AUTHORITY": Text("没有名为 {name} 的授权表", "There is no authority matrix {name}"),
    "UNKNOWN_FACT": Text("策略没有声明事实 {name}", "The policy declares no fact {name}"),
    "FACT_NAMES_NOBODY": Text(
        "事实 {name} 的类型应为 person 或 people", "Fact {name} must be of type person or people"
    ),
    "NO_APPROVERS": Text("没有指定审批人", "Nobody is named as approver"),
    "KNOWN_TOO_LATE": Text(
        "chosen_by（步骤）和 deciders_of 只能用于步骤的审批人，步骤开始时才知道是谁",
        "chosen_by a step and deciders_of are for the approvers of steps: only then is it known who it is",
    ),
}
NAMING: Final = (FactType.PERSON, FactType.PEOPLE)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the sources of a policy may name."""

    policy: Policy
    directory: AsOf

    def problems(
        self, sources: Iterable[Source], path: str, *, late: bool = False
    ) -> Iterator[PolicyProblem]:
        """`late`: they may name people who are known only when a step opens."""
        sources = tuple(sources)
        if not sources:
            yield problem(SENTENCES, path, "NO_APPROVERS")
        for place, source in enumerate(sources):
            if is_late(source) and not late:
                yield problem(SENTENCES, f"{path}[{place}]", "KNOWN_TOO_LATE")
            yield from self._problems(source, f"{path}[{place}]")

    def _problems(self, source: Source, path: str) -> Iterator[PolicyProblem]:
        match source:
            case PersonSource(person) if self.directory.person(person) is None:
                yield problem(SENTENCES, f"{path}.person", "UNKNOWN_PERSON", person)
            case PostSource(post, _, organisation):
                if self.directory.post(post) is None:
                    yield problem(SENTENCES, f"{path}.post", "UNKNOWN_POST", post)
                if organisation and self.directory.organisation(organisation) is None:
                    yield problem(SENTENCES, f"{path}.in.organisation", "UNKNOWN_ORGANISATION", organisation)
            case CapabilitySource(key) if key not in self.directory.directory.index.capabilities_by_key:
                yield problem(SENTENCES, f"{path}.capability", "UNKNOWN_CAPABILITY", key)
            case AuthoritySource(name, chain):
                if name not in {one.name for one in self.policy.authorities}:
                    key = "managers_up_to.authority" if chain else "authority"
                    yield problem(SENTENCES, f"{path}.{key}", "UNKNOWN_AUTHORITY", name)
            case FactSource(fact, among):
                yield from self._fact(fact, f"{path}.{'fact' if among else 'field'}")
                yield from self.problems(among, f"{path}.among") if among else ()
            case ChosenSource(_, among) if among:
                yield from self.problems(among, f"{path}.among")

    def _fact(self, key: str, path: str) -> Iterator[PolicyProblem]:
        types = {fact.key: fact.type for fact in self.policy.facts}
        if key not in types:
            yield problem(SENTENCES, path, "UNKNOWN_FACT", key)
        elif types[key] not in NAMING:
            yield problem(SENTENCES, path, "FACT_NAMES_NOBODY", key)
