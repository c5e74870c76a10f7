from __future__ import annotations

import datetime as dt

from google.protobuf.timestamp_pb2 import Timestamp

from tests.builders.approval_desk import request_id
from tests.builders.group.group import Group
from tests.builders.group.policies import person, post, step
from tests.builders.refusals import refused
from tests.patterns.scenario import Support, scenario
from zhupi.approval.v1.case_pb2 import RedoStepRequest
from zhupi.approval.v1.upcoming_pb2 import DecideAheadRequest, ListUpcomingRequest
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest, WorkItem

YES = Support.YES


@scenario(
    27,
    YES,
    "`DelegateWorkItem`: another does the work and hands it back; along chains, and nobody decides before it is back. `TransferWorkItem` gives it away for good.",
)
async def test_27_what_is_delegated_comes_back_and_is_decided_by_who_answers_for_it(group: Group) -> None:
    case = await group.under(step("sign", person("heli")))
    await case.act("heli", "DelegateWorkItem", person="people/tangning")
    await case.act("tangning", "DelegateWorkItem", person="people/xufei")
    with refused("DELEGATION_OPEN"):
        await case.approve("xufei")
    assert (await case.act("xufei", "HandBackWorkItem", comment="看过了")).assignee == "people/tangning"
    await case.act("tangning", "HandBackWorkItem")
    done = await case.approve("heli")
    assert done.decider == "people/heli"
    await case.passes()


@scenario(
    28,
    YES,
    "`deadline: {escalate: …}`: tells or gives it to whoever is next up, to a fallback or to administrators; `on_overdue` transfers, returns, approves or rejects, by workflow timers.",
)
async def test_28_what_nobody_does_in_time_becomes_somebody_elses(group: Group) -> None:
    # A minute before the end of a minute: at once.
    case = await group.under(
        step(
            "sign",
            person("lihua"),
            deadline={"within": "1m", "escalate": {"to": "next_up", "how": "gives", "before": "1m"}},
        )
    )
    item = await case.item("zhaoqiang")
    assert item.assignee == "people/zhaoqiang"
    assert not await case.inbox("lihua")
    [told] = await case.told("StepEscalated")
    assert (told.actor, told.details["people"][0]) == ("system", "zhaoqiang")
    await case.approve("zhaoqiang")
    await case.passes()


@scenario(29, YES, "`ReleaseWorkItem` puts a claimed item back into its pool.")
async def test_29_what_is_released_is_offered_to_all_of_the_pool_again(group: Group) -> None:
    case = await group.under(step("sign", post("counsel")))
    heli = await group.desk("heli")
    await heli.release(await heli.claim(await case.item("heli")))
    item = await case.item("xufei")
    assert item.state == WorkItem.STATE_OFFERED
    assert await case.inbox("heli")
    await case.approve("xufei")
    await case.passes()


@scenario(
    30,
    YES,
    "`TransferWorkItem`: whoever gets it finds it as far as it was, with what was asked and answered.",
)
async def test_30_what_is_transferred_keeps_how_far_it_was(group: Group) -> None:
    case = await group.under(step("sign", person("heli")))
    await case.act("heli", "AskForInformation", person="people/xufei", question="合同在哪里？")
    question = await case.item("xufei")
    await case.act("xufei", "AnswerQuestion", question, answer="在附件里")
    await case.act("heli", "StartWorkItem")
    await case.act("heli", "TransferWorkItem", person="people/tangning")
    assert not await case.inbox("heli")
    item = await case.item("tangning")
    assert [question.answer for question in item.questions] == ["在附件里"]
    await case.approve("tangning")
    await case.passes()


@scenario(
    31,
    YES,
    "`TransferWorkItem` with `restart`: whoever gets it begins afresh, without what was asked and answered.",
)
async def test_31_what_is_transferred_may_begin_afresh(group: Group) -> None:
    case = await group.under(step("sign", person("heli")))
    await case.act("heli", "AskForInformation", person="people/xufei", question="合同在哪里？")
    await case.act("heli", "StartWorkItem")
    await case.act("heli", "TransferWorkItem", person="people/tangning", restart=True)
    item = await case.item("tangning")
    assert item.state == WorkItem.STATE_ALLOCATED
    assert not item.questions
    assert not await case.inbox("xufei")
    await case.approve("tangning")
    await case.passes()


