"""Onboardings, and what cases have done to documents of this service."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE onboardings (
        number text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        customer text NOT NULL REFERENCES customers,
        requester text NOT NULL,
        organisation text NOT NULL,
        display_name text NOT NULL,
        credit_code text NOT NULL,
        kind text NOT NULL,
        currency text,
        credit_minor bigint,
        payment_terms_days integer NOT NULL,
        note text NOT NULL,
        attachments text[] NOT NULL,
        despite text[] NOT NULL,
        state text NOT NULL,
        version bigint NOT NULL,
        revision bigint NOT NULL,
        case_open boolean NOT NULL,
        edited boolean NOT NULL,
        reason text NOT NULL,
        erp_code text NOT NULL,
        frozen jsonb,
        frozen_version bigint,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        submitted_at timestamptz,
        formal_at timestamptz,
        CONSTRAINT onboardings_credit_check CHECK (credit_minor > 0)
    ) WITH (fillfactor = 80)
    """,
    "CREATE UNIQUE INDEX onboardings_under_way ON onboardings (customer) WHERE case_open",
    "CREATE INDEX onboardings_of_a_customer ON onboardings (customer, place DESC)",
    "CREATE INDEX onboardings_of_a_requester ON onboardings (requester, place DESC)",
    "CREATE INDEX onboardings_of_an_organisation ON onboardings (organisation, place DESC)",
    "CREATE INDEX onboardings_in_a_state ON onboardings (state, place DESC)",
    "CREATE TABLE onboarding_counters (year integer PRIMARY KEY, last bigint NOT NULL)",
    """
    CREATE TABLE case_verbs (
        document text,
        effect text,
        verb text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (document, effect)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
