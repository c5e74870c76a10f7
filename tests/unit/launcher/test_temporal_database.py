"""A database of Temporal's that was killed in the making is made anew; any other is left alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chassis.embedded.temporal import DATABASE, Temporal


def made(folder: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return folder / DATABASE


NAMESPACES = "CREATE TABLE namespaces (name text)"


@pytest.mark.parametrize("statements", [(), ("CREATE TABLE executions (id text)",), (NAMESPACES,)])
async def test_what_was_killed_in_the_making_is_made_anew(
    tmp_path: Path, statements: tuple[str, ...]
) -> None:
    database = made(tmp_path, *statements)
    database.touch()
    await Temporal(tmp_path, 0, 0).prepare()
    assert not database.exists()


async def test_what_has_a_namespace_is_left_alone(tmp_path: Path) -> None:
    database = made(tmp_path, NAMESPACES, "INSERT INTO namespaces VALUES ('zhupi')")
    await Temporal(tmp_path, 0, 0).prepare()
    assert database.exists()
