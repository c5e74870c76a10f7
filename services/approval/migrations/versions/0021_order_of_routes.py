"""The order in which the routes of a case were planned, whatever clocks say: the last one is under way."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("ALTER TABLE routes ADD n bigint")
    op.execute(
        "UPDATE routes SET n = planned.n FROM (SELECT case_id, stage, round, "
        "row_number() OVER (PARTITION BY case_id ORDER BY planned_at, round) AS n FROM routes) AS planned "
        "WHERE (routes.case_id, routes.stage, routes.round) = (planned.case_id, planned.stage, planned.round)"
    )
    op.execute("ALTER TABLE routes ALTER n SET NOT NULL")
    op.execute("ALTER TABLE routes ADD UNIQUE (case_id, n)")
