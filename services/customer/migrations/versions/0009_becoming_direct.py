"""Onboardings of customers that have bought from somebody else so far."""

from alembic import op

revision = "0009"
down_revision = "0008"

STATEMENTS = (
    # Those that are there are of customers that trade directly.
    "ALTER TABLE onboardings ADD COLUMN becomes_direct boolean NOT NULL DEFAULT false",
    "ALTER TABLE onboardings ALTER COLUMN becomes_direct DROP DEFAULT",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
