"""A case with all its parts, for people."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.route_view import show_routes
from cli.session import Session
from cli.work_item_view import EFFECTS, OF_CASE, QUESTIONS, questions_of, to_decide
from zhupi.approval.v1 import case_pb2 as pb
from zhupi.approval.v1.case_pb2 import Case
from zhupi.approval.v1.work_item_pb2 import WorkItem

HEAD: Final = (
    "name", "title", "document", "document_version", "amount", "requester_title", "organisation", "state", "outcome",
    "sealed", "policy", "reopens", "create_time", "close_time",
)  # fmt: skip
COPIES: Final = ("person_title", "kind", "text", "author_title", "create_time", "read_time")
COMMENTS: Final = ("author_title", "text", "create_time")
TARGET: Final = typer.Argument(metavar="EC-…", help="A number, a work item or a case · 单号、待办或审批单")
Target = Annotated[str, TARGET]


def show_case(session: Session, case: Case) -> None:
    """All of a case. Its parts are left out where there are none."""
    out = session.out
    out.details(case, HEAD)
    if out.as_json:
        return
    show_routes(out, case.routes)
    for title, rows, columns, kind in (
        (("待办", "Work items"), to_decide(case.work_items), OF_CASE, WorkItem),
        (("提问", "Questions"), questions_of(case.work_items), QUESTIONS, WorkItem.Question),
        (("外部动作", "Effects"), case.effects, EFFECTS, pb.Effect),
        (("评论", "Comments"), case.comments, COMMENTS, pb.Comment),
        (("抄送", "Copies"), case.copies, COPIES, pb.Copy),
    ):
        if rows:
            out.say(f"\n{title[0]}", f"\n{title[1]}", style="bold")
            out.table(rows, columns, kind=kind)
    if earlier := case.earlier_work_items:
        out.say(
            f"\n另有 {earlier} 项更早的待办，见时间线",
            f"\nWork items before these: {earlier}, told by the timeline",
        )
