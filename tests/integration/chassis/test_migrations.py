"""Bringing databases to the present schema."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import psycopg
import pytest

import chassis
from chassis.postgres.migrations import DatabaseIsNewer, differences, migrate
from tests.notes.store import metadata

NOTES = Path(chassis.__file__).resolve().parents[1] / "tests/notes/migrations"


async def test_the_migrations_make_exactly_the_tables_that_the_code_knows(database_url: str) -> None:
    migrate(database_url, NOTES)
    assert differences(database_url, metadata) == []


async def test_copies_that_start_together_migrate_once(database_url: str) -> None:
    await asyncio.gather(*(asyncio.to_thread(migrate, database_url, NOTES) for _ in range(4)))
    assert differences(database_url, metadata) == []


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(database_url, NOTES)
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO notes VALUES ('notes/1', 'kept', 1)")
    migrate(database_url, NOTES)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT words FROM notes").fetchall() == [("kept",)]


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    database_url: str, tmp_path: Path
) -> None:
    migrate(database_url, NOTES)
    broken = tmp_path / "migrations"
    shutil.copytree(NOTES, broken, ignore=shutil.ignore_patterns("__pycache__"))
    (broken / "versions" / "0002_broken.py").write_text(
        "from alembic import op\nrevision, down_revision = '0002', '0001'\n"
        "def upgrade():\n    op.execute('DROP TABLE notes')\n    op.execute('SELECT no_such_thing')\n"
    )
    with pytest.raises(Exception, match="no_such_thing"):
        migrate(database_url, broken)
    assert differences(database_url, metadata) == []
    migrate(database_url, NOTES)


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url: str) -> None:
    migrate(database_url, NOTES)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseIsNewer) as refused:
        migrate(database_url, NOTES)
    assert database_url.rsplit("/", 1)[1] in refused.value.text.zh
