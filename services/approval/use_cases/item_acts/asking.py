"""Asking somebody before one decides, and answering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

from kernel.ids import uuid7
from kernel.text import Text
from services.approval.domain.cases.notices import NoticeKind
from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.settings.privileges import Privilege
from services.approval.domain.steps.questions import answer, ask
from services.approval.domain.steps.steps import Step
from services.approval.use_cases.item_acts.acting import Acting, Deed, Tools, act_on_item
from services.approval.use_cases.item_events import InformationAsked, QuestionAnswered
from services.approval.use_cases.items import OnItem
from services.approval.use_cases.views import ItemView


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(OnItem):
    person: PersonId
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(OnItem):
    answer: str


def asking(cmd: Ask) -> Deed:
    async def asked(act: Acting) -> Step:
        today, new = await act.today(), uuid7(act.at)
        return ask(act.step, act.item, act.person, cmd.person, cmd.question.strip(), new, act.at, today)

    return Deed(asked, needs=Privilege.ASK)


def answering(cmd: Answer) -> Deed:
    return Deed(lambda act: answer(act.step, act.item, act.person, cmd.answer.strip(), act.at))


async def ask_for_information(cmd: Ask, **tools: Unpack[Tools]) -> ItemView:
    """Puts a question into somebody's list, also the requester's. Raises what `ask` raises."""

    def said(act: Acting, after: Step) -> InformationAsked:
        return InformationAsked(
            **act.about, person=cmd.person, question=cmd.question.strip(), asked=after.items[-1].name
        )

    return await act_on_item(cmd, asking(cmd), said, joins=[cmd.person], **tools)


async def answer_question(cmd: Answer, **tools: Unpack[Tools]) -> ItemView:
    """Answers; whoever asked is told. Raises what `answer` raises."""

    def said(act: Acting, after: Step) -> QuestionAnswered:
        return QuestionAnswered(
            **act.about, question=after.item(act.item).questions[0].text, answer=cmd.answer.strip()
        )

    async def tell(act: Acting, after: Step) -> None:
        question = after.item(act.item).questions[0]
        told = Text("您的提问已得到答复", "Your question was answered")
        act.uow.notices.tell(
            [question.asker],
            NoticeKind.ANSWERED,
            act.case,
            told,
            at=act.at,
            by=act.actor.person,
            comment=cmd.answer.strip(),
        )

    return await act_on_item(cmd, answering(cmd), said, finish=tell, **tools)
