"""What the documents name must exist: files, links, make targets and commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from chassis.cli import app
from chassis.commands import InstalledCommands

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ROOMS = ("kernel", "chassis", "services", "workflows", "cli", "demo", "protos", "tests", "docs", ".ci")
IDS = [str(document.relative_to(ROOT)) for document in DOCUMENTS]


def code_of(text: str) -> list[str]:
    """Everything that is set as code: between backticks, in fences, in indented blocks."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return [*re.findall(r"`([^`\n]+)`", rest), *fenced, *re.findall(r"^ {4}(.+)$", rest, re.MULTILINE)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    places = re.compile(rf"(?<![\w./-])((?:{'|'.join(re.escape(room) for room in ROOMS)})/[\w./-]*[\w/])")
    code = "\n".join(code_of(document.read_text()))
    named = set(places.findall(code))
    missing = {path for path in named if not (ROOT / path).exists() and not (ROOT / f"{path}.py").exists()}
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", document.read_text())
    broken = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    code = "\n".join(code_of(document.read_text()))
    group = get_command(app)
    assert isinstance(group, InstalledCommands)
    commands = group.list_commands(None)
    named = set(re.findall(r"\bzhupi ([a-z][a-z-]+)", code))
    assert named <= set(commands), named - set(commands)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", code)) <= targets
