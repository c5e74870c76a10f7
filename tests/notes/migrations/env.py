from chassis.postgres.migrations import run_migrations
from tests.notes.store import metadata

run_migrations(metadata)
