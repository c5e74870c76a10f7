"""What has happened to a claim, as the timelines of the claim and of its cases say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cli.paging import listed
from reading.names import bare
from replay.mapping import Mapping
from replay.office import Office
from replay.script import REFUSED
from replay.story import State, Verb
from replay.waiting import insist
from zhupi.approval.v1.case_pb2 import ListCasesRequest
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest, TimelineEntry
from zhupi.expense.v1.claim_pb2 import Claim

# What a row of a timeline is called here; a decision is told by who made it, and what was made of it.
SAID = {
    "ClaimSubmitted": Verb.SUBMIT.value,
    "WithdrawalAsked": Verb.TAKE_BACK.value,
    "PaymentRefused": REFUSED,
    "ClaimPaid": Verb.PAID.value,
}
DECISIONS = {"approved": Verb.APPROVE, "returned": Verb.RETURN, "rejected": Verb.REJECT}
FINANCE_DECISIONS = {
    "approved": Verb.ASK_PAYMENT,
    "returned": Verb.FINANCE_RETURN,
    "rejected": Verb.FINANCE_REJECT,
}
STATES = {
    Claim.STATE_IN_APPROVAL: State.IN_APPROVAL,
    Claim.STATE_IN_FINANCE_REVIEW: State.APPROVED,
    Claim.STATE_PAYABLE: State.PAYABLE,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a claim is, and what has happened to it, in order; `script.Act.words` says the same of the log."""

    state: State
    order: tuple[str, ...]


def state_of(claim: Claim, *, is_open: bool) -> State:
    """`is_open`: its case has not ended. A claim is where it ends once its case has; until then it is on its way there."""
    match claim.state:
        case Claim.STATE_DRAFT:
            return State.RETURNED if is_open else State.DRAFT
        case Claim.STATE_PAID:
            return State.PAYABLE if is_open else State.PAID
        case Claim.STATE_REJECTED:
            return State.IN_APPROVAL if is_open else State.REJECTED
    return STATES[claim.state]


class Trail:
    """What one claim and its cases leave behind."""

    def __init__(self, office: Office, claim: str) -> None:
        self._office = office
        self._claim = claim
        self._cases: list[str] = []
        # A case that has ended says nothing more.
        self._ended: dict[str, list[TimelineEntry]] = {}

    def leads_to(self, case: str) -> None:
        """A case of the claim was met."""
        if case not in self._cases:
            self._cases.append(case)

    async def latest_case(self) -> str:
        """Empty where there is none."""
        cases = self._cases or await self._listed()
        return cases[-1] if cases else ""

    async def has_ended(self, case: str) -> bool | None:
        """None while it has not."""
        await self._rows(case)
        return case in self._ended or None

    async def order(self) -> tuple[str, ...]:
        """What has happened so far, in the words of the script."""
        rows = await self._rows(self._claim)
        for case in self._cases or await self._listed():
            rows = [*rows, *await self._rows(case)]
        rows.sort(key=lambda row: (row.time.ToNanoseconds(), row.document, row.sequence))
        return tuple(words_in(rows, self._office.mapping))

    async def _listed(self) -> list[str]:
        """Of a claim that nobody here has met a case of: one that nobody has decided on, or that was begun by an earlier attempt."""
        request = ListCasesRequest(document=self._claim)
        cases = await insist(
            lambda: listed(self._office.claimant, self._office.cases.ListCases, request, "cases")
        )
        self._cases = sorted((case.name for case in cases), key=lambda name: int(name.rpartition("/")[2]))
        return self._cases

    async def _rows(self, document: str) -> list[TimelineEntry]:
        if document in self._ended:
            return self._ended[document]
        rpc = self._office.timelines[document.partition("/")[0]].ListTimeline
        rows: list[TimelineEntry] = await insist(
            lambda: listed(self._office.claimant, rpc, ListTimelineRequest(document=document), "entries")
        )
        if any(row.kind == "CaseEnded" for row in rows):
            self._ended[document] = rows
        return rows


def words_in(rows: Iterable[TimelineEntry], mapping: Mapping) -> Iterator[str]:
    roles = {role.login: name for name, role in mapping.roles.items()}
    for row in rows:
        if row.kind in SAID:
            yield SAID[row.kind]
        elif row.kind == "WorkItemDecided":
            role, outcome = roles.get(bare(row.actor), row.actor), str(row.details["outcome"])
            if role == mapping.finance:
                yield FINANCE_DECISIONS[outcome].value
            else:
                yield f"{DECISIONS[outcome]} {role}"
