"""Everything that is stored, as it stands: all rows of all databases, the engine's workflows, the clients' log."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

Row = dict[str, Any]
Tables = dict[str, list[Row]]

DATABASES: Final = ("expense", "approval", "customer", "erp")
# What temporal.server writes as the status of an execution.
STATUS: Final = {1: "running", 2: "completed", 3: "failed", 4: "cancelled", 5: "terminated", 6: "continued", 7: "timed out"}  # fmt: skip
ENGINE: Final = "SELECT workflow_id, hex(run_id), status FROM current_executions"
WAITS: Final = ("timer_info_maps", "activity_info_maps")


@dataclass
class Workflow:
    """The latest run of a workflow; `waits` counts its timers and its pending activities."""

    status: str
    waits: int = 0


@dataclass(repr=False)
class State:
    expense: Tables
    approval: Tables
    customer: Tables
    erp: Tables
    engine: dict[str, Workflow]
    log: list[Row]

    def timelines(self) -> dict[str, Tables]:
        return {
            "expense": self.expense,
            "approval": self.approval,
            "customer": self.customer,
            "erp": self.erp,
        }

    @property
    def began(self) -> datetime:
        """When the clients did: what was loaded before is not theirs."""
        return datetime.fromisoformat(self.log[0]["at"])

    def happened(self) -> list[Row]:
        """The timelines of the clients' documents and cases."""
        began, tables = self.began, (self.expense, self.approval, self.customer)
        return [event for one in tables for event in one["timeline"] if event["at"] >= began]

    def said(self, kind: str) -> list[Row]:
        return [entry for entry in self.log if entry["kind"] == kind]

    def acknowledged(self, method: str) -> list[tuple[Row, Row]]:
        """What was asked by this method, and what was answered, for every write that was acknowledged."""
        asked = {entry["request_id"]: entry for entry in self.said("asked")}
        pairs = [(asked[answer["request_id"]], answer["answer"]) for answer in self.said("acknowledged")]
        return [pair for pair in pairs if pair[0]["method"] == method]


def read(home: Path, log: Path) -> State:
    """As it stands now. Nobody should be writing: the databases are not read at one moment."""
    expense, approval, customer, erp = (stored(home, name) for name in DATABASES)
    lines = log.read_text("utf-8").splitlines()
    engine = workflows(home / "temporal" / "temporal.db")
    return State(expense, approval, customer, erp, engine, [json.loads(line) for line in lines])


def stored(home: Path, name: str) -> Tables:
    """All tables of one of the databases."""
    passwords = json.loads((home / "keys" / "passwords.json").read_text("utf-8"))
    address = json.loads((home / "addresses.json").read_text("utf-8"))["postgres"]
    return tables_of(f"postgresql://postgres:{passwords['postgres']}@{address}/{name}")


def tables_of(url: str) -> Tables:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            name["tablename"]: connection.execute(
                SQL("SELECT * FROM {}").format(Identifier(name["tablename"]))
            ).fetchall()
            for name in names
        }


def workflows(file: Path) -> dict[str, Workflow]:
    """Those with the name of a case; the engine has some of its own."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
        found = {
            name: (run, Workflow(STATUS[status]))
            for name, run, status in connection.execute(ENGINE)
            if name.count("/") == 2
        }
        for table in WAITS:
            counted = f"SELECT workflow_id, hex(run_id), count(*) FROM {table} GROUP BY 1, 2"
            for name, run, count in connection.execute(counted):
                if name in found and found[name][0] == run:
                    found[name][1].waits += count
    return {name: workflow for name, (_, workflow) in found.items()}
