"""What became of approved cases about customers."""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    """
    CREATE TABLE follow_ups (
        number text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        of_case text NOT NULL,
        process text NOT NULL,
        title text NOT NULL,
        requester text NOT NULL,
        customer text NOT NULL,
        filled_in jsonb NOT NULL,
        files text[] NOT NULL,
        state text NOT NULL,
        rule text NOT NULL,
        why_zh text NOT NULL,
        why_en text NOT NULL,
        settled_because text NOT NULL,
        revision bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX follow_ups_in_a_state ON follow_ups (state, place DESC)",
    "CREATE INDEX follow_ups_of_a_customer ON follow_ups (customer, place DESC)",
    "CREATE INDEX follow_ups_of_a_requester ON follow_ups (requester, place DESC)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
