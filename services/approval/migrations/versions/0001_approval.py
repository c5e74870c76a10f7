"""Directory, policies, cases, inboxes, attachments."""

from __future__ import annotations

from alembic import op

from chassis.postgres.migrations import create_chassis_tables

revision = "0001"
down_revision = None

TABLES = (
    """
    CREATE TABLE directory_versions (
        version bigint PRIMARY KEY,
        imported_at timestamptz NOT NULL,
        importer text NOT NULL
    )
    """,
    """
    CREATE TABLE directory_organisations (
        id text NOT NULL,
        title_zh text NOT NULL,
        title_en text NOT NULL,
        parent text NOT NULL,
        version bigint REFERENCES directory_versions,
        line bigint,
        first date,
        last date,
        PRIMARY KEY (version, line)
    )
    """,
    """
    CREATE TABLE directory_people (
        id text NOT NULL,
        name text NOT NULL,
        organisation text NOT NULL,
        grade text NOT NULL,
        email text NOT NULL,
        pinyin text NOT NULL,
        version bigint REFERENCES directory_versions,
        line bigint,
        first date,
        last date,
        PRIMARY KEY (version, line)
    )
    """,
    """
    CREATE TABLE directory_posts (
        key text NOT NULL,
        title_zh text NOT NULL,
        title_en text NOT NULL,
        roles jsonb NOT NULL,
        head boolean NOT NULL,
        version bigint REFERENCES directory_versions,
        line bigint,
        PRIMARY KEY (version, line)
    )
    """,
    """
    CREATE TABLE directory_assignments (
        person text NOT NULL,
        post text NOT NULL,
        organisation text NOT NULL,
        version bigint REFERENCES directory_versions,
        line bigint,
        first date,
        last date,
        PRIMARY KEY (version, line)
    )
    """,
    """
    CREATE TABLE directory_reporting_lines (
        person text NOT NULL,
        manager text NOT NULL,
        version bigint REFERENCES directory_versions,
        line bigint,
        first date,
        last date,
        PRIMARY KEY (version, line)
    )
    """,
    """
    CREATE TABLE policies (
        process text,
        version bigint,
        title_zh text NOT NULL,
        title_en text NOT NULL,
        yaml text NOT NULL,
        published_at timestamptz NOT NULL,
        publisher text NOT NULL,
        PRIMARY KEY (process, version)
    )
    """,
    """
    CREATE TABLE cases (
        id text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        process text NOT NULL,
        document text NOT NULL,
        number text NOT NULL,
        n bigint NOT NULL,
        requested_version bigint NOT NULL,
        document_version bigint NOT NULL,
        title text NOT NULL,
        amount_minor bigint,
        currency text NOT NULL,
        requester text NOT NULL,
        organisation text NOT NULL,
        policy bigint NOT NULL,
        facts jsonb NOT NULL,
        snapshot jsonb NOT NULL,
        state text NOT NULL,
        outcome text NOT NULL,
        sealed_for text NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        closed_at timestamptz,
        UNIQUE (document, n)
    )
    """,
    "CREATE INDEX cases_of_a_requester ON cases (requester, place DESC)",
    "CREATE INDEX cases_of_an_organisation ON cases (organisation, place DESC)",
    "CREATE UNIQUE INDEX one_open_case_per_document ON cases (document) WHERE state <> 'closed'",
    "CREATE INDEX open_cases ON cases (place) WHERE state <> 'closed'",
    """
    CREATE TABLE case_participants (
        case_id text REFERENCES cases,
        person text,
        place bigint NOT NULL,
        PRIMARY KEY (case_id, person)
    )
    """,
    "CREATE INDEX cases_of_a_person ON case_participants (person, place DESC)",
    """
    CREATE TABLE routes (
        case_id text REFERENCES cases,
        stage text,
        round bigint,
        route jsonb NOT NULL,
        document_version bigint NOT NULL,
        planned_at timestamptz NOT NULL,
        PRIMARY KEY (case_id, stage, round)
    )
    """,
    """
    CREATE TABLE steps (
        id text PRIMARY KEY,
        case_id text NOT NULL REFERENCES cases,
        stage text NOT NULL,
        key text NOT NULL,
        visit bigint NOT NULL,
        round bigint NOT NULL,
        mode text NOT NULL,
        title_zh text NOT NULL,
        title_en text NOT NULL,
        earlier jsonb NOT NULL,
        state text NOT NULL,
        completion jsonb,
        opened_at timestamptz NOT NULL,
        completed_at timestamptz,
        consumed_at timestamptz,
        told_again bigint DEFAULT 0 NOT NULL,
        UNIQUE (case_id, stage, key, visit)
    )
    """,
    """
    CREATE INDEX unconsumed_steps
    ON steps (completed_at)
    WHERE state = 'completed' AND consumed_at IS NULL
    """,
    """
    CREATE TABLE step_timers (
        step_id text REFERENCES steps,
        timer text,
        n bigint,
        at timestamptz NOT NULL,
        PRIMARY KEY (step_id, timer, n)
    )
    """,
    """
    CREATE TABLE work_items (
        id uuid PRIMARY KEY,
        case_id text NOT NULL REFERENCES cases,
        step_id text NOT NULL REFERENCES steps,
        position bigint NOT NULL,
        candidates jsonb NOT NULL,
        why jsonb NOT NULL,
        post text NOT NULL,
        state text NOT NULL,
        assignee text NOT NULL,
        decision jsonb,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX work_items_of_a_case ON work_items (case_id, id)",
    "CREATE INDEX work_items_of_a_step ON work_items (step_id, position)",
    """
    CREATE TABLE item_candidates (
        item_id uuid REFERENCES work_items,
        person text,
        box text NOT NULL,
        since timestamptz NOT NULL,
        process text NOT NULL,
        PRIMARY KEY (item_id, person)
    )
    """,
    """
    CREATE INDEX inbox_of_a_person
    ON item_candidates (person, box, since DESC, item_id DESC)
    INCLUDE (process)
    WHERE box <> ''
    """,
    """
    CREATE TABLE decisions (
        id uuid PRIMARY KEY,
        item_id uuid NOT NULL REFERENCES work_items,
        step_id text NOT NULL,
        case_id text NOT NULL,
        person text NOT NULL,
        on_behalf_of text NOT NULL,
        service text NOT NULL,
        device text NOT NULL,
        outcome text NOT NULL,
        comment text NOT NULL,
        return_to text NOT NULL,
        document_version bigint NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX decisions_of_a_case ON decisions (case_id, id)",
    """
    CREATE TABLE comments (
        id uuid PRIMARY KEY,
        case_id text NOT NULL REFERENCES cases,
        author text NOT NULL,
        comment text NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX comments_of_a_case ON comments (case_id, id)",
    """
    CREATE TABLE effects (
        case_id text REFERENCES cases,
        key text,
        state text NOT NULL,
        reason text NOT NULL,
        updated_at timestamptz NOT NULL,
        next_attempt_at timestamptz,
        PRIMARY KEY (case_id, key)
    )
    """,
    "CREATE INDEX troubled_effects ON effects (case_id) WHERE state IN ('waiting', 'refused')",
    """
    CREATE TABLE signals (
        case_id text REFERENCES cases,
        id text,
        place bigint GENERATED ALWAYS AS IDENTITY,
        signal text NOT NULL,
        args jsonb NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (case_id, id)
    )
    """,
    """
    CREATE TABLE waiting_facts (
        document text,
        fact_id text,
        document_version bigint NOT NULL,
        fact bytea NOT NULL,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (document, fact_id)
    )
    """,
    """
    CREATE TABLE attachments (
        id uuid PRIMARY KEY,
        document text NOT NULL,
        file_name text NOT NULL,
        content_type text NOT NULL,
        size bigint NOT NULL,
        sha256 text NOT NULL,
        uploader text NOT NULL,
        created_at timestamptz NOT NULL,
        under_case boolean NOT NULL
    )
    """,
    "CREATE INDEX attachments_of_a_document ON attachments (document, id)",
)

# What was said, decided, published or imported stays as it is.
APPEND_ONLY = (
    "directory_versions",
    "directory_organisations",
    "directory_people",
    "directory_posts",
    "directory_assignments",
    "directory_reporting_lines",
    "policies",
    "routes",
    "decisions",
    "comments",
    "signals",
)


def upgrade() -> None:
    create_chassis_tables(op)
    for statement in TABLES:
        op.execute(statement)
    for table in APPEND_ONLY:
        # The function is the chassis's: it says which table refused what.
        op.execute(
            f"CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION timeline_is_append_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_rows_stay")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays")
