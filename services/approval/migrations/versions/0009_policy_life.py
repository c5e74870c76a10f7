"""Drafts of policies, and policies that take no new cases."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE policy_drafts (
            process text PRIMARY KEY,
            title_zh text NOT NULL,
            title_en text NOT NULL,
            yaml text NOT NULL,
            author text NOT NULL,
            saved_at timestamptz NOT NULL,
            version bigint NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE policy_retirements (
            process text,
            version bigint,
            retired_by text NOT NULL,
            retired_at timestamptz NOT NULL,
            reason text NOT NULL,
            PRIMARY KEY (process, version),
            FOREIGN KEY (process, version) REFERENCES policies
        )
        """
    )
    op.execute(
        "CREATE TRIGGER policy_retirements_rows_stay BEFORE UPDATE OR DELETE ON policy_retirements "
        "FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER policy_retirements_stays BEFORE TRUNCATE ON policy_retirements "
        "FOR EACH STATEMENT EXECUTE FUNCTION timeline_is_append_only()"
    )
    for trigger in ("policy_retirements_rows_stay", "policy_retirements_stays"):
        op.execute(f"ALTER TABLE policy_retirements ENABLE ALWAYS TRIGGER {trigger}")
