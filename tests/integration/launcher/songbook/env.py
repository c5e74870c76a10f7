from sqlalchemy import MetaData

from chassis.postgres.migrations import run_migrations

run_migrations(MetaData())
