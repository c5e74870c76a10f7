"""Routes: the planned steps of each stage, who decides, and why they do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.text import Text as Styled

from cli.output import Output, grid
from kernel.text import Text
from reading.cells import of_message
from reading.labels import field_at, field_label, value_label
from reading.names import bare
from zhupi.approval.v1.route_pb2 import Approver, Deferred, Route, RouteStep

LATER: Final = Text("届时确定：{how}", "Settled when it opens: {how}")
COLUMNS = ("title", "mode", "approvers", "why")


def show_routes(out: Output, routes: Iterable[Route]) -> None:
    """A table a stage. For people; JSON is the caller's."""
    for route in routes:
        title = f"{of_message(route.stage_title, out.language) or route.stage}  {bare(route.policy)}"
        table = grid(title)
        for column in COLUMNS:
            table.add_column(
                field_label(field_at(RouteStep.DESCRIPTOR, column), out.language), overflow="fold"
            )
        for step in route.steps:
            table.add_row(*step_cells(step, out.language), style="dim" if step.skipped else "")
        out.console.print(table)


def step_cells(step: RouteStep, language: str) -> tuple[Styled, ...]:
    mode = field_at(RouteStep.DESCRIPTOR, "mode").enum_type
    assert mode is not None
    reasons = [step.override, step.ballot, step.why, *(approver.why for approver in step.approvers)]
    later = [awaited(one, language) for one in step.deferred]
    cells = (
        of_message(step.title, language) or step.key,
        "" if step.skipped else value_label(mode, step.mode, language),
        "\n".join(who(approver, language) for approver in step.approvers),
        "\n".join(
            dict.fromkeys(filter(None, (*(of_message(reason, language) for reason in reasons), *later)))
        ),
    )
    return tuple(Styled(text) for text in cells)


def awaited(deferred: Deferred, language: str) -> str:
    """What is settled later, and whom it would be now."""
    how = of_message(deferred.text, language)
    names = "、".join(deferred.expected_titles)
    said = LATER.in_language(language).format(how=how)
    return f"{said} → {names}" if names else said


def who(approver: Approver, language: str) -> str:
    names = "、".join(approver.candidate_titles or approver.candidates)
    post = of_message(approver.post_title, language) or approver.post
    return f"{post}: {names}" if post else names
