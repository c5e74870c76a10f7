"""Notices that are of no case; news are told once for each key."""

from alembic import op

revision = "0022"
down_revision = "0021"

STATEMENTS = (
    "ALTER TABLE inbox_entries ALTER COLUMN case_id DROP NOT NULL",
    "ALTER TABLE notices ALTER COLUMN case_id DROP NOT NULL",
    "ALTER TABLE notices ADD key text, ADD about text DEFAULT '' NOT NULL, "
    "ADD title_zh text DEFAULT '' NOT NULL, ADD title_en text DEFAULT '' NOT NULL",
    "ALTER TABLE notices ADD CONSTRAINT ck_notices_of_a_case_or_of_a_key "
    "CHECK (case_id IS NOT NULL OR key IS NOT NULL)",
    "CREATE UNIQUE INDEX news_once ON notices (key) WHERE key IS NOT NULL",
    "CREATE INDEX news_of_a_resource ON notices (about) WHERE case_id IS NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
