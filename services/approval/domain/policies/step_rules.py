"""The rules under which a step runs: what its policy said when the route was planned. Kept with the route and the step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.approval.domain.policies.settings.acting import USUAL_ACTING, Acting
from services.approval.domain.policies.settings.copying import USUAL_COPYING, Copying
from services.approval.domain.policies.settings.deadline import Deadline
from services.approval.domain.policies.settings.privileges import USUAL_PRIVILEGES, Privileges
from services.approval.domain.policies.settings.returning import USUAL_RETURNING, Returning
from services.approval.domain.policies.settings.unattended import USUAL_UNATTENDED, Unattended
from services.approval.domain.policies.settings.visibility import USUAL_VISIBILITY, Visibility


@dataclass(frozen=True, slots=True)
class StepRules:
    """A subject each; how it is written down stands in the module of the same name in `policy_text/settings`.

    Whatever is added has a default, which is what holds for steps that were planned before.
    """

    acting: Acting = USUAL_ACTING
    returning: Returning = USUAL_RETURNING
    unattended: Unattended = USUAL_UNATTENDED
    deadline: Deadline | None = None
    visibility: Visibility = USUAL_VISIBILITY
    privileges: Privileges = USUAL_PRIVILEGES
    copying: Copying = USUAL_COPYING


PLAIN: Final = StepRules()
