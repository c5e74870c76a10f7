"""Signers who were added, delegation, questions, snoozing and urging."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    # What is there has no added signers, is nobody's delegate's, and asks nothing.
    op.execute(
        """
        ALTER TABLE work_items
            ADD COLUMN seat uuid,
            ADD COLUMN parent uuid,
            ADD COLUMN added_by text NOT NULL DEFAULT '',
            ADD COLUMN after jsonb NOT NULL DEFAULT '[]',
            ADD COLUMN removed_by text NOT NULL DEFAULT '',
            ADD COLUMN owners jsonb NOT NULL DEFAULT '[]',
            ADD COLUMN until timestamptz,
            ADD COLUMN answers uuid,
            ADD COLUMN questions jsonb NOT NULL DEFAULT '[]'
        """
    )
    op.execute("ALTER TABLE steps ADD COLUMN urged_at timestamptz")
