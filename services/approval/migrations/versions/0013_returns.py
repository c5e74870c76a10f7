"""Where a step may be returned to at once, and how it goes on after a return."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("ALTER TABLE steps ADD COLUMN previous jsonb NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE decisions ADD COLUMN resume text NOT NULL DEFAULT 'walk_again'")
