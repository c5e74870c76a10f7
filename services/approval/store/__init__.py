"""What the approval service keeps in PostgreSQL: tables, repositories, the unit of work."""

# Their tables belong to the metadata.
from services.approval.store import calendar_tables as calendar_tables
from services.approval.store import document_tables as document_tables
from services.approval.store import inbox_tables as inbox_tables
from services.approval.store import planning_tables as planning_tables
from services.approval.store import reference_tables as reference_tables
from services.approval.store import upcoming_tables as upcoming_tables
from services.approval.store.tables import Table

metadata = Table.metadata
