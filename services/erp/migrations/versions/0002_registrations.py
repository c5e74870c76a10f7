"""Customers in the sandbox's master file."""

from alembic import op

revision = "0002"
down_revision = "0001"

BOOKS = ("registration_orders", "registration_outcomes")

STATEMENTS = (
    """
    CREATE TABLE registration_orders (
        key text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        customer text NOT NULL,
        name text NOT NULL,
        credit_code text NOT NULL,
        kind text NOT NULL,
        currency text,
        credit_minor bigint,
        payment_terms_days integer NOT NULL,
        document text NOT NULL,
        taken_at timestamptz NOT NULL,
        CONSTRAINT registration_orders_credit_check CHECK (credit_minor > 0)
    )
    """,
    "CREATE INDEX registrations_of_a_customer ON registration_orders (customer, place)",
    """
    CREATE TABLE registration_outcomes (
        key text PRIMARY KEY REFERENCES registration_orders,
        state text NOT NULL,
        refusal text NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    *(
        statement
        for table in BOOKS
        for statement in (
            f"""
            CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION books_are_append_only()
            """,
            # It fires in replication sessions too, where ordinary triggers sleep.
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stay",
        )
    ),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
