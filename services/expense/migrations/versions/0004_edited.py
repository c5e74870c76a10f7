"""Whether a claim still says what was submitted: only then may its case be reopened."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE claims ADD edited boolean NOT NULL DEFAULT false")
    # Of drafts of before nobody knows; who wants one decided anew submits it again.
    op.execute("UPDATE claims SET edited = true WHERE state = 'draft'")
    op.execute("ALTER TABLE claims ALTER edited DROP DEFAULT")
