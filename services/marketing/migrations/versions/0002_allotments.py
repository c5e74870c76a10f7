"""What expense holds for activities, as it was told last."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Of an activity that is not known here there may be one, too: that is a difference to be found.
    op.execute(
        """
        CREATE TABLE allotments (
            activity text PRIMARY KEY,
            version bigint NOT NULL,
            state text NOT NULL,
            fully_claimed boolean NOT NULL,
            said jsonb NOT NULL,
            told_at timestamptz NOT NULL
        )
        """
    )
