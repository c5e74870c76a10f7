"""How a vote is counted, and what each decision weighs in it."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Steps of before were no votes, and nobody weighed more than another.
    op.execute("ALTER TABLE steps ADD COLUMN terms jsonb NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE work_items ADD COLUMN weight bigint NOT NULL DEFAULT 1")
