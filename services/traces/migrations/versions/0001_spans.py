"""Spans. No chassis tables: nothing here has a timeline, and nothing is sent."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE spans (
        trace text NOT NULL,
        id text NOT NULL,
        parent text NOT NULL,
        title text NOT NULL,
        component text NOT NULL,
        kind smallint NOT NULL,
        began timestamptz NOT NULL,
        took interval NOT NULL,
        failed boolean NOT NULL,
        attributes jsonb NOT NULL,
        PRIMARY KEY (trace, id)
    )
    """,
    "CREATE INDEX spans_first ON spans (began DESC, trace DESC) WHERE parent = ''",
    "CREATE INDEX spans_began ON spans USING brin (began)",
    "CREATE INDEX spans_document ON spans ((attributes ->> 'zhupi.document'), trace)"
    " WHERE attributes ? 'zhupi.document'",
    "CREATE INDEX spans_case ON spans ((attributes ->> 'zhupi.case'), trace) WHERE attributes ? 'zhupi.case'",
    "CREATE INDEX spans_failed ON spans (trace) WHERE failed",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
