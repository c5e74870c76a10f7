"""What may be done with the work items of a case, one after another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from chassis.cases.offered import Act, ActKind, Choice, Missing, Wanted
from kernel.errors import Refusal
from kernel.text import Text
from services.approval import permissions
from services.approval.domain.planning.choices import ChoiceNeeded
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.policies.settings.returning import WORDS, Resume
from services.approval.domain.steps.signing import Place
from services.approval.domain.steps.steps import Step
from services.approval.domain.steps.work_items import WorkItem
from services.approval.use_cases.choosing import choices_of
from services.approval.use_cases.decide import Decide, deciding
from services.approval.use_cases.item_acts.acting import Acting, Deed, those_who_have_it
from services.approval.use_cases.item_acts.asking import Answer, Ask, answering, asking
from services.approval.use_cases.item_acts.delegating import CALLING_BACK, HANDING_BACK, Delegate, handing_on
from services.approval.use_cases.item_acts.holding import (
    CLAIMING,
    RELEASING,
    RESUMING,
    STARTING,
    Suspend,
    Transfer,
    suspending,
    transferring,
)
from services.approval.use_cases.item_acts.reassigning import ReassignItem, giving
from services.approval.use_cases.item_acts.signing import REMOVING, AddSigner, adding, is_override
from services.approval.use_cases.item_acts.undoing import UNDOING
from services.approval.use_cases.item_acts.urging import urging, waited_for
from services.approval.use_cases.offered.prospects import decided, returned
from services.approval.use_cases.offered.situation import Situation

SERVICE: Final = "zhupi.approval.v1.WorkItemService/"
ANYTHING: Final = "."  # stands for a text that is yet to be written
TO_REQUESTER: Final = Text("申请人", "The requester")
RESUMES: Final = {Resume.WALK_AGAIN: "RESUME_WALK_AGAIN", Resume.COME_BACK: "RESUME_COME_BACK"}

Found: TypeAlias = tuple[Acting, Step, Act]


@dataclass(frozen=True, slots=True)
class Asking:
    """One item, and what is looked up about it."""

    item: WorkItem
    step: Step
    situation: Situation

    def act(
        self,
        acting: Acting,
        kind: ActKind,
        method: str,
        outcome: Text,
        *wanted: Wanted,
        until: datetime | None = None,
    ) -> Act:
        return Act(
            kind,
            f"{SERVICE}{method}",
            self.item.name,
            outcome,
            etag=str(self.item.version),
            document_version=self.situation.case.document_version,
            step=self.step.name.key,
            step_title=self.step.title,
            on_behalf_of=acting.on_behalf_of,
            until=until,
            wanted=wanted,
        )


Question: TypeAlias = Callable[[Asking], Awaitable[Act | None]]


async def acts_on_items(situation: Situation, only: WorkItem | None = None) -> AsyncIterator[Act | Missing]:
    """On every open item, and on what may be taken back; `only` on that."""
    for step in situation.steps:
        urged = False
        for item in step.items:
            if only is not None and item.id != only.id:
                continue
            asked = Asking(item, step, situation)
            for kind, question in QUESTIONS.items():
                try:
                    act = await question(asked)
                except Refusal as refusal:
                    if _is_missed(kind, asked):
                        yield Missing(kind, item.name, refusal)
                    continue
                if act is not None:
                    yield act
            if not urged and (act := await _urge(asked)) is not None:
                urged = True
                yield act


def _is_missed(kind: ActKind, asked: Asking) -> bool:
    """Whoever has a share in an open item may wonder where this is; who has decided, why it cannot be taken back."""
    item, situation = asked.item, asked.situation
    ours = {situation.caller} | (situation.for_whom if situation.caller != asked.step.requester else set())
    if kind is ActKind.UNDO:
        return item.decision is not None and bool(ours & {item.decision.by, item.decision.whose})
    if item.answers is not None or not item.is_open:
        return False
    return kind in USUAL and bool(ours & those_who_have_it(asked.step, item))


async def _plain(asked: Asking, deed: Deed, kind: ActKind, method: str, outcome: Text) -> Act | None:
    """An act that takes nobody and changes something."""
    acting, after = await asked.situation.asked(deed, asked.item, asked.step)
    return None if after == asked.step else asked.act(acting, kind, method, outcome)


async def _approve(asked: Asking) -> Act | None:
    situation, item = asked.situation, asked.item
    acting, after = await situation.asked(deciding(_decision(item, Outcome.APPROVED)), item, asked.step)
    wanted = []
    for one in await choices_of(acting, after):
        if one.is_needed and one.people == ():
            title = one.step.title
            raise ChoiceNeeded(field="choices", step=one.step.key, title_zh=title.zh, title_en=title.en)
        offered = None if one.people is None else tuple(map(situation.choice, one.people))
        wanted.append(
            Wanted(
                "choices", offered, one.is_needed, one.step.key, one.step.title, int(one.is_needed), one.most
            )
        )
    return asked.act(acting, ActKind.APPROVE, "ApproveWorkItem", decided(after, situation), *wanted)


async def _reject(asked: Asking) -> Act | None:
    return await _decide(asked, Outcome.REJECTED, ActKind.REJECT, "RejectWorkItem")


async def _abstain(asked: Asking) -> Act | None:
    return await _decide(asked, Outcome.SKIPPED, ActKind.ABSTAIN, "SkipWorkItem")


async def _decide(asked: Asking, outcome: Outcome, kind: ActKind, method: str) -> Act | None:
    acting, after = await asked.situation.asked(
        deciding(_decision(asked.item, outcome)), asked.item, asked.step
    )
    return asked.act(acting, kind, method, decided(after, asked.situation))


async def _return(asked: Asking) -> Act | None:
    """To the requester or an earlier step; `previous` is a way to name one or several of these."""
    situation, item, step = asked.situation, asked.item, asked.step
    acting, after = await situation.asked(deciding(_decision(item, Outcome.RETURNED)), item, step)
    titles = {one.key: one.title for one in situation.view.route.steps} if situation.view else {}
    earlier = [key for key in step.earlier if await _can_return(asked, return_to=key)]
    targets = [Choice("", TO_REQUESTER), *(Choice(key, titles.get(key, Text(key, key))) for key in earlier)]
    resumes = [
        Choice(RESUMES[resume], WORDS[resume]) for resume in Resume if await _can_return(asked, resume=resume)
    ]
    wanted = [Wanted("step", tuple(targets)), Wanted("resume", tuple(resumes))]
    act = asked.act(acting, ActKind.RETURN, "ReturnWorkItem", returned(after, situation), *wanted)
    if not await _can_return(asked, previous=True):
        act = replace(act, given=frozenset({"previous"}))
    return act


async def _can_return(
    asked: Asking, *, return_to: str = "", previous: bool = False, resume: Resume | None = None
) -> bool:
    cmd = replace(
        _decision(asked.item, Outcome.RETURNED), return_to=return_to, previous=previous, resume=resume
    )
    try:
        await asked.situation.asked(deciding(cmd), asked.item, asked.step)
    except Refusal:
        return False
    return True


def _decision(item: WorkItem, outcome: Outcome) -> Decide:
    # Which version it was seen with is looked at when it is done: whoever reads this sees the present one.
    return Decide(item=item.id, outcome=outcome, document_version=0)


async def _undo(asked: Asking) -> Act | None:
    acting, _ = await asked.situation.asked(UNDOING, asked.item, asked.step)
    assert asked.item.decision is not None
    until = asked.step.undone_until(asked.item.decision)
    return asked.act(acting, ActKind.UNDO, "UndoDecision", UNDONE, until=until)


async def _suspend(asked: Asking) -> Act | None:
    return await _plain(
        asked, suspending(Suspend(item=asked.item.id)), ActKind.SET_ASIDE, "SuspendWorkItem", ASIDE
    )


async def _answer(asked: Asking) -> Act | None:
    deed = answering(Answer(item=asked.item.id, answer=ANYTHING))
    return await _plain(asked, deed, ActKind.ANSWER, "AnswerQuestion", ANSWERED)


async def _transfer(asked: Asking) -> Act | None:
    return await _with_somebody(
        asked,
        lambda to: transferring(Transfer(item=asked.item.id, to=to)),
        ActKind.TRANSFER,
        "TransferWorkItem",
        TRANSFERRED,
    )


async def _delegate(asked: Asking) -> Act | None:
    return await _with_somebody(
        asked,
        lambda to: handing_on(Delegate(item=asked.item.id, to=to)),
        ActKind.DELEGATE,
        "DelegateWorkItem",
        DELEGATED,
    )


async def _add_signer(asked: Asking) -> Act | None:
    return await _with_somebody(
        asked,
        lambda to: adding(AddSigner(item=asked.item.id, person=to, place=Place.BESIDE)),
        ActKind.ADD_SIGNER,
        "AddSigner",
        SIGNED,
    )


async def _ask(asked: Asking) -> Act | None:
    return await _with_somebody(
        asked,
        lambda to: asking(Ask(item=asked.item.id, person=to, question=ANYTHING)),
        ActKind.ASK,
        "AskForInformation",
        ASKED,
    )


async def _reassign(asked: Asking) -> Act | None:
    if not permissions.may_on(asked.situation.actor, "ReassignWorkItem", asked.situation.case):
        return None
    act = await _with_somebody(
        asked,
        lambda to: giving(ReassignItem(item=asked.item.id, people=(to,), reason=ANYTHING)),
        ActKind.REASSIGN_WORK_ITEM,
        "ReassignWorkItem",
        REASSIGNED,
    )
    return replace(act, is_override=True) if act else None


async def _with_somebody(
    asked: Asking, deed: Callable[[str], Deed], kind: ActKind, method: str, outcome: Text
) -> Act | None:
    acting, _ = await asked.situation.with_somebody(deed, asked.item, asked.step)
    return asked.act(acting, kind, method, outcome)


async def _remove_signer(asked: Asking) -> Act | None:
    acting, after = await asked.situation.asked(REMOVING, asked.item, asked.step)
    act = asked.act(acting, ActKind.REMOVE_SIGNER, "RemoveSigner", decided(after, asked.situation))
    return replace(act, is_override=is_override(acting))


async def _urge(asked: Asking) -> Act | None:
    """Once for each step: all those are reminded whom it waits for."""
    shown = {one.item.id for one in asked.situation.shown.items}
    try:
        acting, _ = await asked.situation.asked(urging(shown), asked.item, asked.step)
    except Refusal:
        return None
    names = asked.situation.names(tuple(sorted(waited_for(asked.step))))
    said = Text(f"提醒{names.zh}尽快处理", f"Reminds {names.en}")
    return asked.act(acting, ActKind.URGE, "UrgeWorkItem", said)


UNDONE: Final = Text("决定作废，待办回到您手中", "The decision counts no more, and the item is yours again")
CLAIMED: Final = Text("由您处理，同组其他人不再看到", "It is yours; others of the pool see it no longer")
RELEASED: Final = Text("放回，组内任何人都可领取", "Anybody of its pool may take it")
STARTED: Final = Text("他人可见您正在处理", "Others see that you are at it")
ASIDE: Final = Text("从待办列表移到搁置", "It leaves your list until it is taken up again")
RESUMED: Final = Text("回到您的待办列表", "It is back in your list")
TRANSFERRED: Final = Text("由对方代替您决定", "They decide in your place")
DELEGATED: Final = Text("由对方处理后交还给您决定", "They work on it and hand it back; you decide")
HANDED_BACK: Final = Text("交还给委托您的人", "It goes back to whoever delegated it to you")
CALLED_BACK: Final = Text("收回到您手中", "It is yours again")
SIGNED: Final = Text("对方与您一同审批", "They decide with you")
ASKED: Final = Text("对方收到问题；您仍可随时决定", "They get the question; you may decide all the same")
ANSWERED: Final = Text("提问人收到您的答复", "Whoever asked reads your answer")
REASSIGNED: Final = Text(
    "改由所选人员决定，并告知相关人员", "Those you name decide instead; who takes part is told"
)


def _simple(deed: Deed, kind: ActKind, method: str, outcome: Text) -> Question:
    return lambda asked: _plain(asked, deed, kind, method, outcome)


# In the order in which they are shown.
QUESTIONS: Final[dict[ActKind, Question]] = {
    ActKind.APPROVE: _approve,
    ActKind.REJECT: _reject,
    ActKind.RETURN: _return,
    ActKind.ABSTAIN: _abstain,
    ActKind.ANSWER: _answer,
    ActKind.UNDO: _undo,
    ActKind.HAND_BACK: _simple(HANDING_BACK, ActKind.HAND_BACK, "HandBackWorkItem", HANDED_BACK),
    ActKind.CALL_BACK: _simple(CALLING_BACK, ActKind.CALL_BACK, "CallBackWorkItem", CALLED_BACK),
    ActKind.TAKE_UP: _simple(RESUMING, ActKind.TAKE_UP, "ResumeWorkItem", RESUMED),
    ActKind.CLAIM: _simple(CLAIMING, ActKind.CLAIM, "ClaimWorkItem", CLAIMED),
    ActKind.START: _simple(STARTING, ActKind.START, "StartWorkItem", STARTED),
    ActKind.RELEASE: _simple(RELEASING, ActKind.RELEASE, "ReleaseWorkItem", RELEASED),
    ActKind.SET_ASIDE: _suspend,
    ActKind.TRANSFER: _transfer,
    ActKind.DELEGATE: _delegate,
    ActKind.ADD_SIGNER: _add_signer,
    ActKind.REMOVE_SIGNER: _remove_signer,
    ActKind.ASK: _ask,
    ActKind.REASSIGN_WORK_ITEM: _reassign,
}
# What people look for on an item of theirs.
USUAL: Final = frozenset(
    {
        ActKind.APPROVE,
        ActKind.REJECT,
        ActKind.RETURN,
        ActKind.SET_ASIDE,
        ActKind.TRANSFER,
        ActKind.DELEGATE,
        ActKind.ADD_SIGNER,
        ActKind.ASK,
    }
)
