"""Activities, their budget lines and changes, what market management sets, and what cases have done."""

from alembic import op

from chassis.postgres.migrations import create_chassis_tables

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE activities (
        number text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        requester text NOT NULL,
        organisation text NOT NULL,
        title text NOT NULL,
        activity_class text NOT NULL,
        customers text[] NOT NULL,
        products text[] NOT NULL,
        start_date date,
        end_date date,
        last_day date,
        terms jsonb NOT NULL,
        attachments text[] NOT NULL,
        currency text NOT NULL,
        total_minor bigint NOT NULL,
        state text NOT NULL,
        version bigint NOT NULL,
        revision bigint NOT NULL,
        case_open boolean NOT NULL,
        edited boolean NOT NULL,
        lines_given integer NOT NULL,
        reason text NOT NULL,
        closure jsonb,
        claimable_until date,
        overdue_on date,
        ended_early boolean NOT NULL,
        open_change text NOT NULL,
        closer text NOT NULL,
        history jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        submitted_at timestamptz,
        started_at timestamptz,
        ended_at timestamptz,
        closure_submitted_at timestamptz,
        settled_at timestamptz,
        closed_at timestamptz
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX activities_of_a_requester ON activities (requester, place DESC)",
    "CREATE INDEX activities_of_an_organisation ON activities (organisation, place DESC)",
    "CREATE INDEX activities_in_a_state ON activities (state, place DESC)",
    "CREATE INDEX activities_of_a_class ON activities (activity_class, place DESC)",
    "CREATE INDEX activities_at_customers ON activities USING gin (customers)",
    "CREATE INDEX activities_for_products ON activities USING gin (products)",
    "CREATE INDEX activities_in_days ON activities (start_date, number)",
    "CREATE INDEX activities_to_be_closed ON activities (requester, overdue_on) WHERE state = 'to_close'",
    """
    CREATE TABLE activity_lines (
        activity text NOT NULL REFERENCES activities,
        id text NOT NULL,
        position integer NOT NULL,
        expense_type text NOT NULL,
        month text NOT NULL,
        amount_minor bigint NOT NULL,
        note text NOT NULL,
        actual_minor bigint,
        claimable_minor bigint,
        PRIMARY KEY (activity, id),
        CONSTRAINT activity_lines_amount_check CHECK (amount_minor > 0),
        CONSTRAINT activity_lines_actual_check CHECK (actual_minor >= 0),
        CONSTRAINT activity_lines_claimable_check CHECK (claimable_minor >= 0)
    )
    """,
    """
    CREATE TABLE activity_changes (
        number text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        activity text NOT NULL REFERENCES activities,
        requester text NOT NULL,
        organisation text NOT NULL,
        terms jsonb NOT NULL,
        before jsonb NOT NULL,
        purpose text NOT NULL,
        attachments text[] NOT NULL,
        state text NOT NULL,
        version bigint NOT NULL,
        revision bigint NOT NULL,
        case_open boolean NOT NULL,
        edited boolean NOT NULL,
        reason text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        submitted_at timestamptz,
        applied_at timestamptz
    ) WITH (fillfactor = 80)
    """,
    "CREATE UNIQUE INDEX changes_under_way ON activity_changes (activity) WHERE case_open",
    "CREATE INDEX changes_of_an_activity ON activity_changes (activity, place DESC)",
    "CREATE TABLE evidence (id uuid PRIMARY KEY, activity text NOT NULL REFERENCES activities, kind text NOT NULL)",
    "CREATE INDEX evidence_of_an_activity ON evidence (activity, id)",
    "CREATE TABLE counters (prefix text, year integer, last bigint NOT NULL, PRIMARY KEY (prefix, year))",
    """
    CREATE TABLE case_verbs (
        document text,
        effect text,
        verb text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (document, effect)
    )
    """,
    """
    CREATE TABLE configurations (
        version integer PRIMARY KEY,
        document jsonb NOT NULL,
        publisher text NOT NULL,
        published_at timestamptz NOT NULL
    )
    """,
)


def upgrade() -> None:
    create_chassis_tables(op)
    for statement in STATEMENTS:
        op.execute(statement)
