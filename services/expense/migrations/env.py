"""Run by chassis.postgres.migrations, which brings the connection."""

from chassis.postgres.migrations import run_migrations
from services.expense.store.budget_tables import BudgetRow

run_migrations(BudgetRow.metadata)
