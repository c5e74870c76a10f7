"""What became of routes under way: edits, and the jumps of their walks. As they were planned they stay."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute(
        """CREATE TABLE route_revisions (
            case_id text NOT NULL,
            stage text NOT NULL,
            round bigint NOT NULL,
            n bigint NOT NULL,
            revision bigint NOT NULL,
            route jsonb NOT NULL,
            jumps jsonb NOT NULL,
            at timestamptz NOT NULL,
            CONSTRAINT pk_route_revisions PRIMARY KEY (case_id, stage, round, n),
            CONSTRAINT fk_route_revisions_case_id_routes FOREIGN KEY (case_id, stage, round)
                REFERENCES routes (case_id, stage, round)
        )"""
    )
    op.execute(
        "CREATE TRIGGER route_revisions_rows_stay BEFORE UPDATE OR DELETE ON route_revisions "
        "FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER route_revisions_stays BEFORE TRUNCATE ON route_revisions "
        "FOR EACH STATEMENT EXECUTE FUNCTION timeline_is_append_only()"
    )
    for trigger in ("route_revisions_rows_stay", "route_revisions_stays"):
        op.execute(f"ALTER TABLE route_revisions ENABLE ALWAYS TRIGGER {trigger}")
