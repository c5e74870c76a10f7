"""Customers and their licences."""

from alembic import op

from chassis.postgres.migrations import create_chassis_tables

revision = "0001"
down_revision = None

STATEMENTS = (
    "CREATE SEQUENCE customer_numbers",
    """
    CREATE TABLE customers (
        number text PRIMARY KEY,
        display_name text NOT NULL,
        kind text NOT NULL,
        trade text NOT NULL,
        credit_code text NOT NULL,
        province text NOT NULL,
        city text NOT NULL,
        file jsonb NOT NULL,
        state text NOT NULL,
        reason text NOT NULL,
        progress text NOT NULL,
        level text NOT NULL,
        organisation text NOT NULL,
        salesperson text NOT NULL,
        erp_code text NOT NULL,
        upstream text REFERENCES customers,
        aliases text[] NOT NULL,
        agreements jsonb NOT NULL,
        blocked text NOT NULL,
        merged_into text REFERENCES customers,
        people_given integer NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    ) WITH (fillfactor = 80)
    """,
    "CREATE UNIQUE INDEX customers_of_a_credit_code ON customers (credit_code) WHERE credit_code <> '' AND merged_into IS NULL",
    "CREATE UNIQUE INDEX customers_of_an_erp_code ON customers (erp_code) WHERE erp_code <> '' AND merged_into IS NULL",
    "CREATE INDEX customers_by_name ON customers (display_name, number)",
    "CREATE INDEX customers_by_change ON customers (updated_at DESC, number DESC)",
    "CREATE INDEX customers_of_a_salesperson ON customers (salesperson, number DESC)",
    "CREATE INDEX customers_of_an_organisation ON customers (organisation, number DESC)",
    "CREATE INDEX customers_below ON customers (upstream, number) WHERE upstream IS NOT NULL",
    "CREATE INDEX customers_by_alias ON customers USING gin (aliases)",
    "CREATE INDEX customers_by_relation ON customers USING gin ((file -> 'relations'))",
    """
    CREATE TABLE licences (
        customer text NOT NULL REFERENCES customers,
        id text NOT NULL,
        place bigint GENERATED ALWAYS AS IDENTITY,
        type text NOT NULL,
        number text NOT NULL,
        scope text NOT NULL,
        issuer text NOT NULL,
        valid_from date,
        expiry date,
        scan text NOT NULL,
        PRIMARY KEY (customer, id)
    )
    """,
    "CREATE INDEX licences_by_expiry ON licences (expiry, customer, id) WHERE expiry IS NOT NULL",
)


def upgrade() -> None:
    create_chassis_tables(op)
    for statement in STATEMENTS:
        op.execute(statement)
