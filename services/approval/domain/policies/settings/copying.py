"""Who is told of a step without being asked (抄送), and when. Whom the policy names is known at that moment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.approval.domain.policies.ballot import Outcome


class Copied(StrEnum):
    """At which moment of a step people are sent copies."""

    OPENED = "opened"
    """When its people are asked."""
    APPROVED = "approved"
    """When it is behind, and the case goes on."""
    ENDED = "ended"
    """When it is over, whatever its outcome."""


PASSED: Final = (Outcome.APPROVED, Outcome.SKIPPED)


@dataclass(frozen=True, slots=True)
class Copying:
    """`when` is None where nobody is told. The sources stand in the policy, `PolicyStep.copied`: cases keep its version."""

    when: Copied | None = None

    def is_due(self, *, opens: bool, outcome: Outcome | None) -> bool:
        """Whether copies are sent as the step `opens`, or ends for good with that `outcome`."""
        if outcome is not None and self.when is Copied.ENDED:
            return True
        return (opens and self.when is Copied.OPENED) or (outcome in PASSED and self.when is Copied.APPROVED)


USUAL_COPYING: Final = Copying()
