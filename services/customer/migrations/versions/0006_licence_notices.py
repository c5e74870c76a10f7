"""What was said of licences; their list is sorted by when they expire."""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    """
    CREATE TABLE licence_notices (
        customer text NOT NULL REFERENCES customers,
        licence text NOT NULL,
        expiry date NOT NULL,
        within integer NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (customer, licence, expiry, within)
    )
    """,
    "DROP INDEX licences_by_expiry",
    "CREATE INDEX licences_by_expiry ON licences (coalesce(expiry, DATE '9999-12-31'), customer, id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
