"""Run by chassis.migrations, which brings the connection."""

from chassis.migrations import run_migrations
from services.traces.store import metadata

run_migrations(metadata)
