"""What may be done with a case as a whole, by those who take part in it and by administrators."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from chassis.cases.offered import Act, ActKind, Choice, Missing, Wanted
from kernel.actor import Actor
from kernel.errors import Refusal
from kernel.text import Text
from services.approval import permissions
from services.approval.domain.cases.case import Case
from services.approval.use_cases.cases import to_retry
from services.approval.use_cases.elsewhere import approved_by, under_way
from services.approval.use_cases.inbox import must_let_copy
from services.approval.use_cases.items import must_be_active
from services.approval.use_cases.offered.situation import Situation
from services.approval.use_cases.reopening import policy_to_reopen_under

CASES: Final = "zhupi.approval.v1.CaseService/"
COPY: Final = "zhupi.approval.v1.InboxService/CarbonCopy"
WITHDRAWN: Final = Text(
    "审批停止，已做的撤销，您可修改后再提交",
    "The approval stops and what was done is undone; you may change it and ask again",
)
COMMENTED: Final = Text("能看到此审批的人都会看到", "Everybody who sees the case reads it")
COPIED: Final = Text("对方收到抄送，并可查看此审批", "They get a copy and may see the case")
RETRIED: Final = Text("立即重试等待中的外部动作", "What waits for the other side is tried at once")
REDONE: Final = Text("该步骤及其后的步骤重新决定", "That step and all that follows it is decided anew")
SUSPENDED: Final = Text(
    "任何人都不能决定，时限停止，直至恢复", "Nobody decides and no deadline runs until it goes on"
)
RESUMED: Final = Text("审批继续，时限恢复计时", "People decide again, and deadlines run")
TERMINATED: Final = Text("审批结束：被管理员终止，已做的撤销", "The case ends and what was done is undone")
REOPENED: Final = Text("以新的审批单重新逐级审批", "A new case decides the same document anew")


def case_act(situation: Situation, kind: ActKind, method: str, outcome: Text, *wanted: Wanted) -> Act:
    return Act(
        kind,
        method if "/" in method else f"{CASES}{method}",
        situation.case.name.resource,
        outcome,
        etag=situation.shown.etag,
        document_version=situation.case.document_version,
        wanted=wanted,
    )


async def acts_on_case(situation: Situation) -> AsyncIterator[Act | Missing]:
    """Of everybody who takes part."""
    case, actor, uow = situation.case, situation.actor, situation.uow
    try:
        if case.withdraw(situation.caller) != case:
            yield case_act(situation, ActKind.WITHDRAW, "WithdrawCase", WITHDRAWN)
    except Refusal as refusal:
        if situation.caller == case.requester and case.is_open:
            yield Missing(ActKind.WITHDRAW, case.name.resource, refusal)
    yield case_act(situation, ActKind.COMMENT, "CommentOnCase", COMMENTED)
    with suppress(Refusal):
        await must_let_copy(case, situation.caller, uow, actor)
        yield case_act(situation, ActKind.COPY, COPY, COPIED)
    async for act in _redo(situation):
        yield act
    with suppress(Refusal):
        waiting = await to_retry(case, uow, actor)
        reasons = "；".join(dict.fromkeys(one.reason for one in waiting if one.reason))[:200]
        said = Text(f"{RETRIED.zh}（{reasons}）", f"{RETRIED.en} ({reasons})") if reasons else RETRIED
        yield case_act(situation, ActKind.RETRY, "RetryEffect", said)


async def _redo(situation: Situation) -> AsyncIterator[Act]:
    case, uow = situation.case, situation.uow
    choices = []
    with suppress(Refusal):
        await must_be_active(situation.caller, uow, situation.at)
        view, walked = await under_way(case.interfered(), uow)
        for step in view.route.deciding:
            with suppress(Refusal):
                await approved_by(situation.caller, step.key, view, walked, case, uow)
                choices.append(Choice(step.key, step.title))
    if choices:
        wanted = Wanted("step", tuple(choices), required=True)
        yield case_act(situation, ActKind.REDO, "RedoStep", REDONE, wanted)


def overridden(situation: Situation, kind: ActKind, method: str, outcome: Text, *wanted: Wanted) -> Act:
    return replace(case_act(situation, kind, method, outcome, *wanted), is_override=True)


Change = Callable[[Case], Case]
CHANGES: Final[dict[ActKind, tuple[str, Change, Text]]] = {
    ActKind.SUSPEND_CASE: ("SuspendCase", Case.suspend, SUSPENDED),
    ActKind.RESUME_CASE: ("ResumeCase", Case.resume, RESUMED),
    ActKind.TERMINATE_CASE: ("TerminateCase", Case.terminate, TERMINATED),
}


async def overrides_of(situation: Situation) -> AsyncIterator[Act]:
    """Of administrators: what stops a case, and what begins it anew."""
    case, actor = situation.case, situation.actor
    for kind, (method, change, outcome) in CHANGES.items():
        with suppress(Refusal):
            permissions.require_on(actor, method, case)
            change(case)
            yield overridden(situation, kind, method, outcome)
    if case.is_open or not _may(actor, "ReopenCase", case):
        return
    with suppress(Refusal):
        cases = await situation.uow.cases.about(case.document)
        await policy_to_reopen_under(case, cases, situation.uow)
        yield overridden(situation, ActKind.REOPEN, "ReopenCase", REOPENED)


def _may(actor: Actor, action: str, case: Case) -> bool:
    return permissions.may_on(actor, action, case)
