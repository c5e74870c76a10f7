"""Where nothing waits for somebody they are told why, and what they can do."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from cli.session import Caller, Options, Session
from cli.whose_turn import why_not
from cli.work_item_view import to_decide
from kernel.text import Text
from zhupi.approval.v1.case_pb2 import CASE_OUTCOME_APPROVED, Case
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.common.v1 import text_pb2

ME, OTHER = "people/lihua", "people/sunli"
STEP = text_pb2.Text(zh="会签", en="Countersign")
UNTIL = Timestamp(seconds=1795329000)


def an_item(state: str, **said: object) -> WorkItem:
    given = {"name": "workItems/1", "step": "a", "step_title": STEP, "assignee": ME, **said}
    return WorkItem(state=WorkItem.State.Value(f"STATE_{state}"), **given)  # type: ignore[arg-type]  # as protobuf has it


THEIRS = an_item("ALLOCATED", name="workItems/2", assignee=OTHER)
DONE = {"decider": ME, "decision": WorkItem.DECISION_APPROVED}


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ([an_item("SUSPENDED")], "；您已暂停处理，恢复：zhupi resume EC-2026-1"),
        (
            [an_item("ALLOCATED", assignee=OTHER, delegated_by=[ME])],
            "；您已委托孙丽处理，交还之前不能决定，收回：zhupi call-back EC-2026-1",
        ),
        ([an_item("WAITING", waits_for=["workItems/2"]), THEIRS], "；还未轮到您，先由孙丽处理"),
        ([an_item("DONE", **DONE), THEIRS], "；您已表态：同意"),
        (
            [an_item("DONE", **DONE, undo_expire_time=UNTIL)],
            "；您已表态：同意，2026-11-22 14:30:00 之前可撤销：zhupi undo EC-2026-1",
        ),
        ([an_item("CANCELLED"), THEIRS], "；正在等待孙丽（会签）"),
        ([an_item("OFFERED", assignee="", candidates=[OTHER, "people/x"])], "；正在等待孙丽、x（会签）"),
        ([an_item("ALLOCATED", kind=WorkItem.KIND_ANSWER, assignee=OTHER)], ""),
    ],
)
def test_with_whom_it_is_instead(tmp_path: Path, items: list[WorkItem], why: str) -> None:
    case = Case(document="claims/EC-2026-1", state=Case.STATE_OPEN, work_items=items)
    assert why_not(the_session(tmp_path), case).zh == why


def test_of_a_case_that_has_ended_the_outcome_is_told(tmp_path: Path) -> None:
    case = Case(state=Case.STATE_CLOSED, outcome=CASE_OUTCOME_APPROVED, work_items=[an_item("DONE", **DONE)])
    assert why_not(the_session(tmp_path), case).en == "; its case has ended: Approved"


def the_session(home: Path) -> Session:
    session = Session(Options(home=home))
    session.caller = Caller("lihua", "")
    session.out.known.learn(OTHER, Text("孙丽", "孙丽"))
    return session


def test_a_case_shows_what_is_to_be_decided_without_questions_and_no_term_of_what_is_over() -> None:
    question = an_item("DONE", kind=WorkItem.KIND_ANSWER)
    over, still = an_item("DONE", due_time=UNTIL), an_item("ALLOCATED", due_time=UNTIL)
    shown = to_decide([question, over, still])
    assert [(item.state, item.due_time.seconds) for item in shown] == [
        (WorkItem.STATE_DONE, 0),
        (WorkItem.STATE_ALLOCATED, UNTIL.seconds),
    ]
