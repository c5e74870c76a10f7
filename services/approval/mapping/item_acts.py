"""What people ask to do with work items."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol, TypedDict
from uuid import UUID

from chassis.rpc.values import id_in, time_from_message
from kernel.fields import within
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.steps.signing import Place
from services.approval.mapping.names import uuid_in
from services.approval.mapping.work_items import ASKED, DECISIONS
from services.approval.use_cases.decide import Decide
from services.approval.use_cases.item_acts.asking import Answer, Ask
from services.approval.use_cases.item_acts.delegating import Delegate, HandBack
from services.approval.use_cases.item_acts.following import Then
from services.approval.use_cases.item_acts.holding import Suspend, Transfer
from services.approval.use_cases.item_acts.reassigning import ReassignItem
from services.approval.use_cases.item_acts.signing import AddSigner, RemoveSigner
from services.approval.use_cases.item_acts.undoing import Undo
from services.approval.use_cases.item_acts.urging import Urge
from services.approval.use_cases.items import OnItem
from services.approval.use_cases.refusals import ChosenTwice, NoReturn, ReasonNeeded, TwoTargets
from zhupi.approval.v1 import work_item_pb2 as pb

PLACES: Final = {
    pb.AddSignerRequest.PLACE_BEFORE: Place.BEFORE,
    pb.AddSignerRequest.PLACE_AFTER: Place.AFTER,
    pb.AddSignerRequest.PLACE_BESIDE: Place.BESIDE,
}

THEN: Final = {
    pb.THEN_UNSPECIFIED: Then.NOTHING,
    pb.THEN_NEXT_OF_THE_SAME_KIND: Then.SAME_KIND,
    pb.THEN_NEXT_IN_THE_CASE: Then.IN_THE_CASE,
}
OUTCOMES: Final = {message: outcome for outcome, message in DECISIONS.items()}


class Named(Protocol):
    """A request that names a work item as somebody has seen it."""

    @property
    def name(self) -> str: ...
    @property
    def etag(self) -> str: ...


class Deciding(Named, Protocol):
    @property
    def document_version(self) -> int: ...
    @property
    def comment(self) -> str: ...
    @property
    def then(self) -> pb.Then.ValueType: ...


class ItemSeen(TypedDict):
    item: UUID
    etag: str


def _item(request: Named) -> ItemSeen:
    return ItemSeen(item=uuid_in(request.name, "workItems"), etag=request.etag)


def _person(person: str) -> str:
    return id_in(person, "people", "person")


def on_item(request: Named) -> OnItem:
    return OnItem(**_item(request))


def suspension(request: pb.SuspendWorkItemRequest) -> Suspend:
    with within("until"):
        until = time_from_message(request.until) if request.HasField("until") else None
    return Suspend(**_item(request), until=until)


def transfer(request: pb.TransferWorkItemRequest) -> Transfer:
    to, comment = _person(request.person), request.comment
    return Transfer(**_item(request), to=to, comment=comment, restart=request.restart)


def delegation(request: pb.DelegateWorkItemRequest) -> Delegate:
    return Delegate(**_item(request), to=_person(request.person), comment=request.comment)


def handing_back(request: pb.HandBackWorkItemRequest) -> HandBack:
    return HandBack(**_item(request), comment=request.comment)


def adding(request: pb.AddSignerRequest) -> AddSigner:
    person, place = _person(request.person), PLACES[request.place]
    return AddSigner(**_item(request), person=person, place=place, comment=request.comment)


def removal(request: pb.RemoveSignerRequest) -> RemoveSigner:
    return RemoveSigner(**_item(request), reason=request.reason)


def reassignment(request: pb.ReassignWorkItemRequest) -> ReassignItem:
    people = tuple(id_in(person, "people", "people") for person in request.people)
    return ReassignItem(**_item(request), people=people, reason=request.reason)


def question(request: pb.AskForInformationRequest) -> Ask:
    return Ask(**_item(request), person=_person(request.person), question=request.question)


def answer(request: pb.AnswerQuestionRequest) -> Answer:
    return Answer(**_item(request), answer=request.answer)


def undoing(request: pb.UndoDecisionRequest) -> Undo:
    return Undo(**_item(request), comment=request.comment)


def approval(request: pb.ApproveWorkItemRequest) -> Decide:
    """Raises NameMalformed, ChosenTwice."""
    choices: dict[str, tuple[str, ...]] = {}
    for number, choice in enumerate(request.choices):
        if choice.step in choices:
            raise ChosenTwice(field=f"choices[{number}].step", step=choice.step)
        choices[choice.step] = tuple(
            id_in(person, "people", f"choices[{number}].people") for person in choice.people
        )
    return replace(_decision(request, Outcome.APPROVED), choices=choices)


def rejection(request: pb.RejectWorkItemRequest) -> Decide:
    return _decision(request, Outcome.REJECTED)


def return_(request: pb.ReturnWorkItemRequest) -> Decide:
    """Raises TwoTargets."""
    if request.step and request.previous:
        raise TwoTargets(field="previous")
    return replace(
        _decision(request, Outcome.RETURNED, request.step),
        previous=request.previous,
        resume=ASKED.get(request.resume),
    )


def skipping(request: pb.SkipWorkItemRequest) -> Decide:
    return _decision(request, Outcome.SKIPPED)


def urging(request: pb.UrgeWorkItemRequest) -> Urge:
    return Urge(**_item(request), comment=request.comment)


def one_of_many(one: pb.DecideWorkItemsRequest.One) -> Decide:
    """Raises NoReturn, ReasonNeeded."""
    outcome = OUTCOMES[one.decision]
    if outcome in (Outcome.REJECTED, Outcome.RETURNED) and not one.comment:
        raise ReasonNeeded(field="comment")
    if one.step and outcome is not Outcome.RETURNED:
        raise NoReturn(field="step")
    return Decide(
        **_item(one),
        document_version=one.document_version,
        outcome=outcome,
        comment=one.comment,
        return_to=one.step,
    )


def _decision(request: Deciding, outcome: Outcome, return_to: str = "") -> Decide:
    return Decide(
        **_item(request),
        then=THEN[request.then],
        document_version=request.document_version,
        outcome=outcome,
        comment=request.comment,
        return_to=return_to,
    )
