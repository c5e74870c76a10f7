"""Reconciliations of the money behind activities with expense, and the differences that they find."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    # What copies of allotments say of budgets, a row for each line. google.type.Money as JSON leaves out what is zero.
    """
    CREATE FUNCTION minor_of(money jsonb, digits integer) RETURNS bigint IMMUTABLE LANGUAGE sql RETURN
        (coalesce((money ->> 'units')::bigint, 0) * 10::numeric ^ digits
            + coalesce((money ->> 'nanos')::bigint, 0) / 10::numeric ^ (9 - digits))::bigint
    """,
    """
    CREATE VIEW allotment_shares AS
    SELECT allotments.activity,
        concat_ws('/', 'budgets',
            coalesce(substring(said ->> 'organisation' FROM '[^/]*$'), activities.organisation),
            line ->> 'month', line ->> 'expenseType') AS budget,
        coalesce(line -> 'amount' ->> 'currencyCode', 'CNY') AS currency,
        minor_of(line -> 'reserved', digits.of) AS reserved_minor,
        minor_of(line -> 'committed', digits.of) AS committed_minor,
        minor_of(line -> 'spent', digits.of) AS spent_minor
    FROM allotments
        LEFT JOIN activities ON activities.number = allotments.activity,
        jsonb_array_elements(coalesce(said -> 'lines', '[]')) AS line,
        LATERAL (SELECT CASE line -> 'amount' ->> 'currencyCode' WHEN 'JPY' THEN 0 ELSE 2 END) AS digits (of)
    """,
    """
    CREATE TABLE reconciliations (
        id uuid PRIMARY KEY,
        begun_by text NOT NULL,
        state text NOT NULL,
        part text NOT NULL,
        after text NOT NULL,
        allotments bigint NOT NULL,
        budgets bigint NOT NULL,
        reported bigint NOT NULL,
        repaired bigint NOT NULL,
        gone bigint NOT NULL,
        version bigint NOT NULL,
        started_at timestamptz NOT NULL,
        resumes_at timestamptz,
        finished_at timestamptz
    )
    """,
    "CREATE UNIQUE INDEX reconciliations_under_way ON reconciliations ((true)) WHERE state <> 'finished'",
    """
    CREATE TABLE differences (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        subject text NOT NULL,
        details jsonb NOT NULL,
        state text NOT NULL,
        first_seen timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        gone_at timestamptz
    )
    """,
    """
    CREATE UNIQUE INDEX differences_still_there ON differences (subject, kind)
        WHERE state IN ('suspected', 'reported')
    """,
    "CREATE INDEX differences_in_a_state ON differences (state, id DESC)",
    "CREATE INDEX differences_of_a_subject ON differences (subject, id DESC)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
