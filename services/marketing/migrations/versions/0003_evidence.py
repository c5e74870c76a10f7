"""Evidence as it is brought: when and where it was taken, and its hash, which proves one activity only; execution logs; yearly plans."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    # Nothing could be brought until now.
    """
    ALTER TABLE evidence
        ADD COLUMN file_name text NOT NULL,
        ADD COLUMN content_type text NOT NULL,
        ADD COLUMN size bigint NOT NULL,
        ADD COLUMN sha256 text NOT NULL,
        ADD COLUMN taken_at timestamptz NOT NULL,
        ADD COLUMN place text NOT NULL,
        ADD COLUMN latitude_e6 integer,
        ADD COLUMN longitude_e6 integer,
        ADD COLUMN note text NOT NULL,
        ADD COLUMN uploader text NOT NULL,
        ADD COLUMN created_at timestamptz NOT NULL
    """,
    """
    CREATE TABLE log_entries (
        id uuid PRIMARY KEY,
        activity text NOT NULL REFERENCES activities,
        day date NOT NULL,
        text text NOT NULL,
        writer text NOT NULL,
        created_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX log_of_an_activity ON log_entries (activity, day, id)",
    # By the function of the timeline, which says that rows are only added.
    """
    CREATE TRIGGER log_entries_rows_stay BEFORE UPDATE OR DELETE ON log_entries
        FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only()
    """,
    """
    CREATE TABLE plan_rows (
        organisation text,
        key text,
        activity text NOT NULL REFERENCES activities,
        digest text NOT NULL,
        PRIMARY KEY (organisation, key)
    )
    """,
    "CREATE UNIQUE INDEX evidence_by_content ON evidence (sha256)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
