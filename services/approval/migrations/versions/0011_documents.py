"""Processes that need no code, and their documents."""

from alembic import op

revision = "0011"
down_revision = "0010"

STATEMENTS = (
    """
    CREATE TABLE forms (
        process text NOT NULL,
        version bigint NOT NULL,
        form text NOT NULL,
        policy bigint NOT NULL,
        published_at timestamptz NOT NULL,
        publisher text NOT NULL,
        PRIMARY KEY (process, version)
    )
    """,
    "CREATE TABLE document_prefixes (prefix text PRIMARY KEY, process text NOT NULL UNIQUE)",
    """
    CREATE TABLE document_counters (
        prefix text NOT NULL,
        year bigint NOT NULL,
        last bigint NOT NULL,
        PRIMARY KEY (prefix, year)
    )
    """,
    """
    CREATE TABLE documents (
        number text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        process text NOT NULL,
        form_version bigint NOT NULL,
        requester text NOT NULL,
        organisation text NOT NULL,
        title text NOT NULL,
        amount_minor bigint,
        currency text NOT NULL,
        content text NOT NULL,
        state text NOT NULL,
        version bigint NOT NULL,
        revision bigint NOT NULL,
        case_open boolean NOT NULL,
        reason text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        submitted_at timestamptz,
        ended_at timestamptz,
        FOREIGN KEY (process, form_version) REFERENCES forms (process, version)
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX documents_of_a_requester ON documents (requester, place DESC)",
    "CREATE INDEX documents_of_an_organisation ON documents (organisation, place DESC)",
    "CREATE INDEX documents_of_a_process ON documents (process, place DESC)",
    """
    CREATE TABLE document_submissions (
        number text NOT NULL REFERENCES documents,
        version bigint NOT NULL,
        form_version bigint NOT NULL,
        policy bigint NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (number, version)
    )
    """,
    """
    CREATE TABLE document_verbs (
        number text NOT NULL REFERENCES documents,
        effect text NOT NULL,
        verb text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (number, effect)
    )
    """,
)
APPEND_ONLY = ("forms", "document_submissions")


def upgrade() -> None:
    for statement in STATEMENTS:
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
