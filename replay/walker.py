"""Walks one case: every act by who did it in the log, through their own RPCs, once what comes before has happened."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from google.type.date_pb2 import Date

from cli.values import money
from kernel.errors import Refusal
from kernel.text import Text
from replay.deciding import Decision, decide
from replay.latencies import FINANCE, FIRST_STEP, NEXT_STEP, PAID, SUBMIT, TAKE_BACK
from replay.office import Office
from replay.refusals import DidNotHappen
from replay.script import Act, Script
from replay.seen import Seen, Trail, state_of
from replay.story import State, Verb
from replay.waiting import insist
from zhupi.approval.v1.case_pb2 import WithdrawCaseRequest
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.expense.v1 import claim_pb2 as pb
from zhupi.expense.v1.claim_pb2 import Claim, ClaimLine

ENDS: Final = {
    State.DRAFT: Claim.STATE_DRAFT,
    State.RETURNED: Claim.STATE_DRAFT,
    State.IN_APPROVAL: Claim.STATE_IN_APPROVAL,
    State.APPROVED: Claim.STATE_IN_FINANCE_REVIEW,
    State.PAID: Claim.STATE_PAID,
    State.REJECTED: Claim.STATE_REJECTED,
}
# Ends after which nothing is under way any more.
CLOSED: Final = frozenset({State.DRAFT, State.PAID, State.REJECTED})
# Ends at which somebody has it to decide.
UNDECIDED: Final = frozenset({State.IN_APPROVAL, State.APPROVED})
AFTER: Final = {Verb.APPROVE: NEXT_STEP, Verb.APPROVE_LAST: FINANCE}


@dataclass(frozen=True, slots=True)
class Walked:
    """What came of a case. `problem`: why it could not be walked to its end."""

    script: Script
    claim: str
    seen: Seen
    problem: Text | None = None

    @property
    def agrees(self) -> bool:
        expected = Seen(self.script.end, self.script.order)
        return self.problem is None and self.seen == expected


class Walker:
    """`claim` is the claim as it was last seen, None where it has been out of hand since."""

    def __init__(self, office: Office, script: Script) -> None:
        self.office = office
        self.script = script
        self.name = ""
        self.claim: Claim | None = None
        self._acted: tuple[str, float] | None = None
        self._decided = WorkItem()
        self.trail = Trail(office, "")

    async def walk(self) -> Walked:
        try:
            await self._create()
            for act in self.script.acts[await self._done_before() :]:
                await self._do(act)
            return Walked(self.script, self.name, await self._settled())
        except Refusal as refusal:
            self.claim = None
            seen = Seen(State.NEW, ())
            with suppress(Refusal):
                seen = await self._so_far()
            return Walked(self.script, self.name, seen, refusal.text)

    async def _do(self, act: Act) -> None:
        match act.verb:
            case Verb.SAVE:
                if act.position:  # the first one is the creation
                    await self._edit(act, await self._draft(), "")
            case Verb.SUBMIT:
                await self._submit(act)
            case Verb.TAKE_BACK:
                await self._take_back(act)
            case Verb.PAID:
                await self._paid()
            case Verb.ASK_PAYMENT if act.refused:
                async with self.office.erp_that_refuses(self.name):
                    await self._decide(act, self.office.mapping.finance)
                    await self.office.finance.arrival(self.name)
            case Verb.ASK_PAYMENT | Verb.FINANCE_RETURN | Verb.FINANCE_REJECT:
                await self._decide(act, self.office.mapping.finance)
            case _:
                await self._decide(act, act.role)

    async def _create(self) -> None:
        office, day = self.office, self.office.run.day
        line = ClaimLine(
            expense_type=office.mapping.expense_type.key,
            date=Date(year=day.year, month=day.month, day=day.day),
            amount=money(f"{self.script.amount:.2f}"),
        )
        request = pb.CreateClaimRequest(
            request_id=office.run.request_id(self.script.case, 0, "create"),
            title=self.script.case,
            lines=[line],
            cost_centre=self.script.cost_centre,
        )
        self.claim = await insist(lambda: office.claims.CreateClaim(request))
        self.name = self.claim.name
        self.trail = Trail(office, self.name)

    async def _done_before(self) -> int:
        """How many acts an earlier attempt at this run has done."""
        if not self.office.run.resumed:
            return 0
        self.claim = None
        done = self.script.done_by((await self._so_far()).order)
        if done and self.script.acts[done - 1].verb is Verb.TAKE_BACK:
            await self._ended(await self.trail.latest_case())
        return done

    async def _edit(self, act: Act, claim: Claim, cost_centre: str) -> Claim:
        """Saves the draft, on the account of the round to come."""
        request = pb.UpdateClaimRequest(
            name=self.name,
            request_id=self._id(act, "edit"),
            etag=claim.etag,
            title=claim.title,
            lines=claim.lines,
            cost_centre=cost_centre or claim.cost_centre,
        )
        self.claim = await insist(lambda: self.office.claims.UpdateClaim(request))
        return self.claim

    async def _submit(self, act: Act) -> None:
        office, claim = self.office, await self._draft()
        if claim.cost_centre != act.cost_centre:
            claim = await self._edit(act, claim, act.cost_centre)
        request = pb.SubmitClaimRequest(name=self.name, request_id=self._id(act), etag=claim.etag)
        with office.latencies.measured(SUBMIT):
            await insist(lambda: office.claims.SubmitClaim(request))
        self.claim, self._acted = None, (FIRST_STEP, time.monotonic())

    async def _decide(self, act: Act, role: str) -> None:
        latencies, decision = self.office.latencies, Decision(act.verb, act.activity, self._id(act))
        arrival, self._decided = await decide(self.office.desks[role], self.name, decision, latencies)
        self.claim = None
        self.trail.leads_to(arrival.item.case)
        if self._acted is not None:
            what, at = self._acted
            latencies.note(what, arrival.at - at)
        self._acted = (AFTER[act.verb], time.monotonic()) if act.verb in AFTER else None

    async def _take_back(self, act: Act) -> None:
        """Out of the approval, once somebody has it to decide; or after it has come back."""
        if self.script.state_before(act) is State.RETURNED:
            await self._draft()
        else:
            await self._arrived(act.position)
        case = await self.trail.latest_case()
        request = WithdrawCaseRequest(name=case, request_id=self._id(act), reason=act.activity)
        with self.office.latencies.measured(TAKE_BACK):
            await insist(lambda: self.office.cases.WithdrawCase(request))
        await self._ended(case)
        self.office.nobody_has(self.name)
        self.claim, self._acted = None, None

    async def _paid(self) -> None:
        claim = await self._claim_in(Claim.STATE_PAID)
        paid, passed = claim.update_time, self._decided.decide_time
        if passed.seconds:  # else it was passed in an earlier attempt at this run
            self.office.latencies.note(PAID, (paid.ToNanoseconds() - passed.ToNanoseconds()) / 1e9)

    async def _settled(self) -> Seen:
        """How it stands once it stands as in the log, or after nothing more is to be expected."""
        with suppress(DidNotHappen):
            await self._claim_in(ENDS[self.script.end])
            if self.script.end in UNDECIDED:
                await self._arrived(len(self.script.acts))
            if self.script.end in CLOSED and (case := await self.trail.latest_case()):
                await self._ended(case)
        return await self._so_far()

    async def _so_far(self) -> Seen:
        if not self.name:
            return Seen(State.NEW, ())
        claim = self.claim if self.claim is not None else await insist(self._looked_at)
        order = await self.trail.order()
        case = await self.trail.latest_case()
        is_open = bool(case) and not await self.trail.has_ended(case)
        return Seen(state_of(claim, is_open=is_open), order)

    async def _arrived(self, position: int) -> None:
        """Somebody has it to decide, before the act of that position."""
        desk = self.office.desks[self.script.turn_at(position, self.office.mapping)]
        self.trail.leads_to((await desk.arrival(self.name)).item.case)

    async def _ended(self, case: str) -> None:
        await self.office.experience.until("end", lambda: self.trail.has_ended(case), f"{case} → CLOSED")

    async def _draft(self) -> Claim:
        """The claim, once it is a draft."""
        return await self._claim_in(Claim.STATE_DRAFT)

    async def _claim_in(self, state: Claim.State.ValueType) -> Claim:
        async def look() -> Claim | None:
            claim = await self._looked_at()
            return claim if claim.state == state else None

        if self.claim is None or self.claim.state != state:
            name = Claim.State.Name(state)
            self.claim = await self.office.experience.until(name, look, f"{self.name} → {name}")
        return self.claim

    async def _looked_at(self) -> Claim:
        return await self.office.claims.GetClaim(pb.GetClaimRequest(name=self.name))

    def _id(self, act: Act, what: str = "act") -> str:
        return self.office.run.request_id(self.script.case, act.position, what)
