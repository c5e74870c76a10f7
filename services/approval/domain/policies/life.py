"""The life of a policy: a draft, the version in force, one that has been superseded, one that takes no new cases."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kernel.errors import FailedPrecondition
from kernel.transitions import Transitions, transitions


class PolicyState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    """In force: new cases take it."""
    SUPERSEDED = "superseded"
    """A later version has been published. Cases that run under it keep it."""
    RETIRED = "retired"
    """No new cases. Those that run under it keep it."""


class PolicyVerb(StrEnum):
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    RETIRE = "retire"


TRANSITIONS: Final[Transitions[PolicyState, PolicyVerb]] = transitions(
    (PolicyState.DRAFT, PolicyVerb.PUBLISH, PolicyState.PUBLISHED),
    (PolicyState.PUBLISHED, PolicyVerb.SUPERSEDE, PolicyState.SUPERSEDED),
    (PolicyState.PUBLISHED, PolicyVerb.RETIRE, PolicyState.RETIRED),
    (PolicyState.RETIRED, PolicyVerb.SUPERSEDE, PolicyState.SUPERSEDED),
)


class RetiredBefore(FailedPrecondition):
    """`version` is the one that was retired."""

    reason = "POLICY_RETIRED"

    zh = "{process} 的审批策略（第 {version} 版）已经停用"
    en = "The policy of {process} (version {version}) is retired already"
