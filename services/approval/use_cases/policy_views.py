"""Policies as people are shown them: as they were written, and what has become of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kernel.errors import EtagMismatch
from kernel.text import Text
from kernel.transitions import move
from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.life import TRANSITIONS, PolicyState, PolicyVerb, RetiredBefore
from services.approval.domain.policies.problems import PolicyProblem


@dataclass(frozen=True, slots=True)
class Retirement:
    """Who took a policy out of force, when and why."""

    by: PersonId
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A published policy as it was written."""

    process: str
    version: int
    title: Text
    yaml: str
    publisher: PersonId
    published_at: datetime
    state: PolicyState = PolicyState.PUBLISHED
    retirement: Retirement | None = None

    @property
    def name(self) -> str:
        return f"policies/{self.process}/versions/{self.version}"

    @property
    def etag(self) -> str:
        return f"{self.version}.{self.state.value}"

    def retired(self, retirement: Retirement) -> PolicyView:
        """Out of force. Raises RetiredBefore."""
        if self.state is PolicyState.RETIRED:
            raise RetiredBefore(process=self.process, version=self.version)
        state = move(TRANSITIONS, self.name, self.state, PolicyVerb.RETIRE)
        return replace(self, state=state, retirement=retirement)


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy that somebody is writing. `version` counts how often it was saved."""

    process: str
    title: Text
    yaml: str
    author: PersonId
    saved_at: datetime
    version: int = 1
    problems: tuple[PolicyProblem, ...] = ()

    @property
    def name(self) -> str:
        return f"policies/{self.process}/draft"

    def expecting(self, etag: str) -> PolicyDraft:
        """Raises EtagMismatch unless it is as it was seen; an empty etag has seen nothing."""
        if etag and etag != str(self.version):
            raise EtagMismatch(field="etag", name=self.name, current=self.version)
        return self
