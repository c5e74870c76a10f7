"""What walks that turned count no longer, as their workflows tell it: nothing else says in which order they turned."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute(
        """CREATE TABLE walk_turns (
            case_id text NOT NULL,
            stage text NOT NULL,
            round bigint NOT NULL,
            n bigint NOT NULL,
            void jsonb NOT NULL,
            passed jsonb NOT NULL,
            jumped bigint NOT NULL,
            at timestamptz NOT NULL,
            CONSTRAINT pk_walk_turns PRIMARY KEY (case_id, stage, round, n),
            CONSTRAINT fk_walk_turns_case_id_routes FOREIGN KEY (case_id, stage, round)
                REFERENCES routes (case_id, stage, round)
        )"""
    )
    op.execute(
        "CREATE TRIGGER walk_turns_rows_stay BEFORE UPDATE OR DELETE ON walk_turns "
        "FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER walk_turns_stays BEFORE TRUNCATE ON walk_turns "
        "FOR EACH STATEMENT EXECUTE FUNCTION timeline_is_append_only()"
    )
    for trigger in ("walk_turns_rows_stay", "walk_turns_stays"):
        op.execute(f"ALTER TABLE walk_turns ENABLE ALWAYS TRIGGER {trigger}")
    op.execute("ALTER TABLE steps ADD turns bigint NOT NULL DEFAULT 0")
