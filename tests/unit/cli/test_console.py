"""What people have typed is shown on the terminal and never obeyed."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.table import Table
from rich.text import Text

from cli.console import SafeConsole


@pytest.mark.parametrize("command", ["\x1b]0;owned\x07", "\x1b[2J", "\x9b2J", "\u202e", "\r", "\x7f"])
def test_a_title_cannot_command_the_terminal(command: str) -> None:
    file = StringIO()
    console = SafeConsole(file=file, width=60, color_system=None)
    table = Table()
    table.add_column("事由")
    table.add_row(Text(f"差旅{command}报销"))
    console.print(table)
    console.print(Text(f"{command}理由"))
    assert command[0] not in file.getvalue()
    assert "差旅" in file.getvalue()


def test_colours_and_lines_of_our_own_stay() -> None:
    file = StringIO()
    SafeConsole(file=file, force_terminal=True, color_system="standard", width=40).print(
        Text("一\n二", style="red")
    )
    assert "\x1b[31m" in file.getvalue()
    assert "\n" in file.getvalue()
