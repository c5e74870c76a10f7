"""The command line's commands: found through the entry points of `zhupi.commands`, loaded when they are called.

An entry point's name is the command's name; its object is a `typer.Typer` (a group, or one command), or a function. `PANEL`
of its module says under which heading of the help it stands.
Loading on call keeps `zhupi up` from importing what only a client needs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

GROUP = "zhupi.commands"


class InstalledCommands(TyperGroup):
    """The project's own commands and every installed one."""

    def list_commands(self, ctx: Any) -> list[str]:
        installed = {point.name for point in entry_points(group=GROUP)}
        return [*super().list_commands(ctx), *sorted(installed - set(self.commands))]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.commands:
            for point in entry_points(group=GROUP, name=cmd_name):
                self.commands[cmd_name] = _command(cmd_name, point.load(), _panel(point.module))
        return self.commands.get(cmd_name)


def _panel(module: str) -> str | None:
    return getattr(sys.modules[module], "PANEL", None)


def _command(name: str, loaded: typer.Typer | Callable[..., Any], panel: str | None) -> Any:
    if isinstance(loaded, typer.Typer):
        app = loaded
    else:
        app = typer.Typer(add_completion=False)
        app.command()(loaded)
    # The root's completion serves all of them.
    app._add_completion = False
    command: Any = get_command(app)
    command.name = name
    command.rich_help_panel = panel
    return command
