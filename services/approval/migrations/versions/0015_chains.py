"""Who goes on with the next work item of a case as soon as it comes to them."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE chains (
            case_id text REFERENCES cases,
            person text,
            since timestamptz NOT NULL,
            PRIMARY KEY (case_id, person)
        )
        """
    )
