"""What the use cases need of others: a transaction with its repositories, the directory, a look for duplicates."""

from services.customer.use_cases.ports.customers import (
    Belonging,
    CustomerQuery,
    Customers,
    HasLicences,
    Named,
)
from services.customer.use_cases.ports.finding import Lookalikes, Search, SearchQuery
from services.customer.use_cases.ports.hierarchy import Below, Hierarchy
from services.customer.use_cases.ports.history import LevelChange, Levels, Reveal, Reveals
from services.customer.use_cases.ports.licences import LicenceLine, LicenceQuery, Licences
from services.customer.use_cases.ports.reference import Directory
from services.customer.use_cases.ports.reports import Counted, ReportBy, Reports
from services.customer.use_cases.ports.sight import EVERYTHING, Sight
from services.customer.use_cases.ports.unit_of_work import Asked, Work

__all__ = [
    "EVERYTHING",
    "Asked",
    "Belonging",
    "Below",
    "Counted",
    "CustomerQuery",
    "Customers",
    "Directory",
    "HasLicences",
    "Hierarchy",
    "LevelChange",
    "Levels",
    "LicenceLine",
    "LicenceQuery",
    "Licences",
    "Lookalikes",
    "Named",
    "ReportBy",
    "Reports",
    "Reveal",
    "Reveals",
    "Search",
    "SearchQuery",
    "Sight",
    "Work",
]
