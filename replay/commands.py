"""`zhupi replay LOG`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.command import alone
from cli.exits import Exit
from cli.help import RUNNING
from cli.session import Session
from cli.values import today
from kernel.text import Text
from replay.mapping import read_mapping
from replay.run import replay as walk_all
from replay.sampling import first, spread
from replay.script import Script, scripts
from replay.telling import tell, told
from replay.writing import Run
from replay.xes import read_log

PANEL = RUNNING

AT_ONCE: Final = 50


@alone(
    "把事件日志（XES）中的案例在系统中重走一遍，并与日志核对",
    "Walk the cases of an event log (XES) through the system, and compare with the log",
    identified=False,
)
async def replay(
    session: Session,
    log: Annotated[Path, typer.Argument(metavar="LOG", help="An .xes or .xes.gz · .xes 或 .xes.gz 文件")],
    mapping: Annotated[
        Path,
        typer.Option("--mapping", help="What the words of the log mean here (YAML) · 日志用语的映射（YAML）"),
    ],
    cases: Annotated[
        int, typer.Option("--cases", min=0, help="How many cases, 0 for all · 案例数，0 为全部")
    ] = 0,
    by_variant: Annotated[
        bool,
        typer.Option(
            "--spread",
            help="Of as many variants as there can be, not the first ones of the log · 尽量覆盖不同走法，而非取日志开头",
        ),
    ] = False,
    concurrency: Annotated[
        int,
        typer.Option("--concurrency", min=1, max=1000, help="How many at the same time · 同时进行的案例数"),
    ] = AT_ONCE,
    resume: Annotated[
        str,
        typer.Option(
            "--resume",
            metavar="RUN",
            help="Go on with a run that was broken off; what it has done is not done again · 继续一次中断的回放，已做的不再重做",
        ),
    ] = "",
) -> Exit:
    session.addresses()  # where nothing runs, that is what should be said first
    run, out = (Run.named(resume) if resume else Run.new(today())), session.out
    words = read_mapping(mapping)
    taken = (spread if by_variant else first)(scripts(read_log(log), words), cases)
    total = sum(isinstance(case, Script) for case in taken)
    out.say(
        f"{words.title.zh}：{len(taken)} 个案例，名为 {run.name} 的回放",
        f"{words.title.en}: {len(taken)} cases, as run {run.name}",
    )

    def brought(parts: Sequence[Text]) -> None:
        if parts:
            out.say(
                f"已载入：{'、'.join(p.zh for p in parts)}", f"Brought in: {', '.join(p.en for p in parts)}"
            )

    with told(out, total) as bar:
        report = await walk_all(
            session.options, words, taken, run, concurrency=concurrency, brought=brought, done=bar
        )
    if out.as_json:
        out.json(report.as_json())
    else:
        tell(out, report)
    return Exit.DONE if report.all_is_well else Exit.FOUND_WRONG
