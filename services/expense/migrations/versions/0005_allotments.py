"""Allotments of activities: what they hold of budgets, by stage, and the claims that draw on them."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    # What a document has and what it asks for on top are held side by side.
    "ALTER TABLE budget_holdings DROP CONSTRAINT budget_holdings_pkey",
    "ALTER TABLE budget_holdings ADD PRIMARY KEY (document, organisation, month, expense_type, stage)",
    # Cases have other documents than claims now.
    "ALTER TABLE case_verbs DROP CONSTRAINT case_verbs_claim_fkey",
    "ALTER TABLE case_verbs RENAME COLUMN claim TO document",
    "UPDATE case_verbs SET document = 'claims/' || document",
    "ALTER TABLE claim_lines ADD activity_line text NOT NULL DEFAULT ''",
    "ALTER TABLE claim_lines ALTER activity_line DROP DEFAULT",
    """
    CREATE TABLE allotments (
        number text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        organisation text NOT NULL,
        title text NOT NULL,
        terms_version bigint NOT NULL,
        state text NOT NULL,
        currency text NOT NULL,
        asked jsonb,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX allotments_of_an_organisation ON allotments (organisation, place DESC)",
    "CREATE INDEX allotments_in_a_state ON allotments (state, place DESC)",
    """
    CREATE TABLE allotment_lines (
        allotment text NOT NULL REFERENCES allotments,
        id text NOT NULL,
        position integer NOT NULL,
        expense_type text NOT NULL,
        month text NOT NULL,
        amount_minor bigint NOT NULL,
        claimable_minor bigint,
        drawn_minor bigint NOT NULL,
        spent_minor bigint NOT NULL,
        PRIMARY KEY (allotment, id),
        CONSTRAINT allotment_lines_amount_check CHECK (amount_minor > 0),
        CONSTRAINT allotment_lines_drawn_check CHECK (
            0 <= spent_minor AND spent_minor <= drawn_minor AND drawn_minor <= coalesce(claimable_minor, 0)
        )
    )
    """,
    """
    CREATE TABLE allotment_draws (
        claim text NOT NULL REFERENCES claims,
        allotment text NOT NULL REFERENCES allotments,
        line text NOT NULL,
        amount_minor bigint NOT NULL,
        PRIMARY KEY (claim, allotment, line),
        CONSTRAINT allotment_draws_amount_check CHECK (amount_minor > 0)
    )
    """,
    "CREATE INDEX draws_on_an_allotment ON allotment_draws (allotment, claim, line)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
