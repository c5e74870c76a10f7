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


# Headings of `zhupi --help`; each module of commands says under which its commands stand.
WORK = both("待办与办理", "What waits for you")
DOCUMENTS = both("单据与审批单", "Documents and cases")
HOUSE = both("组织、制度与预算", "People, rules and budgets")
RUNNING = both("运行与审计", "Running it")
