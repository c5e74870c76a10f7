"""What the use cases need to know of cases: the cases themselves, their routes, effects, comments and news that waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from chassis.postgres.paging import Page, PageRequest
from kernel.text import Text
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import CaseName, StepName
from services.approval.domain.cases.notices import Notice, NoticeKind
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.route import Route
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.walked import Past
from services.approval.use_cases.queries import AskCases
from services.approval.use_cases.views import (
    CaseView,
    Comment,
    Effect,
    RouteView,
    Sight,
)


class Cases(Protocol):
    """Everyone who changes anything of a case locks its row first, so that the changes of a case come one by one."""

    async def lock(self, name: CaseName) -> Case:
        """Raises NotFound."""
        ...

    async def lock_with_route(self, name: CaseName, stage: str, round: int) -> tuple[Case, RouteView | None]:
        """The case, locked, and its route for the `round`th walk of a stage, if there is one. Raises NotFound."""
        ...

    async def lock_with_step(
        self, name: CaseName, step: StepName, round: int
    ) -> tuple[Case, Step | None, RouteView | None]:
        """The case, locked, the step, if it is there, and the route of its stage in that round. Raises NotFound."""
        ...

    async def lock_with_item(self, item: UUID) -> tuple[Case, Step]:
        """The case of a work item, and its step. Raises NotFound."""
        ...

    async def lock_with_item_if_free(self, item: UUID) -> tuple[Case, Step] | None:
        """The same, None where somebody else holds the case at this moment: nobody is waited for."""
        ...

    async def of_document(self, document: str) -> tuple[Case, ...]:
        """Every case of the document, oldest first, locked.

        Whoever else starts a case of this document, or brings news of it, waits until this transaction ends.
        """
        ...

    async def about(self, document: str) -> tuple[Case, ...]:
        """The same, for whoever only asks: nothing is locked."""
        ...

    def requested_version(self, case: Case) -> int:
        """The version with which a case was requested that `of_document` has found."""
        ...

    def add(self, case: Case, snapshot: Mapping[str, Any]) -> None: ...

    def save(self, case: Case, snapshot: Mapping[str, Any] | None = None) -> None: ...

    def join(self, name: CaseName, people: Iterable[PersonId]) -> None:
        """They take part in the case from now on, and so may see it."""
        ...

    async def note_signal(
        self, name: CaseName, id: str, signal: str, args: Mapping[str, Any], at: datetime
    ) -> bool:
        """Keep what the workflow is told. False where it was kept before."""
        ...

    # What is shown.

    async def find(self, name: CaseName, sight: Sight) -> CaseView:
        """With everything around it. Raises NotFound, also where it may not be seen."""
        ...

    async def must_be_seen(self, name: CaseName, sight: Sight) -> None:
        """Raises NotFound where there is no such case, or it may not be seen."""
        ...

    async def latest_name(self, document: str) -> CaseName:
        """Raises NotFound."""
        ...

    async def with_work_of(
        self, person: PersonId, behind: int, most: int
    ) -> tuple[tuple[int, CaseName], ...]:
        """Open cases in which the person may have something to do now or later, by their places, behind one of them."""
        ...

    async def latest(self, process: str, count: int) -> tuple[Case, ...]:
        """The cases of a process that were requested last, newest first."""
        ...

    async def policy_kept_by(self, document: str, process: str) -> int | None:
        """The version under which a case of the document runs; None where none does."""
        ...

    async def page(self, asked: AskCases, sight: Sight, page: PageRequest) -> Page[CaseView]: ...

    async def may_see_document(self, document: str, sight: Sight) -> bool | None:
        """Whether a case of the document is seen; None where it has no case."""
        ...


class Routes(Protocol):
    async def latest(self, case: CaseName, stage: str) -> RouteView | None:
        """The route that the stage is walked by now; None before it is planned."""
        ...

    async def running(self, case: CaseName) -> RouteView | None:
        """The route of the stage that was planned last."""
        ...

    def became(self, case: CaseName, view: RouteView, at: datetime) -> None:
        """What became of a route under way."""
        ...

    async def find(self, case: CaseName, stage: str, round: int) -> RouteView | None: ...

    def add(self, case: Case, round: int, route: Route, at: datetime) -> None: ...

    def turned(self, case: CaseName, stage: str, round: int, past: Past, at: datetime) -> None:
        """The workflow has told what its walk counts no longer. What is known already changes nothing."""
        ...

    async def past(self, case: CaseName, stage: str, round: int) -> Past | None:
        """What the workflow has told last; None where that walk has never turned."""
        ...


class Effects(Protocol):
    async def find(self, case: CaseName, key: str) -> Effect | None: ...

    async def waiting(self, case: CaseName) -> tuple[Effect, ...]: ...

    def save(self, case: CaseName, effect: Effect) -> None: ...

    def settle(self, case: CaseName, key: str, at: datetime) -> None:
        """Whatever this effect has waited for, it waits no more."""
        ...

    def settle_all(self, case: CaseName, at: datetime) -> None:
        """Nothing of this case waits any more."""
        ...


class Comments(Protocol):
    def add(self, case: CaseName, comment: Comment) -> None: ...


class Notices(Protocol):
    """What people are told without being asked to do anything."""

    def tell(
        self,
        people: Iterable[PersonId],
        kind: NoticeKind,
        case: Case,
        text: Text,
        *,
        at: datetime,
        by: PersonId = "",
        comment: str = "",
    ) -> Notice | None:
        """Everybody who is named reads it among their news, or copies, and may see the case from now on.

        `by` is who has it said, empty for the system; `comment` their own words. Nobody named: nothing happens.
        """
        ...

    async def tell_once(self, key: str, people: Iterable[PersonId], notice: Notice) -> bool:
        """News, of a case or of no case, to these people. False where it was told under this key before."""
        ...


class WaitingFacts(Protocol):
    """News of documents whose case is not known yet."""

    async def keep(self, document: str, fact_id: str, version: int, fact: bytes, at: datetime) -> None: ...

    async def newest(self, document: str) -> int:
        """The newest version of the document of which news wait, 0 if none do."""
        ...

    async def take(self, document: str) -> tuple[bytes, ...]:
        """Everything that waits for the document, in the order of its versions; it waits no longer."""
        ...
