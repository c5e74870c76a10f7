"""Business calendars: years as they were announced, and days on which an organisation does otherwise."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE calendar_days (
            organisation text,
            day date,
            version bigint,
            working boolean,
            reason text NOT NULL,
            set_by text NOT NULL,
            set_at timestamptz NOT NULL,
            PRIMARY KEY (organisation, day, version)
        )
        """
    )
    op.execute("CREATE INDEX versions_of_calendar_days ON calendar_days (version)")
    op.execute(
        """
        CREATE TABLE calendar_years (
            year bigint,
            version bigint,
            days_off jsonb NOT NULL,
            days_worked jsonb NOT NULL,
            source text NOT NULL,
            published_by text NOT NULL,
            published_at timestamptz NOT NULL,
            PRIMARY KEY (year, version)
        )
        """
    )
    op.execute("CREATE INDEX versions_of_calendar_years ON calendar_years (version)")
