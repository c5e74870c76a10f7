"""Run by chassis.postgres.migrations, which brings the connection."""

from chassis.postgres.migrations import run_migrations
from services.traces.store import metadata

run_migrations(metadata)
