"""How a replay is told to a person: a bar while it runs, then what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text as Styled

from cli.output import Output, grid
from kernel.text import Text
from replay.latencies import TITLES
from replay.report import Report
from replay.script import Impossible
from replay.story import State
from replay.walker import Walked

STATES = {
    State.NEW: Text("未建", "not there"),
    State.DRAFT: Text("草稿", "draft"),
    State.IN_APPROVAL: Text("审批中", "in approval"),
    State.RETURNED: Text("已退回", "returned"),
    State.APPROVED: Text("财务审核中", "in finance review"),
    State.PAYABLE: Text("待付款", "payable"),
    State.PAID: Text("已付款", "paid"),
    State.REJECTED: Text("已拒绝", "rejected"),
}


class Bar(Protocol):
    def __call__(self, walked: Walked) -> None: ...


@contextmanager
def told(out: Output, total: int) -> Iterator[Bar]:
    """A progress bar on a terminal; elsewhere nothing."""
    if out.as_json or not out.console.is_terminal:
        yield lambda walked: None
        return
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[differing]}", style="bold red"),
        console=out.console,
        transient=True,
    )
    title = Text("回放", "Replaying").in_language(out.language)
    with progress:
        task = progress.add_task(title, total=total, rate="", differing="")
        differing = 0

        def advance(walked: Walked) -> None:
            nonlocal differing
            differing += not walked.agrees
            elapsed, count = progress.tasks[0].elapsed, progress.tasks[0].completed + 1
            said = Text("{n} 不符", "{n} differ").format(n=differing).in_language(out.language)
            progress.update(
                task,
                advance=1,
                rate=f"{count / elapsed:.1f}/s" if elapsed else "",
                differing=said if differing else "",
            )

        yield advance


def tell(out: Output, report: Report) -> None:
    agree = len(report.walked) - len(report.mismatches)
    out.say(
        f"{len(report.cases)} 个案例（{report.variants} 种走法）：{agree} 个与日志一致，{len(report.mismatches)} 个不符，"
        f"{len(report.impossible)} 个没有合理流程允许",
        f"{len(report.cases)} cases ({report.variants} variants): {agree} as in the log, {len(report.mismatches)} differ, "
        f"{len(report.impossible)} that no sound process allows",
        style="bold",
    )
    if report.lifted:
        out.say(
            f"{report.lifted} 个案例的金额低于可报销的最小金额，已提高到该金额",
            f"{report.lifted} cases are over less than can be claimed; their amount was lifted to the least",
        )
    out.console.print(ends(out, report))
    for one in report.mismatches:
        tell_mismatch(out, one)
    for case in report.impossible:
        tell_impossible(out, case)
    out.say(
        f"{report.seconds:.1f} 秒，每秒 {report.per_second:.1f} 个案例；毫秒：",
        f"{report.seconds:.1f} seconds, {report.per_second:.1f} cases a second; in milliseconds:",
    )
    out.console.print(latencies(out, report))


def ends(out: Output, report: Report) -> Table:
    table = grid()
    for heading in (
        Text("结束于", "Ends"),
        Text("日志", "Log"),
        Text("可走", "Walkable"),
        Text("此处", "Here"),
    ):
        table.add_column(heading.in_language(out.language), justify="left" if not table.columns else "right")
    for state, counts in report.ends.items():
        row = (counts.logged, counts.walkable, counts.seen)
        style = "" if counts.walkable == counts.seen else "bold red"
        table.add_row(STATES[state].in_language(out.language), *map(str, row), style=style)
    return table


def latencies(out: Output, report: Report) -> Table:
    table = grid()
    for heading in ("", "n", "p50", "p99", "max"):
        table.add_column(heading, justify="right" if heading else "left")
    for what, spread in report.latencies.items():
        row = (f"{spread.count}", f"{spread.p50:.0f}", f"{spread.p99:.0f}", f"{spread.longest:.0f}")
        table.add_row(TITLES[what].in_language(out.language), *row)
    return table


def tell_mismatch(out: Output, one: Walked) -> None:
    said = STATES[one.script.end].in_language(out.language), STATES[one.seen.state].in_language(out.language)
    out.console.print(Styled(f"✗ {one.script.case}  {one.claim}", style="bold red"))
    if one.problem is not None:
        out.say(f"  {one.problem.zh}", f"  {one.problem.en}")
    out.say(
        f"  日志：{' → '.join(one.script.order)}（{said[0]}）",
        f"  log:  {' → '.join(one.script.order)} ({said[0]})",
    )
    out.say(
        f"  此处：{' → '.join(one.seen.order)}（{said[1]}）",
        f"  here: {' → '.join(one.seen.order)} ({said[1]})",
    )


def tell_impossible(out: Output, case: Impossible) -> None:
    style = "yellow" if case.explained else "bold red"
    out.console.print(Styled(f"– {case.case}: {' → '.join(case.variant)}", style=style))
    out.say(f"  {case.reason.zh}", f"  {case.reason.en}")
