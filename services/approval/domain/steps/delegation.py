"""Delegation: somebody else works on it and hands it back; nobody decides it meanwhile. Chains of that."""

from __future__ import annotations

from uuid import UUID

from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.steps.refusals import AlreadySigns, NotDelegated, NotYourWorkItem
from services.approval.domain.steps.signing import must_be_able_to_sign
from services.approval.domain.steps.states import ItemVerb
from services.approval.domain.steps.steps import Step


def delegate(step: Step, id: UUID, by: PersonId, to: PersonId, directory: AsOf) -> Step:
    """Into another's list until it comes back; whoever has it may delegate it further.

    Raises NotYourWorkItem, WorkItemClosed, WorkItemSuspended, DelegationOpen, AnswerAsked, CannotSign, AlreadySigns.
    """
    step.must_not_ask(by, step.item(id))
    item = step.item(id)
    item.must_be_for(by)
    item.must_ask_for_decision()
    must_be_able_to_sign(step, to, directory, without=id)
    if to == by or to in (item.assignee, *item.owners):
        raise AlreadySigns(field="person", person=to)
    given = item.moved(ItemVerb.DELEGATE, assignee=to, owners=(*item.owners, by))
    return step.with_items(given).settled()


def hand_back(step: Step, id: UUID, by: PersonId) -> Step:
    """The delegate has done what was asked: back to whoever delegated it. Raises NotDelegated and what acts on items raise."""
    item = step.item(id)
    item.must_be_for(by)
    if not item.owners:
        raise NotDelegated
    back = item.moved(ItemVerb.RESOLVE, assignee=item.owners[-1], owners=item.owners[:-1])
    return step.with_items(back).settled()


def call_back(step: Step, id: UUID, by: PersonId) -> Step:
    """One who has delegated it takes it back, from however far down the chain. Raises NotYourWorkItem, WorkItemClosed."""
    item = step.item(id)
    if by not in item.owners:
        raise NotYourWorkItem
    item.must_be_open()
    owners = item.owners[: item.owners.index(by)]
    back = item.moved(ItemVerb.CALL_BACK, assignee=by, owners=owners, until=None)
    return step.with_items(back).settled()
