"""Customers and their licences, as tables."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.postgres.tables import NAMES

# A licence without end, where lists are sorted by it; as the index says it.
NEVER: Final = text("'9999-12-31'::date")


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        dt.datetime: TIMESTAMP(timezone=True),
        list[str]: ARRAY(Text),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
    }


class CustomerRow(Table):
    """A column for whatever lists are narrowed or sorted by, or others refer to; the rest of the file in one document."""

    __tablename__ = "customers"
    __table_args__ = (
        Index(
            "customers_of_a_credit_code",
            "credit_code",
            unique=True,
            postgresql_where=text("credit_code <> '' AND merged_into IS NULL"),
        ),
        Index(
            "customers_of_an_erp_code",
            "erp_code",
            unique=True,
            postgresql_where=text("erp_code <> '' AND merged_into IS NULL"),
        ),
        Index("customers_by_name", "display_name", "number"),
        Index("customers_by_change", text("updated_at DESC"), text("number DESC")),
        Index("customers_of_a_salesperson", "salesperson", text("number DESC")),
        Index("customers_of_an_organisation", "organisation", text("number DESC")),
        Index("customers_below", "upstream", "number", postgresql_where=text("upstream IS NOT NULL")),
        Index("customers_merged", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
        Index("customers_by_alias", "aliases", postgresql_using="gin"),
        Index("customers_by_relation", text("(file -> 'relations')"), postgresql_using="gin"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    display_name: Mapped[str]
    kind: Mapped[str]
    trade: Mapped[str]
    credit_code: Mapped[str]
    province: Mapped[str]
    city: Mapped[str]
    # What else people write (`customer_rows.FILE`).
    file: Mapped[dict[str, Any]]
    state: Mapped[str]
    reason: Mapped[str]
    progress: Mapped[str]
    level: Mapped[str]
    organisation: Mapped[str]
    salesperson: Mapped[str]
    erp_code: Mapped[str]
    upstream: Mapped[str | None] = mapped_column(ForeignKey("customers.number"))
    aliases: Mapped[list[str]]
    agreements: Mapped[list[dict[str, Any]]]
    blocked: Mapped[str]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("customers.number"))
    people_given: Mapped[int]
    version: Mapped[int]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]


class CustomerSearchRow(Table):
    """What a customer is found by (`search_entries`), in a table of its own: it changes seldom, and its indexes are dear."""

    __tablename__ = "customer_search"
    __table_args__ = (
        Index(
            "customer_search_by_terms",
            "terms",
            "seen_by",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": "256"},
        ),
        Index(
            "customer_search_formal_first",
            text("(state <> 'formal')"),
            "customer",
            postgresql_where=text("NOT merged"),
        ),
        *(
            Index(
                f"customer_search_by_{one}",
                one,
                postgresql_using="gin",
                postgresql_with={"fastupdate": "off"},
            )
            for one in ("sounds", "phones")
        ),
    )

    customer: Mapped[str] = mapped_column(ForeignKey("customers.number"), primary_key=True)
    search: Mapped[str]
    terms: Mapped[list[str]]
    sounds: Mapped[list[str]]
    place: Mapped[str]
    phones: Mapped[list[str]]
    # Of the customer: all that finding asks of it is here.
    seen_by: Mapped[list[str]]
    state: Mapped[str]
    kind: Mapped[str]
    merged: Mapped[bool]


class LicenceRow(Table):
    __tablename__ = "licences"
    __table_args__ = (
        Index("licences_by_expiry", text("COALESCE(expiry, '9999-12-31'::date)"), "customer", "id"),
    )

    customer: Mapped[str] = mapped_column(ForeignKey("customers.number"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    type: Mapped[str]
    number: Mapped[str]
    scope: Mapped[str]
    issuer: Mapped[str]
    valid_from: Mapped[dt.date | None]
    expiry: Mapped[dt.date | None]
    scan: Mapped[str]


class LicenceNoticeRow(Table):
    """What was said of a licence with this expiry, once; -1: that it has expired."""

    __tablename__ = "licence_notices"

    customer: Mapped[str] = mapped_column(ForeignKey("customers.number"), primary_key=True)
    licence: Mapped[str] = mapped_column(primary_key=True)
    expiry: Mapped[dt.date] = mapped_column(primary_key=True)
    within: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]


class LevelChangeRow(Table):
    __tablename__ = "level_changes"
    __table_args__ = (
        Index("levels_of_a_customer", "customer", text("place DESC")),
        Index("levels_by_document", "customer", "document", unique=True),
    )

    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.number"))
    at: Mapped[dt.datetime]
    before: Mapped[str]
    after: Mapped[str]
    actor: Mapped[str]
    document: Mapped[str]
    reason: Mapped[str]


class StateChangeRow(Table):
    """When a customer came to a state; empty before: when it was made."""

    __tablename__ = "state_changes"
    __table_args__ = (Index("states_of_a_customer", "customer", "place"),)

    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("customers.number"))
    at: Mapped[dt.datetime]
    before: Mapped[str]
    after: Mapped[str]


class PhoneRevealRow(Table):
    """Who saw which number of a customer that is not theirs."""

    __tablename__ = "phone_reveals"
    __table_args__ = (Index("reveals_of_a_person", "by", text("at DESC")),)

    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    by: Mapped[str]
    at: Mapped[dt.datetime]
    customer: Mapped[str] = mapped_column(ForeignKey("customers.number"))
    phone: Mapped[str]
    purpose: Mapped[str]


class ConfigurationRow(Table):
    __tablename__ = "configurations"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]]
    publisher: Mapped[str]
    published_at: Mapped[dt.datetime]
