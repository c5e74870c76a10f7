"""Run by chassis.migrations, which brings the connection."""

from chassis.migrations import run_migrations
from services.erp.sandbox.tables import Table

run_migrations(Table.metadata)
