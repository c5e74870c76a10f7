"""Cases: one approval of one document, from the request to the outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kernel.errors import AlreadyExists, FailedPrecondition, PermissionDenied
from kernel.money import Money
from kernel.transitions import Transitions, move, transitions
from services.approval.domain.cases.names import CaseName
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.domain.policies.facts import Fact


class CaseState(StrEnum):
    OPEN = "open"
    SEALED = "sealed"
    """An effect that cannot be undone has begun."""
    SUSPENDED = "suspended"
    WITHDRAWING = "withdrawing"
    """Taken back; what was done is being undone."""
    TERMINATING = "terminating"
    """Ended by an administrator; what was done is being undone."""
    CLOSED = "closed"


class CaseVerb(StrEnum):
    SEAL = "seal"
    UNSEAL = "unseal"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    TERMINATE = "terminate"
    CLOSE = "close"


class CaseOutcome(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    """Ended by an administrator, whatever people would have decided."""


OPEN, SEALED, SUSPENDED, WITHDRAWING, TERMINATING, CLOSED = CaseState
# Given up, and how such a case ends once all is undone.
GIVEN_UP: Final = {WITHDRAWING: CaseOutcome.WITHDRAWN, TERMINATING: CaseOutcome.TERMINATED}

TRANSITIONS: Final[Transitions[CaseState, CaseVerb]] = transitions(
    (OPEN, CaseVerb.SEAL, SEALED),
    (SEALED, CaseVerb.UNSEAL, OPEN),
    (OPEN, CaseVerb.SUSPEND, SUSPENDED),
    (SUSPENDED, CaseVerb.RESUME, OPEN),
    ((OPEN, SUSPENDED), CaseVerb.WITHDRAW, WITHDRAWING),
    ((OPEN, SUSPENDED), CaseVerb.TERMINATE, TERMINATING),
    ((OPEN, SEALED, WITHDRAWING, TERMINATING), CaseVerb.CLOSE, CLOSED),
)


class SealAnswer(StrEnum):
    """Whether an effect that cannot be undone may be done now."""

    SEALED = "sealed"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Seals:
    """How often a point of no return was reached, and the last of these seals that was taken off again.

    `steerable`: people are asked on after it, and administrators may still steer that; it only cannot be given up.
    """

    set: int = 0
    taken_off: int = 0
    steerable: bool = False


class CaseSealed(FailedPrecondition):
    zh = "{case} 已进入不可撤销的环节（{point}），不能撤回或干预"
    en = "{case} can no longer be withdrawn or interfered with: {point} has begun"


class CaseGoesOn(CaseSealed):
    reason = "CASE_SEALED"
    zh = "{case} 已进入不可撤销的环节（{point}），不能撤回或终止"
    en = "{case} can no longer be given up: {point} has begun"


class CaseSuspended(FailedPrecondition):
    zh = "{case} 已挂起"
    en = "{case} is suspended"


class CaseWithdrawn(FailedPrecondition):
    zh = "{case} 已撤回"
    en = "{case} has been withdrawn"


class CaseTerminated(FailedPrecondition):
    zh = "{case} 已被管理员终止"
    en = "{case} has been ended by an administrator"


class CaseNotSuspended(FailedPrecondition):
    zh = "{case} 没有挂起"
    en = "{case} is not suspended"


class CaseIsClosed(FailedPrecondition):
    reason = "CASE_CLOSED"
    zh = "{case} 已结束（{outcome}）"
    en = "{case} is closed ({outcome})"


class DocumentChanged(FailedPrecondition):
    """The version that was shown is not the current one."""

    zh = "单据已更新到版本 {current}，请查看后再决定"
    en = "The document is at version {current} now; look at it before you decide"


class DocumentHasOpenCase(AlreadyExists):
    zh = "{document} 已有进行中的审批 {case}"
    en = "{document} has an open case already: {case}"


class OnlyTheRequester(PermissionDenied):
    zh = "只有申请人可以撤回"
    en = "Only the requester may withdraw it"


@dataclass(frozen=True, slots=True)
class Reopening:
    """Which case is decided anew, in whose words, about which version of the document and under which policy it began."""

    case: CaseName
    reason: str
    document_version: int
    policy: int


@dataclass(frozen=True, slots=True)
class Case:
    """`policy` is the version of the process's policy that is pinned; `sealed_for` the point of no return reached.

    `seals` remembers every seal by its point, for a workflow that begins again and comes by all of them once more.
    `version` counts changes of the case itself, `document_version` is that of the document it is about.
    """

    name: CaseName
    document: str
    document_version: int
    requester: PersonId
    organisation: OrganisationId
    policy: int
    title: str = ""
    amount: Money | None = None
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    state: CaseState = OPEN
    outcome: CaseOutcome | None = None
    sealed_for: str = ""
    seals: Mapping[str, Seals] = field(default_factory=lambda: MappingProxyType({}))
    version: int = 1
    created_at: datetime | None = None
    closed_at: datetime | None = None
    reopens: Reopening | None = None

    @property
    def is_open(self) -> bool:
        return self.state is not CLOSED

    @property
    def is_sealed(self) -> bool:
        """It can no longer be given up, whether or not administrators may still steer it."""
        return self.state is SEALED or bool(self._goes_on_for)

    @property
    def _goes_on_for(self) -> str:
        """The point of the seal that lets people steer on and stops giving up; empty if there is none."""
        in_force = (p for p, seals in self.seals.items() if seals.steerable and seals.taken_off < seals.set)
        return next(in_force, "")

    @property
    def is_given_up(self) -> bool:
        """Taken back or ended from outside, and not closed yet: nobody is asked any more."""
        return self.state in GIVEN_UP

    def must_allow_decision(self, document_version: int) -> None:
        """Raises CaseIsClosed, CaseWithdrawn, CaseTerminated, CaseSuspended, DocumentChanged."""
        self._must_run()
        if document_version != self.document_version:
            raise DocumentChanged(
                field="document_version", current=self.document_version, shown=document_version
            )

    def withdraw(self, by: PersonId) -> Case:
        """Takes the request back. Repeating it changes nothing. Raises OnlyTheRequester, CaseIsClosed, CaseSealed."""
        if by != self.requester:
            raise OnlyTheRequester
        if self.state is WITHDRAWING:
            return self
        self._must_be_for_giving_up()
        self._must_go_on()
        return self._moved(CaseVerb.WITHDRAW)

    def suspend(self) -> Case:
        """Nobody decides from here on, and nothing is sealed. Raises CaseSuspended, and what `terminate` raises."""
        self.must_be_walked()
        return self._moved(CaseVerb.SUSPEND)

    def resume(self) -> Case:
        """Raises CaseNotSuspended, CaseIsClosed."""
        self._must_go_on()
        if self.state is not SUSPENDED:
            raise CaseNotSuspended(case=self.name)
        return self._moved(CaseVerb.RESUME)

    def terminate(self) -> Case:
        """Ends it from outside. Raises CaseSealed, CaseIsClosed, CaseWithdrawn, CaseTerminated."""
        self._must_be_for_giving_up()
        self._must_go_on()
        return self._moved(CaseVerb.TERMINATE)

    def interfered(self) -> Case:
        """Its course has been changed from outside. Raises what `must_be_walked` raises."""
        self.must_be_walked()
        return replace(self, version=self.version + 1)

    def must_be_walked(self) -> None:
        """People are deciding. Raises CaseSealed, CaseSuspended, CaseIsClosed, CaseWithdrawn, CaseTerminated."""
        self._must_not_be_sealed()
        self._must_run()

    def seal(self, point: str, n: int, *, steerable: bool = False) -> tuple[Case, SealAnswer]:
        """The `n`-th seal for this point: from here on no withdrawal. Repeating it changes nothing. Raises CaseIsClosed.

        `steerable` leaves the case open: what administrators may do to it short of ending it they may do on.
        """
        self.must_be_open()
        known = self.seals.get(point, Seals())
        if n <= known.set:
            return self, SealAnswer.SEALED
        if self.state in GIVEN_UP:
            return self, SealAnswer.WITHDRAWN
        if self.state is SUSPENDED:
            return self, SealAnswer.SUSPENDED
        seals = {**self.seals, point: replace(known, set=n, steerable=steerable)}
        sealed = replace(self, seals=seals, version=self.version + 1)
        if steerable:
            return sealed, SealAnswer.SEALED
        moved = sealed if self.state is SEALED else replace(self._moved(CaseVerb.SEAL), seals=seals)
        return replace(moved, sealed_for=point), SealAnswer.SEALED

    def unseal(self, point: str, n: int) -> Case:
        """The effect was refused and people decide anew. A seal for another point, a later one, or none, stays as it is."""
        known = self.seals.get(point, Seals())
        if not known.taken_off < n <= known.set:
            return self
        seals = {**self.seals, point: replace(known, taken_off=n)}
        if self.state is SEALED and point == self.sealed_for and n == known.set:
            return replace(self._moved(CaseVerb.UNSEAL), sealed_for="", seals=seals)
        return replace(self, seals=seals, version=self.version + 1)

    def with_document(
        self,
        version: int,
        *,
        title: str | None = None,
        amount: Money | None = None,
        facts: Mapping[str, Fact] | None = None,
        policy: int | None = None,
    ) -> Case:
        """News of the document; what is not newer changes nothing, since news may overtake each other."""
        if version <= self.document_version:
            return self
        return replace(
            self,
            document_version=version,
            title=self.title if title is None else title,
            amount=self.amount if amount is None else amount,
            facts=self.facts if facts is None else facts,
            policy=self.policy if policy is None else policy,
            version=self.version + 1,
        )

    def close(self, outcome: CaseOutcome, at: datetime) -> Case:
        """Ends the case. Repeating it with the same outcome changes nothing.

        Raises CaseIsClosed (with another outcome), CaseSuspended, and CaseWithdrawn or CaseTerminated where an
        acknowledged withdrawal or termination was not seen yet: it holds, whatever was decided meanwhile.
        """
        if self.outcome is outcome:
            return self
        if GIVEN_UP.get(self.state, outcome) is not outcome:
            self._must_go_on()
        if self.state is SUSPENDED:
            raise CaseSuspended(case=self.name)
        self.must_be_open()
        return replace(self._moved(CaseVerb.CLOSE), outcome=outcome, closed_at=at)

    def must_be_open(self) -> None:
        """Raises CaseIsClosed."""
        if self.outcome:
            raise CaseIsClosed(case=self.name, outcome=self.outcome.value)

    def _must_go_on(self) -> None:
        self.must_be_open()
        if self.state is WITHDRAWING:
            raise CaseWithdrawn(case=self.name)
        if self.state is TERMINATING:
            raise CaseTerminated(case=self.name)

    def _must_run(self) -> None:
        self._must_go_on()
        if self.state is SUSPENDED:
            raise CaseSuspended(case=self.name)

    def _must_be_for_giving_up(self) -> None:
        self._must_not_be_sealed()
        self.must_be_open()
        if point := self._goes_on_for:
            raise CaseGoesOn(case=self.name, point=point)

    def _must_not_be_sealed(self) -> None:
        if self.state is SEALED:
            raise CaseSealed(case=self.name, point=self.sealed_for)

    def _moved(self, verb: CaseVerb) -> Case:
        state = move(TRANSITIONS, str(self.name), self.state, verb)
        return replace(self, state=state, version=self.version + 1)


def next_name(process: str, number: str, document: str, earlier: Iterable[Case]) -> CaseName:
    """What a new case of the document is called. Raises DocumentHasOpenCase."""
    earlier = tuple(earlier)
    for case in earlier:
        if case.is_open:
            raise DocumentHasOpenCase(document=document, case=case.name)
    return CaseName(process, number, 1 + max((case.name.n for case in earlier), default=0))
