"""Renewals of licences."""

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = (
    """
    CREATE TABLE licence_renewals (
        number text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        customer text NOT NULL REFERENCES customers,
        requester text NOT NULL,
        organisation text NOT NULL,
        display_name text NOT NULL,
        kind text NOT NULL,
        renews text NOT NULL,
        type text NOT NULL,
        licence_number text NOT NULL,
        scope text NOT NULL,
        issuer text NOT NULL,
        valid_from date,
        expiry date,
        scan text NOT NULL,
        note text NOT NULL,
        state text NOT NULL,
        version bigint NOT NULL,
        revision bigint NOT NULL,
        case_open boolean NOT NULL,
        edited boolean NOT NULL,
        reason text NOT NULL,
        previous jsonb,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        submitted_at timestamptz,
        renewed_at timestamptz
    ) WITH (fillfactor = 80)
    """,
    "CREATE UNIQUE INDEX licence_renewals_under_way ON licence_renewals (customer, type, renews) WHERE case_open",
    "CREATE INDEX licence_renewals_of_a_customer ON licence_renewals (customer, place DESC)",
    "CREATE INDEX licence_renewals_of_a_requester ON licence_renewals (requester, place DESC)",
    "CREATE INDEX licence_renewals_of_an_organisation ON licence_renewals (organisation, place DESC)",
    "CREATE INDEX licence_renewals_in_a_state ON licence_renewals (state, place DESC)",
    "CREATE TABLE licence_renewal_counters (year integer PRIMARY KEY, last bigint NOT NULL)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
