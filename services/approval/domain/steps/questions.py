"""Questions: one who decides asks somebody before. An answer is no vote, and nobody has to wait for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from kernel.text import Text
from services.approval.domain.people.directory import AsOf, PersonId
from services.approval.domain.steps.refusals import (
    CannotAsk,
    InactiveCannotSign,
    NotAQuestion,
    TooManyQuestions,
)
from services.approval.domain.steps.states import ALLOCATED, ItemVerb
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import Question, WorkItem

MOST_OPEN: Final = 20
MOST_ITEMS: Final = 400


def ask(
    step: Step, id: UUID, by: PersonId, person: PersonId, text: str, new: UUID, at: datetime, directory: AsOf
) -> Step:
    """A new item `new` for the asked person, who may be the requester.

    Raises CannotAsk, TooManyQuestions, NotYourWorkItem, WorkItemClosed, WorkItemSuspended, DelegationOpen, AnswerAsked.
    """
    step.must_not_ask(by, step.item(id))
    item = step.item(id)
    item.must_be_wholly_for(by)
    if person == by:
        raise CannotAsk(field="person", person=person)
    if directory.person(person) is None:
        raise InactiveCannotSign(field="person", person=person)
    if sum(question.answered_at is None for question in item.questions) >= MOST_OPEN:
        raise TooManyQuestions(most=MOST_OPEN)
    if len(step.items) >= MOST_ITEMS:
        raise TooManyQuestions(most=MOST_ITEMS)
    question = Question(new, by, person, text, at)
    asker = directory.person(by)
    name = asker.name if asker else by
    why = replace(item.why, text=Text(f"{name}请求说明", f"{name} asks for information"))
    mine = replace(item.taken(by), questions=(*item.questions, question))
    asked = WorkItem(
        new, (person,), why, state=ALLOCATED, assignee=person, answers=item.id, questions=(question,)
    )
    step = step.with_items(mine)
    return replace(step, items=(*step.items, asked)).settled()


def answer(step: Step, id: UUID, by: PersonId, text: str, at: datetime) -> Step:
    """What the asked person says; whoever asked has it on their item. Raises NotAQuestion and what acts on items raise."""
    item = step.item(id)
    item.must_be_for(by)
    if item.answers is None:
        raise NotAQuestion
    answered = replace(item.questions[0], answer=text, answered_at=at)
    asking = step.item(item.answers)
    known = tuple(answered if one.item == id else one for one in asking.questions)
    return step.with_items(
        item.moved(ItemVerb.ANSWER, questions=(answered,)),
        replace(asking, questions=known, version=asking.version + 1),
    )
