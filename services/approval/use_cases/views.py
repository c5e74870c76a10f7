"""What people are shown: aggregates together with what stands around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chassis.postgres.paging import Page
from kernel.money import Money
from kernel.text import Text
from services.approval.domain.cases.case import Case, CaseOutcome, CaseState
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.cases.notices import Notice
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.domain.people.stand_ins import Standing
from services.approval.domain.planning.elsewhere import StageJump
from services.approval.domain.planning.route import Route
from services.approval.domain.steps.work_items import WorkItem


@dataclass(frozen=True, slots=True)
class ItemView:
    """A work item with what its step and its case say about it.

    `held_until`: its step is decided, and the decision may be taken back until then.
    """

    item: WorkItem
    step: StepName
    step_title: Text
    created_at: datetime
    document: str
    document_version: int
    title: str
    amount: Money | None
    requester: PersonId
    organisation: OrganisationId
    policy: int
    due_at: datetime | None = None
    due_is_provisional: bool = False
    held_until: datetime | None = None
    next: ItemView | None = None
    listed: Listed | None = None

    @property
    def etag(self) -> str:
        return str(self.item.version)


@dataclass(frozen=True, slots=True)
class Listed:
    """How something stands in somebody's list. `in_place_of` is whose list it is, empty for their own."""

    since: datetime
    read_at: datetime | None = None
    due_at: datetime | None = None
    in_place_of: PersonId = ""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as a line of a list."""

    name: CaseName
    document: str
    title: str
    amount: Money | None
    requester: PersonId
    organisation: OrganisationId
    state: CaseState
    outcome: CaseOutcome | None
    created_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice with the case that it is about, if it is about one, as one of those who were told has it."""

    notice: Notice
    case: CaseLine | None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is in somebody's folders, each counted no further than some thousands."""

    to_do: int
    overdue: int
    done: int
    requested: int
    copies: int
    to_read: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of somebody's folder: items, cases or notices. `total` counts no further than some thousands."""

    page: Page[ItemView | CaseLine | NoticeView]
    total: int
    counts: Counts | None = None


@dataclass(frozen=True, slots=True)
class RouteView:
    """The route of the `round`th walk of a stage, and the version of the document for which it was planned.

    `revision` counts how often it was edited, `jumps` are those that were made in this walk.
    """

    route: Route
    round: int
    document_version: int
    revision: int = 0
    jumps: tuple[StageJump, ...] = ()


class EffectState(StrEnum):
    RUNNING = "running"
    WAITING = "waiting"
    """The other side does not answer; it is tried again by itself."""
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that the workflow does outside, under the key by which the other side knows it."""

    key: str
    state: EffectState
    reason: str
    updated_at: datetime
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    author: PersonId
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a case as one of those has it who were told. `by` is empty where the policy had it sent."""

    person: PersonId
    by: PersonId
    text: Text
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything around it; in lists without routes, items, comments, copies and snapshot.

    `items` are what is open and what was there last; `earlier_items` says how many there were beside them. `copies` are for those who may know who has read what.
    """

    case: Case
    effects: tuple[Effect, ...] = ()
    routes: tuple[RouteView, ...] = ()
    items: tuple[ItemView, ...] = ()
    earlier_items: int = 0
    comments: tuple[Comment, ...] = ()
    copies: tuple[Copy, ...] = ()
    snapshot: Mapping[str, Any] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return str(self.case.version)


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: everything, or the cases they take part in and those of `organisations`.

    Whoever stands in for somebody also sees, as long as that lasts, what that person has to do.
    """

    person: PersonId
    organisations: frozenset[OrganisationId] = frozenset()
    everything: bool = False
    standings: frozenset[Standing] = frozenset()

    def people(self, case: Case) -> frozenset[PersonId]:
        """As whom they look at a case: as themselves, and as those in whose place they may act in it."""
        stood_in_for = (
            one.person for one in self.standings if one.covers(case.name.process, case.organisation)
        )
        return frozenset((self.person, *stood_in_for))
