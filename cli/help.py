"""Groups of commands. Help is in both languages, like that of `zhupi` itself: `English · 中文`."""

from __future__ import annotations

import typer


def both(zh: str, en: str) -> str:
    return f"{en} · {zh}"


def group(zh: str, en: str) -> typer.Typer:
    """A new group of commands."""
    app = typer.Typer(help=both(zh, en), no_args_is_help=True, add_completion=False)

    # With a callback a group stays a group even while it has one command only.
    @app.callback()
    def _() -> None: ...

    return app
