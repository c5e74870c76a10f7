"""A running installation as people use it: the command line, and what to wait for."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from typer.testing import CliRunner, Result

from chassis.cli import app

Seen = TypeVar("Seen")

PATIENCE = 60.0
# Under which a service keeps what went wrong inside it.
INCIDENT = re.compile(r'(?<="incident": ")[0-9a-f]+')


@dataclass(frozen=True)
class Zhupi:
    """The command line of an installation that runs. `addresses` is who listens where."""

    home: Path
    addresses: Mapping[str, str]

    def run(self, *words: str, who: str = "", env: Mapping[str, str] | None = None) -> Result:
        acting = ["--as", who] if who else []
        environment = {"ZHUPI_HOME": str(self.home), "LANG": "zh_CN.UTF-8", "COLUMNS": "200", **(env or {})}
        result = CliRunner(env=environment).invoke(app, [*words, *acting])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        incident = INCIDENT.search(result.output)
        assert incident is None, "\n".join(self.logged(incident[0]))
        return result

    def logged(self, words: str) -> list[str]:
        """What the components have said about it."""
        logs = sorted((self.home / "logs").glob("*.log"))
        return [line for log in logs for line in log.read_text("utf-8").splitlines() if words in line]

    def say(self, *words: str, who: str = "") -> str:
        """What the command writes for a person; it must succeed."""
        result = self.run(*words, who=who)
        assert result.exit_code == 0, result.output
        return result.stdout

    def ask(self, *words: str, who: str = "") -> Any:
        """What the command writes for a script; it must succeed."""
        return json.loads(self.say(*words, "--json", who=who))

    def refused(self, *words: str, who: str = "", code: int) -> dict[str, Any]:
        """The refusal, whose exit code must be `code`."""
        result = self.run(*words, "--json", who=who)
        assert result.exit_code == code, result.output
        refusal: dict[str, Any] = json.loads(result.stderr.splitlines()[-1])["error"]
        return refusal

    def claim(self, number: str) -> dict[str, Any]:
        """The claim as finance sees it."""
        found: dict[str, Any] = self.ask("claim", "show", number, who="sunli")["claim"]
        return found


def until(look: Callable[[], Seen | None], what: str, patience: float = PATIENCE) -> Seen:
    """What `look` sees, once it sees something."""
    give_up = time.monotonic() + patience
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < give_up, f"{what} did not happen within {patience:.0f} s"
        time.sleep(0.05)


def an_invoice() -> str:
    """Words for a line: an invoice nobody has used before."""
    return f"seller=西安服务有限公司 number={uuid4().int % 10**20:020d}"


def case_of(zhupi: Zhupi, number: str) -> dict[str, Any]:
    """The latest case as an operator sees it; empty while there is none yet."""
    result = zhupi.run("case", "show", number, "--json", who="wutao")
    found: dict[str, Any] = json.loads(result.stdout) if result.exit_code == 0 else {}
    return found


def open_items(zhupi: Zhupi, number: str) -> list[dict[str, Any]]:
    items = case_of(zhupi, number).get("workItems", [])
    return [item for item in items if item["state"] in ("STATE_OFFERED", "STATE_ALLOCATED")]


def approver_of(zhupi: Zhupi, number: str) -> str:
    """Who has the claim to decide, once somebody has."""

    def look() -> str:
        items = open_items(zhupi, number)
        return decider_of(items[0]) if items else ""

    return until(look, f"a work item about {number}")


def decider_of(item: dict[str, Any]) -> str:
    return str(item["assignee"] or item["candidates"][0]).removeprefix("people/")


def approve_next(zhupi: Zhupi, number: str) -> None:
    """Whoever is next approves."""
    item = until(lambda: open_items(zhupi, number), f"a work item about {number}")[0]
    zhupi.ask("approve", item["name"], who=decider_of(item))


def approve_until(zhupi: Zhupi, number: str, state: str = "STATE_PAID") -> None:
    """Everybody who is asked approves, until the claim is in `state`."""

    def look() -> bool:
        if zhupi.claim(number)["state"] == state:
            return True
        for item in open_items(zhupi, number):
            zhupi.run("approve", item["name"], who=decider_of(item))
        return False

    until(look, f"{number} in {state}")


def comes_to(zhupi: Zhupi, number: str, state: str) -> dict[str, Any]:
    """The claim, once it is in `state`."""

    def look() -> dict[str, Any]:
        claim = zhupi.claim(number)
        return claim if claim["state"] == state else {}

    return until(look, f"{number} in {state}")
