"""What is due of a step stands in its own row: it decides what a timer still means."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("ALTER TABLE steps ADD COLUMN timers jsonb NOT NULL DEFAULT '{}'")
    # Nothing has ever fired: deadlines were carried in policies, and not read.
    op.execute("DROP TABLE step_timers")
