from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner

from chassis import cli, commands
from chassis.terminal import language


def test_the_language_is_what_was_asked_for_else_the_environments_else_chinese() -> None:
    assert language("en", {"LANG": "zh_CN.UTF-8"}) == "en"
    assert language(environ={"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}) == "en"
    assert language(environ={"ZHUPI_LANG": "zh", "LC_ALL": "en_GB.UTF-8"}) == "zh"
    assert language(environ={"LANG": "C.UTF-8"}) == "zh"


def test_starting_the_command_line_imports_no_client() -> None:
    script = "import sys, chassis.cli; sys.exit(bool({'grpc', 'sqlalchemy', 'temporalio', 'cli'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_an_installed_command_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    group = typer.Typer()

    @group.command()
    def bark(loudly: bool = False) -> None:
        typer.echo("WOOF" if loudly else "woof")

    @group.command()
    def sit() -> None: ...

    class Point:
        name, module = "dog", "kennel"

        def load(self) -> typer.Typer:
            return group

    kennel = ModuleType("kennel")
    kennel.PANEL = "Animals"  # type: ignore[attr-defined]  # what a module of commands may say
    monkeypatch.setitem(sys.modules, "kennel", kennel)
    monkeypatch.setattr(
        commands, "entry_points", lambda group, name="dog": [Point()] if name == "dog" else []
    )

    runner = CliRunner()
    assert runner.invoke(cli.app, ["dog", "bark", "--loudly"]).output == "WOOF\n"
    help = runner.invoke(cli.app, ["--help"]).output
    assert "dog" in help.partition("Animals")[2]
    assert runner.invoke(cli.app, ["cat"]).exit_code == 2


def test_an_unknown_component_is_refused_with_those_there_are() -> None:
    refused = CliRunner().invoke(cli.app, ["run", "nobody"])
    assert refused.exit_code == 2
    assert "nobody" in refused.stderr
