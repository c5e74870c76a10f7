"""What the approval service and the workflows say to each other: names, ids, queues, inputs, signals. Standard library only.

A case is the workflow id `process/number/n`; a step is `case/stage/key#visit`. Everything here is data that stands in
histories for years: fields are added with defaults, never renamed or removed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

# Workflow tasks and local activities.
CASES_QUEUE: Final = "cases"
# What is looked at regularly, and is no case.
LICENCE_WATCH: Final = "licence-watch"
ALLOTMENT_RECONCILIATION: Final = "allotment-reconciliation"
# Activities that call outside systems: seconds to days, own retries.
OUTSIDE_QUEUE: Final = "outside"

STEP_COMPLETED: Final = "step_completed"
STEP_RESCHEDULED: Final = "step_rescheduled"
CASE_ACT: Final = "case_act"
FACT: Final = "fact"

# Kinds of case_act.
WITHDRAW: Final = "withdraw"
# Ended by an administrator, like a withdrawal; `reason` says why.
TERMINATE: Final = "terminate"
RETRY: Final = "retry"
# The walk goes on at another step: `stage`, `round`, `n`, `to`, `over`.
JUMP: Final = "jump"
# The rest of a route was edited: `stage`, `round`, `revision`, `steps` (each `key`, `after`, `skipped`).
REPLANNED: Final = "replanned"
# The case was closed, with this `outcome`, and its workflow does not seem to know.
CLOSED: Final = "closed"

# Reasons of refusals that workflows know.
CASE_WITHDRAWN: Final = "CASE_WITHDRAWN"
CASE_TERMINATED: Final = "CASE_TERMINATED"
# Taken back or ended: the case act says which, and why.
GIVEN_UP: Final = (CASE_WITHDRAWN, CASE_TERMINATED)
CASE_CLOSED: Final = "CASE_CLOSED"
CHANGED: Final = "DOCUMENT_CHANGED"

# The workflow type of all processes that need no code, and the collection of their documents.
GENERIC: Final = "generic"
GENERIC_DOCUMENTS: Final = "documents/"

# Names of facts that the protocol itself knows.
RESUBMITTED: Final = "resubmitted"
DOCUMENT_CHANGED: Final = "document_changed"

# Those of activities.
ACTIVITY_CANCELLED: Final = "cancelled"
ENDED_EARLY: Final = "ended_early"
TERMS_CHANGED: Final = "terms_changed"
CLOSURE_SUBMITTED: Final = "closure_submitted"
ALL_CLAIMED: Final = "all_claimed"


class Outcome(StrEnum):
    """How a step or a walked stage ended."""

    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"


class Resume(StrEnum):
    """How a case goes on after a return: all is walked again from there, or it comes straight back to who returned it."""

    WALK_AGAIN = "walk_again"
    COME_BACK = "come_back"


class CaseOutcome(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


@dataclass(frozen=True)
class CaseStart:
    """The input of every process. The workflow type is the process name, `expense-claim`, or GENERIC (`workflow_type`).

    `carried` is what an earlier run of the same workflow hands on to the next one when its history has grown long; only
    a workflow sets it. `again`: there has been a workflow of this case, and nobody knows how far it had come.
    `reopens` is the former case that is decided anew in this one, about `reopened_version` of the document, and
    `reopening_reason` why, in the words of who had it reopened. Its document's owner has to be asked first.
    """

    case: str
    process: str
    document: str
    document_version: int
    requester: str
    carried: dict[str, Any] | None = None
    again: bool = False
    reopens: str = ""
    reopened_version: int = 0
    reopening_reason: str = ""


@dataclass(frozen=True)
class CaseResult:
    """The result of every process."""

    outcome: CaseOutcome


@dataclass(frozen=True)
class StepCompleted:
    """A step has its outcome. `return_to` names earlier steps by key, with commas between; empty: the requester.

    `document_version` is 0 where nobody has seen the document: the step was decided by a rule of its policy.
    """

    step: str
    outcome: Outcome
    document_version: int
    return_to: str = ""
    comment: str = ""
    decider: str = ""
    resume: Resume = Resume.WALK_AGAIN

    @property
    def targets(self) -> tuple[str, ...]:
        """The keys of the steps that it was returned to; none: the requester."""
        return tuple(self.return_to.split(",")) if self.return_to else ()


@dataclass(frozen=True)
class StepRescheduled:
    """Deadlines of a step have moved; revisions only grow. `at` is ISO 8601 by timer name."""

    step: str
    revision: int
    at: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseAct:
    """What somebody has done to the case as a whole. `act_id` is unique in the case; a repeated one is dropped."""

    act_id: str
    kind: str
    by: str = ""
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fact:
    """News about the document. `fact_id` is unique for the document; a repeated one is dropped."""

    fact_id: str
    name: str
    document_version: int = 0
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Came:
    """What came first: this news, or a moment before any."""

    fact: Fact | None = None


@dataclass(frozen=True)
class LaneStart:
    """A row of a case's lane: start the workflow."""

    start: CaseStart


@dataclass(frozen=True)
class LaneSignal:
    """A row of a case's lane: one signal, named as above, with its dataclass as a dict."""

    case: str
    signal: str
    args: dict[str, Any]


def workflow_type(start: CaseStart) -> str:
    """By which workflow a case is walked: its process's own, or the one of all processes that need no code."""
    return GENERIC if start.document.startswith(GENERIC_DOCUMENTS) else start.process


def case_id(process: str, number: str, n: int) -> str:
    return f"{process}/{number}/{n}"


def step_id(case: str, stage: str, key: str, visit: int) -> str:
    return f"{case}/{stage}/{key}#{visit}"


def step_place(step: str) -> tuple[str, str, int]:
    """The case, the place in it (`stage/key`) and the visit of a step. Raises ValueError if it is no step id."""
    path, _, visit = step.rpartition("#")
    case, stage, key = path.rsplit("/", 2)
    return case, f"{stage}/{key}", int(visit)


def effect_key(case: str, effect: str, count: int) -> str:
    """The idempotency key of an effect; a refused one gets the next count."""
    return f"{case}/{effect}/{count}"


_REQUESTS: Final = UUID("5f1c7a52-2f0e-5b8e-9d55-3a1de4f4b7a0")


def request_id(key: str) -> str:
    """The request_id under which an effect is asked for: the same for every attempt."""
    return str(uuid5(_REQUESTS, key))
