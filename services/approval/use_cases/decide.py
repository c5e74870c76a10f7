"""Deciding a work item: approve, reject, return, abstain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Unpack

from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.privileges import Privilege
from services.approval.domain.policies.settings.returning import Resume
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import Decision
from services.approval.use_cases.choosing import keep_choices
from services.approval.use_cases.item_acts.acting import Acting, Deed, Tools, act_on_item
from services.approval.use_cases.item_acts.following import Then, go_on
from services.approval.use_cases.item_events import WorkItemDecided
from services.approval.use_cases.items import OnItem
from services.approval.use_cases.views import ItemView


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(OnItem):
    """`return_to` is an earlier step's key, empty for the requester; `previous`: return it to whoever decided before.

    `resume` is how it goes on then, None for what the policy says. `choices` are those who decide later steps, by their
    keys; `then` is what the caller goes on with.
    """

    outcome: Outcome
    comment: str = ""
    return_to: str = ""
    previous: bool = False
    resume: Resume | None = None
    choices: Mapping[str, tuple[PersonId, ...]] = field(default_factory=dict)
    then: Then = Then.NOTHING


def deciding(cmd: Decide) -> Deed:
    """Choices for later steps are another question: `choosing`."""

    def decided(act: Acting) -> Step:
        said = _decision(cmd, act)
        after = act.step.decide(act.item, said)
        if said.outcome is not Outcome.RETURNED:
            return after
        return act.step.decide(act.item, _returned(cmd, said, act.step))

    return Deed(decided, needs=Privilege.RETURN if cmd.outcome is Outcome.RETURNED else None)


async def decide(cmd: Decide, **tools: Unpack[Tools]) -> ItemView:
    """Raises what WorkItemService says, the caller's rights first, then whether it is still open, then what was seen."""

    returned_to: dict[str, Text] = {}
    deed = deciding(cmd)

    async def decided(act: Acting) -> Step:
        asked = deed.verb(act)
        after = asked if isinstance(asked, Step) else await asked
        said = after.item(act.item).decision
        if (
            said
            and said.return_to
            and (view := await act.uow.routes.latest(act.case.name, act.step.name.stage))
        ):
            returned_to.update({one.key: one.title for one in view.route.steps})
        return after

    def said(act: Acting, after: Step) -> WorkItemDecided:
        decision = after.item(act.item).decision
        assert decision is not None
        act.uow.steps.add_decision(act.item, after.name, decision, act.actor)
        return WorkItemDecided(
            **act.about,
            outcome=decision.outcome,
            document_version=decision.document_version,
            comment=decision.comment,
            return_to=decision.return_to,
            return_title=returned_to.get(decision.return_to),
            resume=decision.resume,
        )

    async def finished(act: Acting, after: Step) -> ItemView | None:
        await keep_choices(cmd.choices, cmd.outcome, act, after)
        return await go_on(act, cmd.then)

    return await act_on_item(cmd, replace(deed, verb=decided), said, finish=finished, **tools)


def _decision(cmd: Decide, act: Acting) -> Decision:
    comment, version = cmd.comment.strip(), cmd.document_version
    return Decision(cmd.outcome, act.actor.person, act.at, version, comment, cmd.return_to, act.on_behalf_of)


def _returned(cmd: Decide, decision: Decision, step: Step) -> Decision:
    """Where it goes, and how it goes on from there. Raises ResumeNotAllowed, NoSuchEarlierStep."""
    return_to = step.step_before() if cmd.previous else cmd.return_to
    return replace(decision, return_to=return_to, resume=step.rules.returning.resume(cmd.resume))
