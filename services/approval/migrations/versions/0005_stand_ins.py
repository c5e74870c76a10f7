"""Who decides for whom while somebody is away."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE stand_ins (
            id uuid PRIMARY KEY,
            person text NOT NULL,
            deputy text NOT NULL,
            first date,
            last date,
            processes jsonb NOT NULL,
            organisations jsonb NOT NULL,
            reason text NOT NULL,
            created_by text NOT NULL,
            created_at timestamptz NOT NULL,
            ended_by text NOT NULL,
            ended_at timestamptz,
            version bigint NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX stand_ins_by_a_person ON stand_ins (deputy, id)")
    op.execute("CREATE INDEX stand_ins_for_a_person ON stand_ins (person, id)")
