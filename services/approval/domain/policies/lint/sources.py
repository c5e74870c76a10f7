"""Sources name people, posts and organisations that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.problems import PolicyProblem, problem
from services.approval.domain.policies.sources import PersonSource, PostSource, Source

SENTENCES: Final = {
    "UNKNOWN_PERSON": Text("人员 {name} 不存在或不在职", "{name} is not an active person"),
    "UNKNOWN_POST": Text("岗位 {name} 不存在", "There is no post {name}"),
    "UNKNOWN_ORGANISATION": Text("组织 {name} 不存在或未生效", "{name} is not an organisation in force"),
    "NO_APPROVERS": Text("没有指定审批人", "Nobody is named as approver"),
}


def source_problems(sources: Iterable[Source], path: str, directory: AsOf) -> Iterator[PolicyProblem]:
    sources = tuple(sources)
    if not sources:
        yield problem(SENTENCES, path, "NO_APPROVERS")
    for place, source in enumerate(sources):
        match source:
            case PersonSource(person) if directory.person(person) is None:
                yield problem(SENTENCES, f"{path}[{place}].person", "UNKNOWN_PERSON", person)
            case PostSource(post, _, organisation):
                if directory.post(post) is None:
                    yield problem(SENTENCES, f"{path}[{place}].post", "UNKNOWN_POST", post)
                if organisation and directory.organisation(organisation) is None:
                    yield problem(
                        SENTENCES, f"{path}[{place}].in.organisation", "UNKNOWN_ORGANISATION", organisation
                    )
