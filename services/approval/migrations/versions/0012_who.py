"""What people can do beyond their posts, whose turn it was, and whom approvers chose for later steps."""

from alembic import op

revision = "0012"
down_revision = "0011"

TABLES = (
    """
    CREATE TABLE directory_capabilities (
        version bigint NOT NULL REFERENCES directory_versions,
        line bigint NOT NULL,
        person text NOT NULL,
        key text NOT NULL,
        value text NOT NULL,
        first date,
        last date,
        PRIMARY KEY (version, line)
    )
    """,
    # The row of nobody ('') counts the turns.
    """
    CREATE TABLE turns (
        process text,
        place text,
        person text,
        n bigint NOT NULL,
        PRIMARY KEY (process, place, person)
    )
    """,
    """
    CREATE TABLE step_choices (
        case_id text REFERENCES cases,
        stage text,
        key text,
        people jsonb NOT NULL,
        by_step text NOT NULL,
        chooser text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (case_id, stage, key)
    )
    """,
    # By the step of the policy that they are a walk of: who is experienced in it.
    "CREATE INDEX walks_of_a_step ON steps (split_part(case_id, '/', 1), stage, key, opened_at DESC)",
)
APPEND_ONLY = ("directory_capabilities",)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION timeline_is_append_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_rows_stay")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays")
