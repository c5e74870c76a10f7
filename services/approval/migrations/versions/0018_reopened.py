"""Cases that decide others anew, and whether a document still says what was submitted."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD reopens jsonb")
    op.execute("ALTER TABLE documents ADD edited boolean NOT NULL DEFAULT false")
    # Of drafts of before nobody knows; who wants one decided anew submits it again.
    op.execute("UPDATE documents SET edited = true WHERE state = 'draft'")
    op.execute("ALTER TABLE documents ALTER edited DROP DEFAULT")
