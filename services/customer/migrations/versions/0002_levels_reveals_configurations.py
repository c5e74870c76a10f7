"""How customers were rated, whose phones were seen, what master data sets; who was merged into whom."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE level_changes (
        place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        customer text NOT NULL REFERENCES customers,
        at timestamptz NOT NULL,
        before text NOT NULL,
        after text NOT NULL,
        actor text NOT NULL,
        document text NOT NULL,
        reason text NOT NULL
    )
    """,
    "CREATE INDEX levels_of_a_customer ON level_changes (customer, place DESC)",
    "CREATE UNIQUE INDEX levels_by_document ON level_changes (customer, document)",
    """
    CREATE TABLE state_changes (
        place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        customer text NOT NULL REFERENCES customers,
        at timestamptz NOT NULL,
        before text NOT NULL,
        after text NOT NULL
    )
    """,
    "CREATE INDEX states_of_a_customer ON state_changes (customer, place)",
    """
    INSERT INTO state_changes (customer, at, before, after) SELECT number, created_at, '', 'potential' FROM customers
    """,
    """
    CREATE TABLE phone_reveals (
        place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        by text NOT NULL,
        at timestamptz NOT NULL,
        customer text NOT NULL REFERENCES customers,
        phone text NOT NULL,
        purpose text NOT NULL
    )
    """,
    "CREATE INDEX reveals_of_a_person ON phone_reveals (by, at DESC)",
    """
    CREATE TABLE configurations (
        version integer PRIMARY KEY,
        document jsonb NOT NULL,
        publisher text NOT NULL,
        published_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
