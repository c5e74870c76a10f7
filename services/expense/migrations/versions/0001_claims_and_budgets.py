"""Claims, budgets, and what finance keeps beside them."""

from alembic import op

from chassis.postgres.migrations import create_chassis_tables

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE claims (
        number text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        claimant text NOT NULL,
        organisation text NOT NULL,
        title text NOT NULL,
        attachments text[] NOT NULL,
        state text NOT NULL,
        version bigint NOT NULL,
        revision bigint NOT NULL,
        case_open boolean NOT NULL,
        lines_given integer NOT NULL,
        reason text NOT NULL,
        payment text NOT NULL,
        currency text NOT NULL,
        total_minor bigint NOT NULL,
        payable_minor bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        submitted_at timestamptz,
        paid_at timestamptz,
        CONSTRAINT claims_payable_check CHECK (payable_minor BETWEEN 0 AND total_minor)
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX claims_of_a_claimant ON claims (claimant, place DESC)",
    "CREATE INDEX claims_of_an_organisation ON claims (organisation, place DESC)",
    "CREATE INDEX claims_in_a_state ON claims (state, place DESC)",
    """
    CREATE TABLE claim_lines (
        claim text NOT NULL REFERENCES claims,
        id text NOT NULL,
        position integer NOT NULL,
        expense_type text NOT NULL,
        date date NOT NULL,
        amount_minor bigint NOT NULL,
        tax_minor bigint,
        description text NOT NULL,
        city text NOT NULL,
        customer text NOT NULL,
        activity text NOT NULL,
        invoice_seller text,
        invoice_code text,
        invoice_number text,
        invoice_date date,
        invoice_minor bigint,
        cut_minor bigint,
        cut_reason text,
        cut_by text,
        PRIMARY KEY (claim, id),
        CONSTRAINT claim_lines_amount_check CHECK (amount_minor > 0),
        CONSTRAINT claim_lines_tax_check CHECK (tax_minor BETWEEN 0 AND amount_minor),
        CONSTRAINT claim_lines_cut_check CHECK (cut_minor > 0 AND cut_minor <= amount_minor)
    )
    """,
    "CREATE INDEX lines_of_a_type ON claim_lines (expense_type, date)",
    "CREATE INDEX lines_for_a_customer ON claim_lines (customer, date) WHERE customer <> ''",
    "CREATE INDEX lines_for_an_activity ON claim_lines (activity, date) WHERE activity <> ''",
    """
    CREATE TABLE invoice_uses (
        seller text NOT NULL,
        code text NOT NULL,
        number text NOT NULL,
        claim text NOT NULL REFERENCES claims,
        PRIMARY KEY (seller, code, number)
    )
    """,
    "CREATE INDEX invoice_uses_claim_idx ON invoice_uses (claim)",
    "CREATE TABLE claim_counters (year integer PRIMARY KEY, last bigint NOT NULL)",
    """
    CREATE TABLE budgets (
        organisation text NOT NULL,
        month text NOT NULL,
        expense_type text NOT NULL,
        currency text NOT NULL,
        amount_minor bigint NOT NULL,
        reserved_minor bigint NOT NULL,
        committed_minor bigint NOT NULL,
        spent_minor bigint NOT NULL,
        version bigint NOT NULL,
        PRIMARY KEY (organisation, month, expense_type),
        CONSTRAINT budgets_held_check CHECK (reserved_minor >= 0 AND committed_minor >= 0 AND spent_minor >= 0),
        CONSTRAINT budgets_free_check CHECK (reserved_minor + committed_minor + spent_minor <= amount_minor)
    ) WITH (fillfactor = 50)
    """,
    "CREATE INDEX budgets_of_a_month ON budgets (month, organisation, expense_type)",
    """
    CREATE TABLE budget_holdings (
        document text NOT NULL,
        organisation text NOT NULL,
        month text NOT NULL,
        expense_type text NOT NULL,
        stage text NOT NULL,
        amount_minor bigint NOT NULL,
        PRIMARY KEY (document, organisation, month, expense_type),
        FOREIGN KEY (organisation, month, expense_type) REFERENCES budgets,
        CONSTRAINT budget_holdings_amount_check CHECK (amount_minor > 0)
    )
    """,
    "CREATE INDEX holdings_of_a_budget ON budget_holdings (organisation, month, expense_type)",
    """
    CREATE TABLE budget_movements (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organisation text NOT NULL,
        month text NOT NULL,
        expense_type text NOT NULL,
        at timestamptz NOT NULL,
        kind text NOT NULL,
        currency text NOT NULL,
        amount_minor bigint NOT NULL,
        reserved_minor bigint NOT NULL,
        committed_minor bigint NOT NULL,
        spent_minor bigint NOT NULL,
        document text NOT NULL,
        actor text NOT NULL,
        reason text NOT NULL,
        FOREIGN KEY (organisation, month, expense_type) REFERENCES budgets
    )
    """,
    "CREATE INDEX movements_of_a_budget ON budget_movements (organisation, month, expense_type, position DESC)",
    """
    CREATE FUNCTION movements_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'budget_movements is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    """
    CREATE TRIGGER movements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_movements
    FOR EACH STATEMENT EXECUTE FUNCTION movements_are_append_only()
    """,
    # It fires in replication sessions too, where ordinary triggers sleep.
    "ALTER TABLE budget_movements ENABLE ALWAYS TRIGGER movements_stay",
    """
    CREATE TABLE months (
        month text PRIMARY KEY,
        state text NOT NULL,
        version bigint NOT NULL
    )
    """,
    """
    CREATE TABLE expense_types (
        code text PRIMARY KEY,
        place integer NOT NULL,
        zh text NOT NULL,
        en text NOT NULL,
        invoice_needed boolean NOT NULL
    )
    """,
    """
    CREATE TABLE limits (
        expense_type text NOT NULL,
        grade text NOT NULL,
        city text NOT NULL,
        place integer NOT NULL,
        currency text NOT NULL,
        per_line_minor bigint NOT NULL,
        PRIMARY KEY (expense_type, grade, city)
    )
    """,
)


def upgrade() -> None:
    create_chassis_tables(op)
    for statement in STATEMENTS:
        op.execute(statement)
