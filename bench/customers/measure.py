"""How long searching takes through the public RPC, by what is typed and by who types it, and what processors it takes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Final

from bench.accounting import Accounts, used_between
from bench.command import Tell
from bench.customers.names import Called
from bench.customers.sheet import Brought
from bench.customers.typed import kinds
from bench.load import timed
from cli.session import Session
from zhupi.customer.v1.finding_pb2 import SearchCustomersRequest
from zhupi.customer.v1.finding_pb2_grpc import FindingServiceStub

SHOWN: Final = 10  # as a list below a field shows
WARMING: Final = 20


@dataclass
class Measured:
    """Seconds by what is typed: by somebody who sees all customers, and by somebody who sees their own. `cpu`: a search."""

    everybody: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    own: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[str, float] = field(default_factory=dict)
    brought: list[Brought] = field(default_factory=list)


async def searched(
    sees_all: Session,
    sees_own: Session,
    customers: list[Called],
    searches: int,
    accounts: Accounts,
    measured: Measured,
    tell: Tell,
) -> None:
    chance = Random(7)  # noqa: S311 - no secret
    for session, into in ((sees_all, measured.everybody), (sees_own, measured.own)):
        stub = session.stub(FindingServiceStub)
        tell("searching, as somebody who sees all" if session is sees_all else "searching their own")
        for _ in range(WARMING):
            await stub.SearchCustomers(SearchCustomersRequest(query="仁和", limit=SHOWN))
        before = accounts.cpu()
        for _ in range(searches):  # kinds in turn: whatever else the machine does it does to all of them
            for kind, typed in kinds().items():
                query = typed(chance, chance.choice(customers))
                asked = SearchCustomersRequest(query=query, limit=SHOWN)
                await timed(stub.SearchCustomers(asked), into[kind])
        used = used_between(before, accounts.cpu())
        for part, seconds in used.items():
            each = seconds / (searches * len(kinds())) / 2
            measured.cpu[part] = measured.cpu.get(part, 0.0) + each
