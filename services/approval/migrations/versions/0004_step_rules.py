"""The rules under which a step runs, as its policy said them when it was planned."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Steps of before had none that differ from what holds without saying.
    op.execute("ALTER TABLE steps ADD COLUMN rules jsonb NOT NULL DEFAULT '{}'")