@scenario(
    32,
    YES,
    "`SuspendWorkItem`, until it is resumed or until a date, when it comes back by itself; `ResumeWorkItem`.",
)
async def test_32_what_is_laid_aside_is_not_decided_until_it_is_taken_up_again(group: Group) -> None:
    case = await group.under(step("sign", person("heli")))
    laid = await case.act("heli", "SuspendWorkItem")
    assert laid.state == WorkItem.STATE_SUSPENDED
    assert not await case.inbox("heli")
    assert await case.inbox("heli", box=ListWorkItemsRequest.BOX_SET_ASIDE)
    with refused("WORK_ITEM_SUSPENDED"):
        await (await case.desk("heli")).approve(laid)
    await case.act("heli", "ResumeWorkItem", laid)
    until = Timestamp()
    until.FromDatetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1))
    await case.act("heli", "SuspendWorkItem", until=until)
    assert not await case.inbox("heli")
    await case.approve("heli")  # as soon as it has come back by itself
    await case.passes()


@scenario(33, YES, "`skippable: true`: who has the item abstains, and the step passes without them.")
async def test_33_who_may_skip_is_passed_over(group: Group) -> None:
    case = await group.under(step("sign", person("heli"), skippable=True), step("last", person("tangning")))
    skipped = await case.act("heli", "SkipWorkItem", comment="与我部门无关")
    assert skipped.decision == WorkItem.DECISION_SKIPPED
    with refused("SKIP_NOT_ALLOWED"):
        await case.act("tangning", "SkipWorkItem")
    await case.approve("tangning")
    await case.passes()


@scenario(
    34,
    YES,
    "`redo: true`: who decided a step of the stage under way decides it once more; it and all that follows is walked again.",
)
async def test_34_who_has_decided_decides_once_more(group: Group) -> None:
    case = await group.under(
        step("first", person("heli"), redo=True),
        step("second", person("tangning")),
        step("last", person("sunli")),
    )
    await case.approve("heli")
    await case.approve("tangning")
    await case.item("sunli")
    asked = RedoStepRequest(name=case.name, request_id=request_id(), step="second", reason="算错了")
    with refused("REDO_NOT_ALLOWED"):
        await (await case.desk("tangning")).cases.RedoStep(asked)
    asked = RedoStepRequest(name=case.name, request_id=request_id(), step="first", reason="算错了")
    await (await case.desk("heli")).cases.RedoStep(asked)
    await case.item("heli", "first", 2)
    await case.is_open("first")
    for login in ("heli", "tangning", "sunli"):
        await case.approve(login)
    await case.passes()


@scenario(
    35,
    YES,
    "`ahead: true`: who will surely be asked by a step decides it before it is reached (`DecideAhead`), on the version that is seen; it takes effect when the step opens, if the document is still that and they are still asked, and may be taken back until then.",
)
async def test_35_work_is_done_before_its_turn(group: Group) -> None:
    case = await group.under(
        step("first", person("heli")),
        step("second", person("tangning"), ahead=True),
        step("pool", post("counsel"), ahead=True),
        step("last", person("sunli"), ahead=True),
    )
    await case.item("heli")
    tangning = (await case.desk("tangning")).upcoming
    coming = next(
        one
        for one in (await tangning.ListUpcoming(ListUpcomingRequest())).steps
        if (one.case.name, one.step) == (case.name, "second")
    )

    def said_of(key: str) -> DecideAheadRequest:
        return DecideAheadRequest(
            name=case.name,
            request_id=request_id(),
            step=key,
            document_version=coming.document_version,
            decision=WorkItem.DECISION_APPROVED,
            comment="同意",
        )

    with refused("NOT_SURELY_ASKED"):
        await tangning.DecideAhead(said_of("pool"))
    assert (await tangning.DecideAhead(said_of("second"))).decided.comment == "同意"
    await (await case.desk("sunli")).upcoming.DecideAhead(said_of("last"))
    assert coming.may_decide
    assert not await case.inbox("tangning")
    await case.approve("heli")
    await case.approve("xufei")  # the pool; before and behind it all was said already
    await case.passes()
    said = [row for row in await case.told("WorkItemDecided") if row.details["said_at"]]
    assert [row.actor for row in said] == ["people/tangning", "people/sunli"]
