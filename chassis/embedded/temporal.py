"""Temporal: the real server and its web UI in one process, its state in one SQLite file."""

from __future__ import annotations

import json
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from chassis.embedded.command import Command, Process, leash, listens, outcome_of, started
from chassis.embedded.refusals import ServerMissing

DATABASE = "temporal.db"
# Ninety days are promised; a closed case must be known by its id as long as anybody may start it again.
RETENTION_DAYS = 100


def binary() -> Path:
    found = Path(sys.executable).with_name("temporal")
    if not found.exists():
        raise ServerMissing(name="Temporal", binary=found.name)
    return found


@dataclass
class Temporal:
    """A server whose `namespace` keeps closed workflows for RETENTION_DAYS. Not `durable`: in memory, for tests."""

    folder: Path
    port: int
    ui_port: int
    namespace: str = "zhupi"
    durable: bool = True
    name: str = "temporal"
    needs: tuple[str, ...] = ()
    patience: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def ui(self) -> str:
        return f"http://127.0.0.1:{self.ui_port}"

    async def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        await self.mend()

    async def mend(self) -> None:
        """SQLite recovers from its own log; only a database that was killed while it was made is made anew."""
        if is_half_made(self.folder / DATABASE):
            for file in self.folder.glob(f"{DATABASE}*"):
                file.unlink()

    def command(self) -> Command:
        words = ["server", "start-dev", "--ip", "127.0.0.1", "--port", str(self.port)]
        words += ["--ui-port", str(self.ui_port), "--ui-disable-news-fetch", "--log-level", "warn"]
        words += ["--namespace", self.namespace]
        if self.durable:
            words += ["--db-filename", DATABASE]
            # FULL: what the server has acknowledged is on disk. NORMAL would fsync once a case instead of 26 times.
            words += ["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=FULL"]
        # One partition: on one node, four only make tasks wait for each other's pollers.
        for way in ("Read", "Write"):
            words += ["--dynamic-config-value", f"matching.numTaskqueue{way}Partitions=1"]
        return Command((*leash(self.orphan_signal), str(binary()), *words), self.folder)

    async def start(self, log: Path) -> Process:
        return await started(self.command(), log)

    async def answers(self) -> bool:
        """Whether the frontend serves; then its namespace is made to keep what it must keep."""
        if not await listens(self.port):
            return False
        described = await self._operator("namespace", "describe", "-n", self.namespace, "-o", "json")
        if described is None:
            return False
        kept = json.loads(described)["config"]["workflowExecutionRetentionTtl"]
        if int(kept.partition(".")[0].removesuffix("s")) < RETENTION_DAYS * 86400:
            keep = ("-n", self.namespace, "--retention", f"{RETENTION_DAYS}d")
            return await self._operator("namespace", "update", *keep) is not None
        return True

    async def _operator(self, *words: str) -> str | None:
        """What the operator's command line answers, or None while there is nobody to ask."""
        ask = (str(binary()), "operator", *words, "--address", self.address, "--command-timeout", "5s")
        asked = await outcome_of(*ask, folder=self.folder)
        return asked.output if asked.code == 0 else None


def is_half_made(database: Path) -> bool:
    """Whether the server was killed before it had made its tables: then it has acknowledged nothing yet.

    It never finishes them at a later start. Its namespaces are written once all tables are there.
    """
    if not database.exists():
        return False
    with closing(sqlite3.connect(database)) as connection:
        try:
            found = connection.execute("SELECT 1 FROM namespaces LIMIT 1").fetchone()
        except sqlite3.OperationalError as error:
            return "no such table" in str(error)
    return found is None
