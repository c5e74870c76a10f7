"""On whose account a claim was spent."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Claims of before were all on the account of their organisation; so are those that an older copy still writes.
    op.execute("ALTER TABLE claims ADD COLUMN cost_centre text NOT NULL DEFAULT ''")
