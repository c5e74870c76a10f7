"""Lists of services, page after page."""

from __future__ import annotations

from typing import Annotated, Any, Final

import grpc.aio
import typer
from google.protobuf.message import Message

from cli.session import Session

LARGEST_PAGE: Final = 200
Limit = Annotated[
    int, typer.Option("--limit", min=0, help="Show at most so many, 0 for all · 最多显示多少条，0 为全部")
]
ENOUGH: Final = 50


async def listed(
    session: Session,
    rpc: grpc.aio.UnaryUnaryMultiCallable[Any, Any],
    request: Message,
    rows: str,
    limit: int = 0,
) -> list[Any]:
    """The first `limit` messages of field `rows`; 0: all of them. Says so when there are more."""
    found: list[Any] = []
    asked: Any = request
    while True:
        asked.page_size = min(limit - len(found), LARGEST_PAGE) if limit else LARGEST_PAGE
        page = await rpc(asked)
        found += getattr(page, rows)
        if not page.next_page_token:
            return found
        if limit and len(found) >= limit:
            session.out.say(
                "还有更多，可用 --limit 0 全部列出",
                "There are more; list them all with --limit 0",
                style="dim",
            )
            return found
        asked.page_token = page.next_page_token
