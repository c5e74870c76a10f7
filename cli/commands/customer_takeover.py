"""`zhupi customer take-over`: customers as another system has kept them so far."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.command import command
from cli.commands.customer_verbs import customers
from cli.session import Session
from cli.takeover import parts, take_over
from cli.written import read_into
from zhupi.customer.v1.takeover_pb2 import TakenCustomer, TakeOverCustomersRequest

TAKEN: Final = ("name", "known")
AT_ONCE: Final = 100


@command(
    customers,
    "take-over",
    "接收原系统的客户（管理员）",
    "Take customers over as they were kept elsewhere",
    writes=True,
)
async def take_over_(
    session: Session,
    file: Annotated[
        Path,
        typer.Argument(
            help="YAML or JSON: customers, each with file, salesperson, state, licences, … · YAML 或 JSON 文件"
        ),
    ],
) -> None:
    """A hundred at a time: what is refused names its place in the hundred, and those before it are in."""
    kept = read_into(TakeOverCustomersRequest(), file).customers
    taken: list[TakenCustomer] = []
    for number, some in enumerate(parts(list(kept), AT_ONCE)):
        taken += await take_over(session, some, partial(session.derived_request_id, f"part {number}"))
    session.out.table(taken, TAKEN, kind=TakenCustomer)
