"""Every sentence that the code can say to a person, found in its text, reads well in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter
from typing import NamedTuple

import pytest

from chassis.project import PROJECT

ROOMS = ("kernel", "chassis", "services", "workflows", "cli", "demo", "bench", "replay")
# What may be nothing: a fully digital invoice has no code, a limit may hold for any grade and city.
MAY_BE_EMPTY = ("code", "grade", "city")
HAN = "[\u4e00-\u9fff]"
HALF_WIDTH = re.compile(rf"{HAN} ?[,;:!?()]|[,;:!?()] ?{HAN}")
NOT_ENGLISH = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# Two spaces, a blank that was not filled, an ending that none of the others has, a space where none belongs.
UGLY = re.compile(r"  |[{}]|[.。,，;；:：!！]$|\( | \)|（ | ）|、[、 ]| [,;]|^[,;]")
DOUBLED = re.compile(r"\{\{.*?\}\}")


class Said(NamedTuple):
    place: str
    zh: str
    en: str


def _literal(node: ast.expr) -> str | None:
    """The text of a literal; what an f-string fills in is `{x}` in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in node.values)
    return None


def _of_call(node: ast.Call) -> tuple[str | None, str | None]:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    return (
        (_literal(node.args[0]), _literal(node.args[1]))
        if name == "Text" and len(node.args) == 2
        else (None, None)
    )


def _of_class(node: ast.ClassDef) -> tuple[str | None, str | None]:
    said = {
        statement.targets[0].id: _literal(statement.value)
        for statement in node.body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }
    return said.get("zh"), said.get("en")


def _sentences() -> Iterator[Said]:
    for room in ROOMS:
        for path in sorted((PROJECT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                place = f"{path.relative_to(PROJECT)}:{getattr(node, 'lineno', 0)}"
                if isinstance(node, ast.Call):
                    zh, en = _of_call(node)
                    if zh and en:  # else it is put together of others
                        yield Said(place, zh, en)
                elif isinstance(node, ast.ClassDef):
                    zh, en = _of_class(node)
                    if zh is not None or en is not None:
                        yield Said(place, zh or "", en or "")


ALL = list(_sentences())


def _blanks(template: str) -> set[str]:
    return {name.partition("[")[0].partition(".")[0] for _, name, _, _ in Formatter().parse(template) if name}


def rendered(said: Said, template: str, *, empty: bool = False) -> str:
    """With a sample in every blank. `empty`: with nothing where there may be nothing."""
    pieces = []
    for text, name, _, _ in Formatter().parse(DOUBLED.sub("7", template)):
        pieces.append(text)
        if name is not None:
            nothing = empty and name in MAY_BE_EMPTY and said.place.startswith("services/expense")
            pieces.append("" if nothing else "7")
    return "".join(pieces)


@pytest.mark.parametrize("said", ALL, ids=lambda said: said.place)
def test_a_sentence_reads_well_in_both_languages(said: Said) -> None:
    assert said.zh.strip()
    assert said.en.strip()
    for template in (said.zh, said.en):
        for text in (rendered(said, template), rendered(said, template, empty=True)):
            assert not UGLY.search(text.strip()), text
    assert not HALF_WIDTH.search(rendered(said, said.zh)), said.zh
    assert not NOT_ENGLISH.search(rendered(said, said.en)), said.en


@pytest.mark.parametrize("said", ALL, ids=lambda said: said.place)
def test_both_languages_tell_the_same(said: Said) -> None:
    def told(template: str) -> set[str]:
        return {re.sub("_?(zh|en)$", "", name) for name in _blanks(template)}

    assert told(said.zh) == told(said.en)


def test_there_is_something_to_look_at() -> None:
    assert len(ALL) > 300
