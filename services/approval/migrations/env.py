from chassis.postgres.migrations import run_migrations
from services.approval.store import metadata

run_migrations(metadata)
