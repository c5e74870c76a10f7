"""Claims are found by the activity whose lines they are paid from."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX lines_on_an_activity ON claim_lines (activity_line text_pattern_ops) WHERE activity_line <> ''"
    )
