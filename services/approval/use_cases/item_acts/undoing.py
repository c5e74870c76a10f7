"""Taking a decision back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Unpack

from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.undoing import undo
from services.approval.use_cases import clocks
from services.approval.use_cases.item_acts.acting import Acting, Deed, Tools, act_on_item
from services.approval.use_cases.item_events import DecisionUndone
from services.approval.use_cases.items import OnItem
from services.approval.use_cases.views import ItemView


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(OnItem):
    comment: str = ""


async def _undone(act: Acting) -> Step:
    return await clocks.restored(undo(act.step, act.item, act.person, act.at), act.case, act.uow, act.at)


UNDOING: Final = Deed(_undone)


async def undo_decision(cmd: Undo, **tools: Unpack[Tools]) -> ItemView:
    """Whoever has decided may decide anew, and a deadline runs as if they had not. Raises what `undo` raises."""

    def said(act: Acting, _: Step) -> DecisionUndone:
        decision = act.step.item(act.item).decision
        assert decision is not None
        act.uow.steps.take_back(act.item, act.step.name, decision, act.actor, act.at)
        act.uow.history.unchoose(act.step.name, decision.by)
        return DecisionUndone(**act.about, outcome=decision.outcome, comment=cmd.comment.strip())

    return await act_on_item(cmd, UNDOING, said, **tools)
