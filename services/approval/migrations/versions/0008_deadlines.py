"""Deadlines of steps under way."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    # Steps of before have none: deadlines were carried in policies, and not read.
    op.execute(
        """
        ALTER TABLE steps
            ADD COLUMN countdown jsonb,
            ADD COLUMN due_at timestamptz,
            ADD COLUMN calendar_version bigint,
            ADD COLUMN provisional boolean NOT NULL DEFAULT false
        """
    )
    op.execute(
        "CREATE INDEX steps_by_calendar ON steps (calendar_version, id) WHERE state = 'open' AND calendar_version IS NOT NULL"
    )
    op.execute("CREATE INDEX provisional_steps ON steps (id) WHERE state = 'open' AND provisional")
