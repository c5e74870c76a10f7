"""Notes."""

from alembic import op

from chassis.postgres.migrations import create_chassis_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_chassis_tables(op)
    op.execute("CREATE TABLE notes (name text PRIMARY KEY, words text NOT NULL, version bigint NOT NULL)")
