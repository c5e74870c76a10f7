"""What lies ahead of people, and what they have decided of it before its turn."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE upcoming (
            case_id text REFERENCES cases,
            key text,
            person text,
            id uuid NOT NULL,
            stage text NOT NULL,
            title_zh text NOT NULL,
            title_en text NOT NULL,
            is_sure boolean NOT NULL,
            may_decide boolean NOT NULL,
            since timestamptz NOT NULL,
            PRIMARY KEY (case_id, key, person)
        )
        """
    )
    op.execute("CREATE INDEX upcoming_of_a_person ON upcoming (person, since, id)")
    op.execute(
        """
        CREATE TABLE decided_ahead (
            case_id text REFERENCES cases,
            stage text,
            round bigint,
            key text,
            person text,
            by text NOT NULL,
            service text NOT NULL,
            device text NOT NULL,
            outcome text NOT NULL,
            comment text NOT NULL,
            document_version bigint NOT NULL,
            at timestamptz NOT NULL,
            PRIMARY KEY (case_id, stage, round, key, person)
        )
        """
    )
