"""`zhupi token`: a token of the local issuer, for people's scripts and other gRPC clients."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from cli.command import alone
from cli.help import RUNNING
from cli.people import caller
from cli.session import Session

PANEL = RUNNING


@alone("签发本地登录凭证", "Sign a token of the local issuer", identified=False)
async def token(
    session: Session,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            help="These roles, without asking the directory (--as a login) · 改用这些角色，不查组织目录（--as 须为登录名）",
        ),
    ] = None,
) -> None:
    if role:
        session.options = replace(session.options, roles=tuple(role))
    made = await caller(session)
    if session.out.as_json:
        session.out.json({"person": made.login, "roles": list(made.roles), "token": made.token})
    else:
        session.out.console.file.write(made.token + "\n")
