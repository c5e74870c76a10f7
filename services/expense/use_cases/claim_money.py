"""What a claim takes of budgets, and of activities whose lines it names: taken, given back and spent together.

The claim is locked. Allotments are locked before budgets, several of either in one order, so that nobody waits in a
circle; whoever draws on the same budgets waits from there to the commit, so that this comes last. A claim without
activities asks for none, in as many round trips as there were before there were activities.
"""

from __future__ import annotations

from kernel.actor import Actor
from kernel.money import sum_money
from services.expense import allotment_messages as messages
from services.expense.domain.allotment import Allotment
from services.expense.domain.allotment_events import AllotmentDrawn, AllotmentSpent
from services.expense.domain.budget import Holdings, Stage, at_stage, sum_needs
from services.expense.domain.claim import Claim
from services.expense.domain.drawing import Draws, check_draws, differences
from services.expense.use_cases.ports import Note, Work


async def reserve(uow: Work, claim: Claim, actor: Actor, reason: str = "") -> None:
    """What is payable: from its own budgets, and from activities.

    Raises OverBudget, NoBudget, and what `check_draws` raises.
    """
    given_back = await _draw(uow, claim, claim.draws, actor)
    own = at_stage(Stage.RESERVED, claim.budget_needs)
    await _hold(uow, {**given_back, claim.name: own}, claim, actor, reason)


async def release(uow: Work, claim: Claim, actor: Actor) -> None:
    given_back = await _draw(uow, claim, {}, actor)
    await _hold(uow, {**given_back, claim.name: {}}, claim, actor)


async def hold(uow: Work, claim: Claim, stage: Stage, actor: Actor) -> None:
    """What it has reserved or committed, at this stage; what it draws stays as it is."""
    await _hold(uow, {claim.name: at_stage(stage, claim.budget_needs)}, claim, actor)


async def spend(uow: Work, claim: Claim, actor: Actor) -> None:
    """What was committed to activities falls by what the claim has spent of the same budgets."""
    holdings, needs = dict[str, Holdings](), list(claim.budget_needs.items())
    if claim.draws:
        allotments, drawn = await uow.allotments.lock_for(claim)
        for number, amounts in differences({}, drawn).items():
            before = allotments[number]
            after = before.paid(amounts, at=claim.update_time)
            total = sum_money(amounts.values())
            await _changed(uow, after, AllotmentSpent.of(after, actor, claim=claim.name, amount=total))
            holdings[after.activity] = after.holdings
            keys = {line.term.id: after.key_of(line.term) for line in after.lines}
            needs += [(keys[line], amount) for line, amount in amounts.items()]
    # Activities first: what they let go the claim takes.
    holdings[claim.name] = at_stage(Stage.SPENT, sum_needs(needs))
    await _hold(uow, holdings, claim, actor)


async def _draw(uow: Work, claim: Claim, wanted: Draws, actor: Actor) -> dict[str, Holdings]:
    """Make the claim draw this. What activities hold afterwards, where they hold less."""
    if not any(line.drawn_on for line in claim.lines):
        return {}
    allotments, had = await uow.allotments.lock_for(claim)
    if wanted:
        check_draws(claim, had, allotments)
    given_back = {}
    for number, changes in differences(had, wanted).items():
        before = allotments[number]
        after = before.drawn_by(changes, at=claim.update_time)
        said = {"claim": claim.name, "amount": sum_money(changes.values()), "changes": changes}
        await _changed(uow, after, AllotmentDrawn.of(after, actor, **said))
        if after.holdings != before.holdings:
            given_back[after.activity] = after.holdings
    if had != wanted:
        await uow.allotments.set_draws(claim, wanted)
    return given_back


async def _changed(uow: Work, allotment: Allotment, event: AllotmentDrawn | AllotmentSpent) -> None:
    await uow.allotments.save(allotment)
    uow.record(event, messages.changed(allotment))


async def _hold(uow: Work, wanted: dict[str, Holdings], claim: Claim, actor: Actor, reason: str = "") -> None:
    await uow.budgets.set_holdings(wanted, Note(claim.update_time, actor.id, reason=reason))
