"""Imports of customers."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    "CREATE SEQUENCE customer_import_numbers",
    """
    CREATE TABLE customer_imports (
        number text PRIMARY KEY,
        owner text NOT NULL,
        file_name text NOT NULL,
        sheet text NOT NULL,
        columns jsonb NOT NULL,
        rows integer NOT NULL,
        state text NOT NULL,
        cursor integer NOT NULL,
        counts jsonb NOT NULL,
        roles text[] NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX customer_imports_of_an_owner ON customer_imports (owner, number DESC)",
    "CREATE INDEX customer_imports_at_work ON customer_imports (number) WHERE state IN ('checking', 'running')",
    """
    CREATE TABLE customer_import_rows (
        import_number text NOT NULL REFERENCES customer_imports,
        place integer NOT NULL,
        line integer NOT NULL,
        cells jsonb NOT NULL,
        same_as integer,
        outcome text NOT NULL,
        customer text NOT NULL,
        faults jsonb NOT NULL,
        PRIMARY KEY (import_number, place)
    )
    """,
    "CREATE INDEX customer_import_rows_of_an_outcome ON customer_import_rows (import_number, outcome, place)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
