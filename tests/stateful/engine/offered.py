"""What somebody is offered is what they may do: tried, and rolled back, at random moments of the machine's cases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice
from typing import Any, Final

from google.protobuf import message_factory
from google.protobuf.message import Message
from hypothesis.stateful import invariant

from chassis.cases.offered_messages import request_of
from kernel.errors import NotFound, Refusal
from services.approval.use_cases.offered.on_items import QUESTIONS
from tests.builders.approval_desk import request_id
from tests.stateful.engine.office import ADMINISTRATOR, EVERYONE
from tests.stateful.engine.trial import Trial
from zhupi.approval.v1.act_pb2 import ListActsRequest
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.common.v1.act_pb2 import Act, ActKind, Need, Option
from zhupi.common.v1.text_pb2 import Text

ITEMS: Final = "zhupi.approval.v1.WorkItemService/"
CASES: Final = "zhupi.approval.v1.CaseService/"
UPCOMING: Final = "zhupi.approval.v1.UpcomingService/"
TO_ITEMS: Final = {
    "APPROVE": "ApproveWorkItem",
    "REJECT": "RejectWorkItem",
    "RETURN": "ReturnWorkItem",
    "ABSTAIN": "SkipWorkItem",
    "ANSWER": "AnswerQuestion",
    "UNDO": "UndoDecision",
    "HAND_BACK": "HandBackWorkItem",
    "CALL_BACK": "CallBackWorkItem",
    "TAKE_UP": "ResumeWorkItem",
    "CLAIM": "ClaimWorkItem",
    "START": "StartWorkItem",
    "RELEASE": "ReleaseWorkItem",
    "SET_ASIDE": "SuspendWorkItem",
    "TRANSFER": "TransferWorkItem",
    "DELEGATE": "DelegateWorkItem",
    "ADD_SIGNER": "AddSigner",
    "REMOVE_SIGNER": "RemoveSigner",
    "ASK": "AskForInformation",
    "REASSIGN_WORK_ITEM": "ReassignWorkItem",
}
TO_CASES: Final = {
    "WITHDRAW": f"{CASES}WithdrawCase",
    "REDO": f"{CASES}RedoStep",
    "RETRY": f"{CASES}RetryEffect",
    "COPY": "zhupi.approval.v1.InboxService/CarbonCopy",
    "SUSPEND_CASE": f"{CASES}SuspendCase",
    "RESUME_CASE": f"{CASES}ResumeCase",
    "TERMINATE_CASE": f"{CASES}TerminateCase",
    "REOPEN": f"{CASES}ReopenCase",
    "JUMP": f"{CASES}JumpCase",
    "REASSIGN_STEP": f"{CASES}ReassignStep",
    "ADD_STEP": f"{CASES}AddStep",
    "REMOVE_STEP": f"{CASES}RemoveStep",
    "DECIDE_AHEAD": f"{UPCOMING}DecideAhead",
    "TAKE_BACK_AHEAD": f"{UPCOMING}TakeBackAhead",
}
ARGUMENTS: Final = 400
EVERY: Final = 7
CALLERS: Final = (*EVERYONE, ADMINISTRATOR)

assert {kind.value for kind in QUESTIONS} == set(TO_ITEMS), "an act on work items is not held to the truth"


class OfferedActs(Trial):
    """Changes nothing: whatever is done here is rolled back."""

    moments: int = 0

    @invariant()
    def what_is_offered_happens_and_nothing_else(self) -> None:
        """At one moment of several: each act is tried far more often than its turn would come among so many rules."""
        self.moments += 1
        if self.moments % EVERY:
            return
        number = self.moments // EVERY + len(self.items)
        holders = {person for visit, share in self.model.shares() for person in visit.step.audience(share)}
        near = [*sorted(holders), ADMINISTRATOR, *CALLERS]
        who = near[number % len(near)]
        acts = self.run(self.offered_to(who))
        if acts:
            act = acts[number % len(acts)]
            for choice in choices(act):
                refusals = self.refused(who, act.method, requests(act, choice))
                assert refusals is None, f"{kind(act)} was offered with {choice}, and refused: {refusals}"
        self.whatever_is_not_offered_is_refused(who, acts, number)

    async def offered_to(self, who: str) -> list[Act]:
        found: list[Act] = []
        asked = ListActsRequest(name=f"cases/{self.name}", page_size=50)
        while True:
            try:
                answer = await self.office.rehearse(who, "zhupi.approval.v1.ActsService/ListActs", asked)
            except NotFound:
                return []
            found += answer.acts
            if not answer.next_page_token:
                return found
            asked.page_token = answer.next_page_token

    def whatever_is_not_offered_is_refused(self, who: str, acts: list[Act], number: int) -> None:
        offered = {(kind(act), act.name, act.step) for act in acts}
        names = sorted(self.items)
        item = self.items[names[number % len(names)]]
        for name, method in (
            *islice_from(TO_ITEMS.items(), number, 4),
            *islice_from(TO_CASES.items(), number, 3),
        ):
            if name in TO_ITEMS:
                if not any((name, item.name) == one[:2] for one in offered):
                    self.must_refuse(who, f"{ITEMS}{method}", item, name)
            else:
                for key in sorted(self.model.specs) if name.endswith("AHEAD") else [""]:
                    if not any(name == one[0] and key in ("", one[2]) for one in offered):
                        self.must_refuse(who, method, None, name, key)

    def must_refuse(self, who: str, method: str, item: WorkItem | None, name: str, key: str = "") -> None:
        act = Act(
            method=method,
            name=item.name if item else f"cases/{self.name}",
            etag=item.etag if item else self.shown.etag,
            document_version=self.shown.work_items[0].document_version,
            needs=[need(field) for field in request_of(method).fields],
        )
        keys = [key] if key else sorted(self.model.specs)
        for choice in any_choice(act, keys):
            for request in islice(requests(act, choice), 30):
                answer = self.tried_by(who, method, request)
                if not isinstance(answer, Refusal):
                    # What changes nothing is offered to nobody, and done all the same.
                    assert getattr(answer, "etag", "") == act.etag, (
                        f"{name} was not offered, and done by {who}"
                    )

    def refused(self, who: str, method: str, among: Iterator[Message]) -> str | None:
        """None as soon as one of the requests is done; else with what the last was refused."""
        last = "nothing to ask for"
        for request in islice(among, ARGUMENTS):
            answer = self.tried_by(who, method, request)
            if not isinstance(answer, Refusal):
                return None
            last = answer.reason
        return last

    def tried_by(self, who: str, method: str, request: Message) -> Any:
        async def tried() -> Any:
            try:
                return await self.office.rehearse(who, method, request)
            except Refusal as refusal:
                return refusal

        return self.run(tried())


def kind(act: Act) -> str:
    return ActKind.Name(act.kind).removeprefix("ACT_KIND_")


def islice_from(of: Any, begin: int, count: int) -> list[Any]:
    every = list(of)
    return [every[(begin + n) % len(every)] for n in range(count)]


def choices(act: Act) -> list[dict[str, Any]]:
    """Every option of what the act takes, one need after another: each is promised."""
    first = {
        one.field: one.options[0]
        for one in act.needs
        if one.kind == Need.KIND_CHOICE and one.options and (one.required or one.field == "step")
    }
    others = [
        first | {one.field: option}
        for one in act.needs
        if one.kind == Need.KIND_CHOICE
        for option in one.options
    ]
    return others or [first]


def any_choice(act: Act, keys: list[str]) -> list[dict[str, Any]]:
    """Whatever step may be named, and nothing else: so that a refusal is one of the act, not of what it is asked with."""
    fields = [one.field for one in act.needs if one.field in ("step", "behind")]
    found: list[dict[str, Any]] = [{}]
    for field in fields:
        found = [{**one, field: _option(key)} for one in found for key in keys]
        if "ReturnWorkItem" in act.method:
            found.append({field: _option("")})
    for enum, value in (
        ("decision", "DECISION_REJECTED"),
        ("place", "PLACE_BESIDE"),
        ("mode", "MODE_SINGLE"),
    ):
        if any(one.field == enum for one in act.needs):
            found = [{**one, enum: _option(value)} for one in found]
    return found


def _option(value: str) -> Any:
    return Option(value=value)


def need(field: Any) -> Need:
    kinds = {"person": Need.KIND_PERSON, "people": Need.KIND_PEOPLE, "title": Need.KIND_TEXTS}
    if field.enum_type is not None:
        return Need(field=field.name, kind=Need.KIND_CHOICE)
    is_text = field.type == field.TYPE_STRING
    required = field.name in ("comment", "reason", "question", "answer", "text", "key", "title", *kinds)
    return Need(
        field=field.name, kind=kinds.get(field.name, Need.KIND_TEXT if is_text else 0), required=required
    )


def requests(act: Act, chosen: dict[str, Any]) -> Iterator[Message]:
    """The act with these choices, for one person after another whom it could take."""
    request = message_factory.GetMessageClass(request_of(act.method))(name=act.name, request_id=request_id())
    fields = request.DESCRIPTOR.fields_by_name
    for field in ("etag", "document_version", "step"):
        if field in fields and getattr(act, field):
            setattr(request, field, getattr(act, field))
    for field, option in chosen.items():
        enum = fields[field].enum_type
        setattr(request, field, enum.values_by_name[option.value].number if enum else option.value)
    people = next((one for one in act.needs if one.kind in (Need.KIND_PERSON, Need.KIND_PEOPLE)), None)
    for one in act.needs:
        if one.required and one.kind == Need.KIND_TEXT and one.field not in chosen:
            setattr(request, one.field, "fresh" if one.field == "key" else "理由")
        if one.kind == Need.KIND_TEXTS:
            getattr(request, one.field).CopyFrom(Text(zh="复核", en="Check"))
    if people is None:
        yield request
        return
    least = max([1, people.least, *(option.least for option in chosen.values())])
    for group in combinations((*EVERYONE, ADMINISTRATOR), least):
        names = [f"people/{one}" for one in group]
        if people.kind == Need.KIND_PERSON:
            setattr(request, people.field, names[0])
        else:
            del getattr(request, people.field)[:]
            getattr(request, people.field).extend(names)
        request.request_id = request_id()
        yield request
