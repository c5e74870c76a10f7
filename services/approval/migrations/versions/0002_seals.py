"""Which seals a case has had."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Of a case of before only the present seal is known; older ones are set once more, which is how it was.
    op.execute("ALTER TABLE cases ADD COLUMN seals jsonb NOT NULL DEFAULT '{}'")
    op.execute(
        "UPDATE cases SET seals = jsonb_build_object(sealed_for, jsonb_build_object('set', 1, 'taken_off', 0))"
        " WHERE sealed_for <> ''"
    )
