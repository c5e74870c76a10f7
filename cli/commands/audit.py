"""`zhupi audit verify`: recompute every chain of every service, and name the first row that does not fit."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from rich.text import Text as Styled

from cli.command import command
from cli.commands.timeline import OWNERS, document_of
from cli.exits import Exit
from cli.help import RUNNING, group
from cli.output import Output, grid, plain
from cli.session import Session
from reading.labels import field_at, field_label
from zhupi.common.v1.timeline_pb2 import TimelineBreak, VerifyTimelinesRequest, VerifyTimelinesResponse
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub

PANEL = RUNNING

audit = group("审计", "The audit")

# Every service with a database keeps timelines; those of up to now.
LEDGERS: Final = ("approval", "expense", "customer", "marketing", "erp")
COUNTS: Final = ("documents", "rows", "breaks")
BREAKS: Final = ("document", "sequence", "problem", "sentence")


@command(
    audit,
    "verify",
    "校验全部时间线的哈希链；有不符则退出码为 1",
    "Verify every chain; exit code 1 when a row does not fit",
)
async def verify(
    session: Session,
    about: Annotated[str, typer.Argument(metavar="EC-…", help="Only this document · 只校验该单据")] = "",
) -> Exit:
    document = await document_of(session, about) if about else ""
    here = session.addresses()
    asked = [OWNERS[document.partition("/")[0]]] if document else [name for name in LEDGERS if name in here]
    answers = {name: await verified(session, name, document) for name in asked}
    if session.out.as_json:
        session.out.json({name: plain(answer) for name, answer in answers.items()})
    else:
        show(session.out, answers)
    return Exit.FOUND_WRONG if any(answer.breaks for answer in answers.values()) else Exit.DONE


async def verified(session: Session, component: str, document: str) -> VerifyTimelinesResponse:
    stub = session.stub(TimelineServiceStub, component)
    return await stub.VerifyTimelines(VerifyTimelinesRequest(document=document))


def show(out: Output, answers: dict[str, VerifyTimelinesResponse]) -> None:
    table = grid()
    table.add_column("")
    for column in COUNTS:
        table.add_column(
            field_label(field_at(VerifyTimelinesResponse.DESCRIPTOR, column), out.language), justify="right"
        )
    for name, answer in answers.items():
        broken = Styled(str(len(answer.breaks)), style="bold red" if answer.breaks else "green")
        table.add_row(name, str(answer.documents), str(answer.rows), broken)
    out.console.print(table)
    breaks = [broken for answer in answers.values() for broken in answer.breaks]
    if breaks:
        out.say("每条链上第一处不符：", "The first row of each chain that does not fit:", style="bold red")
        out.table(breaks, BREAKS, kind=TimelineBreak)
    else:
        out.say("全部相符", "Everything fits", style="green")
