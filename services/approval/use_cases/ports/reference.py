"""The directory and the policies: what routes are planned from."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from chassis.postgres.paging import Page, PageRequest
from kernel.text import Text
from services.approval.domain.people.directory import Directory
from services.approval.domain.policies.policy import Policy
from services.approval.use_cases.policy_views import PolicyDraft, PolicyView


class Directories(Protocol):
    async def current(self) -> Directory: ...

    async def lock(self) -> None: ...

    async def add(self, directory: Directory, importer: str, at: datetime) -> None: ...


class Policies(Protocol):
    async def in_force(self, process: str) -> Policy:
        """Raises NoPolicy, also where the latest version is retired."""
        ...

    async def version(self, process: str, version: int) -> Policy:
        """Raises NotFound."""
        ...

    async def lock(self, process: str) -> None: ...

    async def titles(self) -> dict[str, Text]:
        """What every process is called, by the policy in force."""
        ...

    async def latest_version(self, process: str) -> int:
        """0 before the first."""
        ...

    async def add(self, view: PolicyView) -> None: ...

    async def retire(self, view: PolicyView) -> None: ...

    async def view(self, process: str, version: int | None) -> PolicyView:
        """As it was written; without a version the latest. Raises NotFound."""
        ...

    async def page(self, process: str, page: PageRequest) -> Page[PolicyView]:
        """The versions of a process, newest first; without one, the latest of every process."""
        ...


class PolicyDrafts(Protocol):
    """One for a process at most. Whoever changes one locks the policies of the process first."""

    async def find(self, process: str) -> PolicyDraft:
        """Raises NotFound."""
        ...

    async def save(self, draft: PolicyDraft) -> None: ...

    async def remove(self, draft: PolicyDraft) -> None: ...

    async def page(self, page: PageRequest) -> Page[PolicyDraft]:
        """By process."""
        ...
