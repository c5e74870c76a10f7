"""The group and its budgets as zips of CSV files, as the services import and export them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cli.csv_sheets import sheet, tables
from cli.files import zipped
from demo.group import POSTS, SINCE, Group
from demo.money import BudgetRow

ORGANISATIONS: Final = ("id", "name", "name_en", "parent", "from")
PEOPLE: Final = ("id", "name", "organisation", "grade", "email", "from")
POST_COLUMNS: Final = ("key", "name", "name_en", "roles", "head")
ASSIGNMENTS: Final = ("person", "post", "organisation", "from")
REPORTING_LINES: Final = ("person", "manager", "from")
BUDGETS: Final = ("organisation", "month", "expense_type", "amount")


def directory(group: Group) -> bytes:
    return zipped(
        {
            "organisations.csv": sheet(
                ORGANISATIONS,
                (
                    (key, title.zh, title.en, above, SINCE)
                    for key, (title, above) in group.organisations.items()
                ),
            ),
            "people.csv": sheet(
                PEOPLE,
                (
                    (p.login, p.name, p.organisation, p.grade, f"{p.login}@example.com", SINCE)
                    for p in group.people
                ),
            ),
            "posts.csv": sheet(
                POST_COLUMNS,
                (
                    (post.key, post.title.zh, post.title.en, post.roles, "yes" if post.head else "")
                    for post in POSTS
                ),
            ),
            "assignments.csv": sheet(
                ASSIGNMENTS, ((p.login, p.post, p.organisation, SINCE) for p in group.people)
            ),
            "reporting-lines.csv": sheet(
                REPORTING_LINES, ((p.login, p.manager, SINCE) for p in group.people if p.manager)
            ),
        }
    )


def budgets(rows: Iterable[BudgetRow]) -> bytes:
    return zipped(
        {
            "budgets.csv": sheet(
                BUDGETS, ((r.organisation, r.month, r.expense_type, f"{r.amount:.2f}") for r in rows)
            )
        }
    )


def agree(there: bytes, wanted: bytes) -> bool:
    """Whether all that is wanted is there, whatever stands beside it: what others brought in is no change of it.

    Neither the order of rows and columns counts, nor a column that `wanted` lacks.
    """
    found, asked = tables(there), tables(wanted)
    return all(
        name in found and narrowed(found[name], columns) >= narrowed(asked[name], columns)
        for name, columns in ((name, set(rows[0])) for name, rows in asked.items())
    )


def narrowed(rows: list[dict[str, str]], columns: set[str]) -> set[frozenset[tuple[str, str]]]:
    """Rows as sets of cells; what is empty says nothing."""
    return {frozenset((key, cell) for key, cell in row.items() if cell and key in columns) for row in rows}
