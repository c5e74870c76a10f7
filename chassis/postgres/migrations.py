"""Bringing a database to the present schema: Alembic, run by us, several copies at once if need be.

A service's `migrations/env.py` is three lines:

    from chassis.postgres.migrations import run_migrations
    from services.expense.store import metadata
    run_migrations(metadata)

and its first revision begins with `create_chassis_tables(op)`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, create_engine, make_url, text

from chassis.postgres import tables
from kernel.errors import FailedPrecondition

ONE_AT_A_TIME = (
    7_215_003_311  # advisory lock: copies of a service that start together migrate one after the other
)

# Frozen: revisions of the past call it. What the tables need later comes as a further function beside it.
CHASSIS_TABLES = (
    """
    CREATE TABLE timeline (
        document text NOT NULL,
        sequence bigint NOT NULL,
        kind text NOT NULL,
        version bigint NOT NULL,
        actor text NOT NULL,
        on_behalf_of text NOT NULL,
        device text NOT NULL,
        trace_id text NOT NULL,
        at timestamptz NOT NULL,
        zh text NOT NULL,
        en text NOT NULL,
        details jsonb NOT NULL,
        previous bytea NOT NULL,
        hash bytea NOT NULL,
        PRIMARY KEY (document, sequence),
        CHECK (sequence > 0)
    )
    """,
    """
    CREATE TABLE timeline_heads (
        document text PRIMARY KEY,
        sequence bigint NOT NULL,
        hash bytea NOT NULL
    ) WITH (fillfactor = 80)
    """,
    """
    CREATE FUNCTION timeline_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_TABLE_NAME = 'timeline_heads' AND TG_OP = 'UPDATE' THEN
            IF NEW.document = OLD.document AND NEW.sequence = OLD.sequence + 1 THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    # ALWAYS: they fire in replication sessions too, where ordinary triggers sleep.
    *(
        statement
        for table in ("timeline", "timeline_heads")
        for statement in (
            f"""
            CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only()
            """,
            f"""
            CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION timeline_is_append_only()
            """,
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_rows_stay",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays",
        )
    ),
    # Small partial indexes over a table that is mostly sent rows: vacuum early, or they bloat.
    """
    CREATE TABLE outbox (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL DEFAULT uuidv7(),
        destination text NOT NULL,
        lane text NOT NULL,
        subject text NOT NULL,
        body bytea NOT NULL,
        headers jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        sent_at timestamptz,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        parked_at timestamptz,
        error text NOT NULL DEFAULT ''
    ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)
    """,
    "CREATE INDEX outbox_waiting ON outbox (position) WHERE sent_at IS NULL AND parked_at IS NULL",
    "CREATE INDEX outbox_lanes ON outbox (destination, lane, position) WHERE sent_at IS NULL",
    """
    CREATE INDEX outbox_held ON outbox (destination, lane)
    WHERE sent_at IS NULL AND (parked_at IS NOT NULL OR next_attempt_at IS NOT NULL)
    """,
    "CREATE INDEX outbox_created ON outbox USING brin (created_at)",
    """
    CREATE TABLE inbox (
        consumer text NOT NULL,
        message_id text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (consumer, message_id)
    )
    """,
    """
    CREATE TABLE dead_letters (
        consumer text NOT NULL,
        message_id text NOT NULL,
        subject text NOT NULL,
        body bytea NOT NULL,
        headers jsonb NOT NULL,
        attempts integer NOT NULL,
        first_failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        last_failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        dead_at timestamptz,
        revived_at timestamptz,
        error text NOT NULL,
        PRIMARY KEY (consumer, message_id)
    )
    """,
    """
    CREATE TABLE requests (
        caller text NOT NULL,
        request_id text NOT NULL,
        method text NOT NULL,
        body_hash bytea NOT NULL,
        answer bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (caller, request_id)
    )
    """,
    "CREATE INDEX requests_created ON requests USING brin (created_at)",
)


class Executes(Protocol):
    """Alembic's `op`, which is a module that stands in for an Operations."""

    def execute(self, sqltext: str, /) -> None: ...


class DatabaseIsNewer(FailedPrecondition):
    zh = "数据库 {name} 由更新版本的朱批建立，当前版本无法使用"
    en = "Database {name} was made by a newer version of Zhupi; this version cannot use it"


def create_chassis_tables(op: Executes) -> None:
    """Create the chassis' tables and triggers, in a service's first revision."""
    for statement in CHASSIS_TABLES:
        op.execute(statement)


def run_migrations(metadata: MetaData) -> None:
    """The body of a service's `migrations/env.py`."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        raise CommandError("migrations run through chassis.postgres.migrations, which brings the connection")
    context.configure(connection=connection, target_metadata=[tables.metadata, metadata])
    with context.begin_transaction():
        context.run_migrations()


def migrate(url: str, folder: Path | str) -> None:
    """Bring the database to the newest revision in `folder`, in one transaction. Blocking. Raises DatabaseIsNewer."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
            config = _config(folder, connection)
            _refuse_newer(config, connection)
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def differences(url: str, metadata: MetaData) -> list[Any]:
    """What the database's tables lack or have too much of, compared with the code. Blocking; for tests and doctor."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.connect() as connection:
            both = MetaData(naming_convention=tables.NAMES)
            for table in (*tables.metadata.sorted_tables, *metadata.sorted_tables):
                table.to_metadata(both)
            return list(compare_metadata(MigrationContext.configure(connection), both))
    finally:
        engine.dispose()


def _config(folder: Path | str, connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _refuse_newer(config: Config, connection: Connection) -> None:
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if not set(MigrationContext.configure(connection).get_current_heads()) <= known:
        raise DatabaseIsNewer(name=connection.engine.url.database)
