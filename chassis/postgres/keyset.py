"""One page of a SELECT, by its sort key: as quick on the thousandth page as on the first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Label, Row, Select, SQLColumnExpression, tuple_
from sqlalchemy.exc import InterfaceError, OperationalError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from chassis.postgres.paging import Page, PageRequest, PageTokenMalformed


async def fetch_page(
    session: AsyncSession | AsyncConnection,
    rows: Select[*tuple[Any, ...]],
    page: PageRequest,
    *key: SQLColumnExpression[Any],
    newest_first: bool = False,
) -> Page[Row[Any]]:
    """The page of `rows` sorted by `key`: columns that together are unique, and whose index serves the query.

    Raises PageTokenMalformed where the token's place is none in this list: somebody made it up.
    """
    if page.after is not None:
        if len(page.after) != len(key):
            raise PageTokenMalformed(field="page_token")
        behind = tuple_(*key) < tuple_(*page.after) if newest_first else tuple_(*key) > tuple_(*page.after)
        rows = rows.where(behind)
    order = [column.desc() if newest_first else column.asc() for column in key]
    sort_key: list[Label[Any]] = [column.label(f"page_key_{n}") for n, column in enumerate(key)]
    page_of = rows.add_columns(*sort_key).order_by(*order).limit(page.size + 1)
    try:
        found = (await session.execute(page_of)).all()
    except StatementError as error:
        if page.after is None or isinstance(error, OperationalError | InterfaceError):
            raise
        raise PageTokenMalformed(field="page_token") from error
    here = tuple(found[: page.size])
    if len(found) <= page.size:
        return Page(here)
    return Page(here, page.token(here[-1][-len(key) :]))
