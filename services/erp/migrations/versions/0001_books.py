"""The sandbox's books and switches."""

from alembic import op

from chassis.postgres.migrations import create_chassis_tables

revision = "0001"
down_revision = None

BOOKS = ("payment_orders", "payment_outcomes")

STATEMENTS = (
    """
    CREATE TABLE payment_orders (
        key text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        payee text NOT NULL,
        currency text NOT NULL,
        amount_minor bigint NOT NULL,
        document text NOT NULL,
        taken_at timestamptz NOT NULL,
        CONSTRAINT payment_orders_amount_check CHECK (amount_minor > 0)
    )
    """,
    "CREATE INDEX orders_of_a_document ON payment_orders (document, place)",
    """
    CREATE TABLE payment_outcomes (
        key text PRIMARY KEY REFERENCES payment_orders,
        state text NOT NULL,
        refusal text NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE faults (
        id integer PRIMARY KEY,
        delay interval NOT NULL,
        unavailable boolean NOT NULL,
        refuse_reason text NOT NULL,
        lose_answers boolean NOT NULL,
        never_settle boolean NOT NULL,
        only_next integer NOT NULL,
        only_document text NOT NULL,
        CONSTRAINT faults_one_row_check CHECK (id = 1)
    )
    """,
    "INSERT INTO faults VALUES (1, '0', false, '', false, false, 0, '')",
    """
    CREATE FUNCTION books_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END
    $$
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
    create_chassis_tables(op)
    for statement in STATEMENTS:
        op.execute(statement)
