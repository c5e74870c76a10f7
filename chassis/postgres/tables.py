"""Tables that every service's database has: timeline, outbox, inbox, requests, dead letters.

They are created by `chassis.postgres.migrations.create_chassis_tables`, which also installs what a table cannot say here: the
triggers that keep the timeline append-only. A test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

# The names PostgreSQL gives by itself, so that hand-written and generated migrations agree.
NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

metadata = MetaData(naming_convention=NAMES)
_moment = DateTime(timezone=True)

# What happened to each document, one hash chain a document (ledger.py). INSERT only.
timeline = Table(
    "timeline",
    metadata,
    Column("document", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("on_behalf_of", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("trace_id", Text, nullable=False),
    Column("at", _moment, nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("sequence > 0", name="sequence"),
)

# Where each chain ends. It only ever moves forward by one.
timeline_heads = Table(
    "timeline_heads",
    metadata,
    Column("document", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

# What is to be sent, and for some days what has been sent. `position` orders the rows of a lane (outbox.py says why it
# may); `id` is the message's identity everywhere, for ever: a new database never repeats one.
outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Uuid, nullable=False, server_default=text("uuidv7()")),
    Column("destination", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("created_at", _moment, nullable=False, server_default=func.clock_timestamp()),
    Column("sent_at", _moment),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", _moment),
    Column("parked_at", _moment),
    Column("error", Text, nullable=False, server_default=text("''")),
    Index("outbox_waiting", "position", postgresql_where=text("sent_at IS NULL AND parked_at IS NULL")),
    Index("outbox_lanes", "destination", "lane", "position", postgresql_where=text("sent_at IS NULL")),
    Index(
        "outbox_held",
        "destination",
        "lane",
        postgresql_where=text("sent_at IS NULL AND (parked_at IS NOT NULL OR next_attempt_at IS NOT NULL)"),
    ),
    Index("outbox_created", "created_at", postgresql_using="brin"),
)

# Which messages each consumer has taken in: for ever, so that a message never has its effect twice.
inbox = Table(
    "inbox",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("received_at", _moment, nullable=False, server_default=func.clock_timestamp()),
)

# Messages whose handler fails: still tried while `dead_at` is empty, then kept until a person revives them.
dead_letters = Table(
    "dead_letters",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_failed_at", _moment, nullable=False, server_default=func.clock_timestamp()),
    Column("last_failed_at", _moment, nullable=False, server_default=func.clock_timestamp()),
    Column("dead_at", _moment),
    Column("revived_at", _moment),
    Column("error", Text, nullable=False),
)

# What was answered to each write, so that a repeated one gets the same answer.
requests = Table(
    "requests",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("request_id", Text, primary_key=True),
    Column("method", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("created_at", _moment, nullable=False, server_default=func.clock_timestamp()),
    Index("requests_created", "created_at", postgresql_using="brin"),
)
