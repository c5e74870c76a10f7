"""What finance does to a claim under review."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.money import Money
from services.expense import messages
from services.expense.domain.claim import Claim
from services.expense.domain.events import ClaimLineCut
from services.expense.domain.lines import Cut
from services.expense.permissions import require_on
from services.expense.use_cases import claim_money
from services.expense.use_cases.ports import Work
from services.expense.use_cases.sight import own_sight


@dataclass(frozen=True, slots=True)
class CutClaimLine:
    number: str
    etag: str
    line: str
    amount: Money
    reason: str


async def cut_claim_line(cmd: CutClaimLine, *, uow: Work, actor: Actor, clock: Clock) -> Claim:
    """Makes a new version to decide on, and holds so much less of the budget, or of the activity.

    Raises OverBudget, ClaimAboveClaimable where a cut is taken back and others have used the money meanwhile.
    """
    async with uow:
        claim = await uow.claims.get_for_update(cmd.number, own_sight(actor))
        require_on(actor, "CutClaimLine", claim)
        cut = Cut(cmd.amount, cmd.reason, actor.person)
        claim = claim.expecting(cmd.etag).cut_line(cmd.line, cut, at=clock.now())
        await uow.claims.save(claim)
        await claim_money.reserve(uow, claim, actor, cmd.reason)
        said = {"line": cmd.line, "cut": cmd.amount, "reason": cmd.reason, "payable": claim.payable}
        uow.record(ClaimLineCut.of(claim, actor, **said), messages.cut(claim))
        return await uow.commit(claim)
