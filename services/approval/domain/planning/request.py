"""What is asked of the planner, and what its rules name in answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.text import Text
from services.approval.domain.people.directory import AsOf, Organisation, Person, PersonId, PostKey
from services.approval.domain.planning.known import Known
from services.approval.domain.policies.facts import Fact
from services.approval.domain.policies.policy import Policy


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, for which organisation, on which day's directory, with which facts; in which `stage` of which policy.

    While a route is planned nobody knows whom a late source names. With `opens` the step is about to be opened.
    """

    requester: Person
    organisation: Organisation
    directory: AsOf
    facts: Mapping[str, Fact]
    policy: Policy
    stage: str
    known: Known
    opens: bool = False

    def name(self, person: PersonId) -> str:
        found = self.directory.person(person)
        return found.name if found else person

    def names(self, people: tuple[PersonId, ...]) -> str:
        return "、".join(self.name(person) for person in people)


@dataclass(frozen=True, slots=True)
class Found:
    """People whom one rule named, the sentence that says why, and the path of the rule. `post` is what they hold.

    `weight` is that of each of their decisions in a vote.
    """

    people: tuple[PersonId, ...]
    text: Text
    rule: str
    post: PostKey = ""
    weight: int = 1
