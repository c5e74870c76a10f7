"""Run by chassis.postgres.migrations, which brings the connection."""

from chassis.postgres.migrations import run_migrations
from services.marketing.store.tables import Table

run_migrations(Table.metadata)
