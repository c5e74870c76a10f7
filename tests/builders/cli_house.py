"""The command line in a house: sessions of people against the service that is served there."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console

from cli.output import Output
from cli.session import Caller, Options, Session
from tests.builders.approval_house import House


@asynccontextmanager
async def session_of(house: House, home: Path, person: str, *roles: str) -> AsyncIterator[Session]:
    """What a person's commands are given; `written` reads what they wrote."""
    (home / "addresses.json").write_text(json.dumps({"approval": house.server.address}))
    out = Output("zh", console=Console(file=io.StringIO(), width=200))
    async with Session(Options(who=person, home=home), out) as session:
        session.caller = Caller(person, house.edge.token(person, *roles), roles)
        yield session


def written(session: Session) -> str:
    assert isinstance(session.out.console.file, io.StringIO)
    return session.out.console.file.getvalue()
