"""The page `docs/patterns.md`, made of the scenarios: `python -m tests.patterns.page` writes it."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chassis.project import PROJECT
from tests.patterns.catalogue import FAMILIES, Family
from tests.patterns.scenario import MARK, Scenario, Support

PAGE: Final = PROJECT / "docs" / "patterns.md"
HERE: Final = PROJECT / "tests" / "patterns"
FIELD: Final = PROJECT / "tests" / "regressions" / "field"
WIDEST: Final = 160


def scenarios() -> Iterator[tuple[Scenario, Path]]:
    """Every scenario and the module that plays it."""
    for path in sorted(HERE.glob("test_*.py")):
        module = importlib.import_module(f"tests.patterns.{path.stem}")
        for thing in vars(module).values():
            if isinstance(found := getattr(thing, MARK, None), Scenario):
                yield found, path


def by_number() -> dict[int, tuple[Scenario, Path]]:
    """One scenario a pattern, the weakest where several play it."""
    order = {Support.YES: 0, Support.PARTLY: 1, Support.NO: 2}
    found: dict[int, tuple[Scenario, Path]] = {}
    for one, path in scenarios():
        if one.number not in found or order[found[one.number][0].support] < order[one.support]:
            found[one.number] = (one, path)
    return found


def trouble() -> Iterator[tuple[str, str, str]]:
    """Of each recreated trouble: which thread, what it was about, and its test."""
    for path in sorted(FIELD.glob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_"):
                thread, _, told = " ".join((ast.get_docstring(node) or "").split()).partition(": ")
                yield thread, told, f"[{node.name}]({relative(path)})"


def render() -> str:
    played = by_number()
    count = {support: sum(one.support is support for one, _ in played.values()) for support in Support}
    lines = [
        "# The workflow resource patterns",
        "",
        "*Made from the tests by `python -m tests.patterns.page`; a test fails when it is out of date.*",
        "",
        "How a workflow system deals with the people who do the work has been described in 43 patterns (Russell, ter Hofstede, Edmond, van der Aalst: *Workflow Resource Patterns*,",
        "workflowpatterns.com). Each has a scenario here, played by people of a small group in a running installation, through the same RPCs that everybody uses.",
        "The best published score of a system is 37 to 38 of 43 (YAWL).",
        "",
        f"**{count[Support.YES]} yes, {count[Support.PARTLY]} partly, {count[Support.NO]} no, of 43.**",
        "",
    ]
    for family in FAMILIES:
        lines += section(family, played)
    lines += [
        "## Trouble that others had",
        "",
        "Threads in which people told what their engine did to them, recreated as facts about behaviour, in our words; nothing is taken over from them but what happened.",
        "",
        "| thread | what happened there, and what happens here | played by |",
        "| --- | --- | --- |",
        *(f"| {thread} | {told} | {test} |" for thread, told, test in trouble()),
        "",
    ]
    return "\n".join(lines)


def section(family: Family, played: dict[int, tuple[Scenario, Path]]) -> list[str]:
    rows: list[str] = []
    for pattern in family.patterns:
        one, path = played[pattern.number]
        name = f"{pattern.name} {pattern.zh}"
        test = f"[{one.test}]({relative(path)})"
        how = one.how.replace("|", "\\|")
        rows.append(f"| {one.number} | **{name}.** {pattern.meaning} | {one.support} | {how} | {test} |")
    return [
        f"## {family.name} {family.zh}",
        "",
        family.about,
        "",
        "| | pattern | | how | played by |",
        "| --- | --- | --- | --- | --- |",
        *rows,
        "",
    ]


def relative(path: Path) -> str:
    return f"../{path.relative_to(PROJECT).as_posix()}"


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
