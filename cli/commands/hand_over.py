"""`zhupi hand-over`: somebody leaves, another takes over everything open of theirs."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.command import alone
from cli.commands.stand_ins import COLUMNS as STAND_INS
from cli.exits import Exit
from cli.help import HOUSE
from cli.output import plain
from cli.people import find_person
from cli.session import Session
from kernel.text import counted
from zhupi.approval.v1 import absence_pb2 as pb
from zhupi.approval.v1.absence_pb2_grpc import AbsenceServiceStub

PANEL = HOUSE

COLUMNS: Final = ("case", "title", "moved", "left_pool", "kept", "planned_steps")


async def take_over(
    session: Session,
    person: Annotated[
        str,
        typer.Argument(metavar="WHO", help="Who leaves: a login or a Chinese name · 移交人：登录名或姓名"),
    ],
    to: Annotated[
        str, typer.Option("--to", help="Who takes over: a login or a Chinese name · 接手人：登录名或姓名")
    ],
    reason: Annotated[str, typer.Option("--reason", "--comment", help="Why · 原因")],
    batch: Annotated[int, typer.Option("--batch", help="Cases a call · 每批审批单数")] = 50,
) -> Exit:
    service = session.stub(AbsenceServiceStub)
    whole, behind = pb.HandOverReport(), 0
    leaver, successor = (await find_person(session, person)).name, (await find_person(session, to)).name
    while True:
        report = await service.HandOver(
            pb.HandOverRequest(
                # Repeated with the same id, the whole walk is repeated batch by batch.
                request_id=session.derived_request_id(f"hand over behind {behind}"),
                person=leaver,
                to=successor,
                reason=reason,
                batch_size=batch,
                behind=behind,
            )
        )
        whole.MergeFrom(report)
        behind = report.next
        if not behind:
            break
    whole.next = 0
    show(session, whole)
    return Exit.FOUND_WRONG if any(case.kept for case in whole.cases) else Exit.DONE


hand_over = alone(
    "离职移交：把某人的全部待办交给另一人",
    "Somebody leaves: another takes over everything open of theirs",
    writes=True,
)(take_over)


def show(session: Session, report: pb.HandOverReport) -> None:
    out = session.out
    if out.as_json:
        out.json(plain(report))
        return
    out.table(report.cases, COLUMNS, kind=pb.CaseHandedOver)
    if report.stand_ins:
        out.say("\n已转移的代理：", "\nStand-ins that were moved:")
        out.table(report.stand_ins, STAND_INS, kind=pb.StandIn)
    if report.dropped_stand_ins:
        out.say("\n已终止、无人接手的代理：", "\nStand-ins that ended without a successor:")
        out.table(report.dropped_stand_ins, STAND_INS, kind=pb.StandIn)
    moved = sum(len(case.moved) for case in report.cases)
    kept = sum(len(case.kept) for case in report.cases)
    out.say(
        f"\n{len(report.cases)} 张审批单：移交 {moved} 项，{kept} 项无法移交",
        f"\n{counted(len(report.cases), 'case')}: {moved} handed over, {kept} could not be",
    )
