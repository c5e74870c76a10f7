"""The portal's own words: none is missing, none is left over, all are in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment

from portal.words.catalogue import PORTAL, UnknownWord, catalogue, word

IN_TEMPLATES = re.compile(r'\bt\(\s*"([a-z_]+\.[a-z_]+)"')
IN_CODE = re.compile(r'\bword\(\s*"([a-z_]+\.[a-z_]+)"')
ANY_IN_TEMPLATES = re.compile(r"\bt\(\s*[^)\s]")
ANY_IN_CODE = re.compile(r"(?<!def )\bword\(\s*[^)\s]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACES = re.compile(r"{(\w+)}")


def used() -> Iterator[str]:
    for path in PORTAL.rglob("*.html"):
        yield from IN_TEMPLATES.findall(path.read_text("utf-8"))
    for path in PORTAL.rglob("*.py"):
        yield from IN_CODE.findall(path.read_text("utf-8"))


def test_every_word_that_is_used_is_there() -> None:
    assert set(used()) - set(catalogue()) == set()


def test_every_word_that_is_there_is_used() -> None:
    assert set(catalogue()) - set(used()) == set()


def test_keys_are_written_out_where_they_are_used() -> None:
    for path in PORTAL.rglob("*.html"):
        text = path.read_text("utf-8")
        assert len(ANY_IN_TEMPLATES.findall(text)) == len(IN_TEMPLATES.findall(text)), path
    for path in PORTAL.rglob("*.py"):
        text = path.read_text("utf-8")
        if path.parent.name != "words" and path.name != "rendering.py":
            assert len(ANY_IN_CODE.findall(text)) == len(IN_CODE.findall(text)), path


def test_every_word_is_in_both_languages_with_the_same_values() -> None:
    for key, text in catalogue().items():
        assert text.zh.strip(), key
        assert text.en.strip(), key
        assert sorted(PLACES.findall(text.zh)) == sorted(PLACES.findall(text.en)), key
        if key != "shell.other_language":
            assert CHINESE.search(text.zh) or not re.search(r"[a-z]{3}", PLACES.sub("", text.zh)), key
            assert not CHINESE.search(text.en), key


def test_templates_say_nothing_of_their_own() -> None:
    for path in PORTAL.rglob("*.html"):
        tokens = Environment(autoescape=True).lex(path.read_text("utf-8"))
        said = "".join(value for _, kind, value in tokens if kind == "data")
        said = said.replace("朱<br>批", "").replace("：", "")
        assert not CHINESE.search(said), path


def test_a_word_that_nobody_has_written_is_an_error() -> None:
    with pytest.raises(UnknownWord):
        word("inbox.no_such_word")
