"""Customers from a spreadsheet while their service is killed: every row once, whatever dies in between."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import islice, pairwise
from typing import Any, Final
from uuid import uuid4

from chassis.rpc.client import person_channel
from chassis.security.local_issuer import person_token
from demo.group import build
from kernel.errors import DeadlineExceeded, Unavailable
from tests.builders.customer_sheets import a_csv, a_row
from tests.builders.many_customers import many
from tests.chaos.checker.state import stored
from tests.chaos.installation import Installation
from tests.e2e.running import Zhupi
from zhupi.customer.v1 import import_pb2 as pb
from zhupi.customer.v1.import_pb2_grpc import CustomerImportServiceStub

ROWS: Final = 220
AT_WORK: Final = (pb.CustomerImport.STATE_CHECKING, pb.CustomerImport.STATE_RUNNING)
# After how many rows its service is killed: while it is tried, and while it runs.
TRYING, RUNNING = (50,), (50, 150)


def test_an_import_goes_on_behind_what_was_committed_however_often_its_service_is_killed(
    zhupi: Zhupi,
) -> None:
    name, customers = asyncio.run(imported_under_fire(zhupi))
    tables = stored(zhupi.home, "customer")
    begun = Counter(row["document"] for row in tables["timeline"] if row["kind"] == "CustomerCreated")
    told = Counter(row["lane"] for row in tables["outbox"] if row["subject"].endswith(".CustomerCreated"))
    assert {begun[one] for one in customers} == {told[one] for one in customers} == {1}
    ended = [row for row in tables["timeline"] if (row["document"], row["kind"]) == (name, "ImportEnded")]
    assert [row["details"]["dry_run"] for row in ended] == [True, False]
    zhupi.say("audit", "verify", who="wutao")


async def imported_under_fire(zhupi: Zhupi) -> tuple[str, set[str]]:
    """The import, and the customers that came of it; the same file once more changes nothing."""
    content = a_csv(*rows())
    async with master_data(zhupi) as keeper:
        tried = await keeper.to_the_end(await keeper.upload(content), dry=True, kill_after=TRYING)
        assert counts(tried) == {"CREATED": ROWS}
        done = await keeper.to_the_end(tried, dry=False, kill_after=RUNNING)
        assert (done.state, counts(done)) == (pb.CustomerImport.STATE_DONE, {"CREATED": ROWS})
        report = await keeper.report(done)
        again = await keeper.to_the_end(await keeper.upload(content), dry=True)
        second = await keeper.report(again)
    assert [row.line for row in report] == list(range(2, ROWS + 2))
    customers = {row.customer for row in report}
    assert len(customers) == ROWS
    assert counts(again) == {"UNCHANGED": ROWS}
    assert [row.customer for row in second] == [row.customer for row in report]
    return done.name, customers


def rows() -> Iterator[list[str]]:
    """Customers that are nobody else."""
    named = {one.file.name: one for one in islice(many(ROWS * 2, seed=7), ROWS * 2)}
    for customer in islice(named.values(), ROWS):
        yield a_row(f"{customer.number} {customer.file.name}", customer.file.credit_code)


def counts(one: pb.CustomerImport) -> dict[str, int]:
    return {pb.ImportOutcome.Name(c.outcome).removeprefix("IMPORT_OUTCOME_"): c.rows for c in one.counts}


class Keeper:
    """Somebody of master data, who asks again until there is an answer."""

    def __init__(self, zhupi: Zhupi, stub: Any) -> None:
        self._installation, self._stub = Installation(zhupi.home, 0), stub

    async def upload(self, content: bytes) -> pb.CustomerImport:
        header = pb.UploadHeader(request_id=str(uuid4()), file_name="客户.csv")
        pieces = [content[start : start + 65536] for start in range(0, len(content), 65536)]
        sent = [pb.UploadImportRequest(header=header), *(pb.UploadImportRequest(content=p) for p in pieces)]
        made: pb.CustomerImport = await answered(lambda: self._stub.UploadImport(iter(sent)))
        return made

    async def to_the_end(
        self, one: pb.CustomerImport, *, dry: bool, kill_after: tuple[int, ...] = ()
    ) -> pb.CustomerImport:
        """Start it; kill -9 its service each time when so many rows are done and not all."""
        request = pb.StartImportRequest(name=one.name, request_id=str(uuid4()), etag=one.etag, dry_run=dry)
        one = await answered(lambda: self._stub.StartImport(request))
        for rows, next_rows in pairwise((*kill_after, ROWS)):
            one = await self._until(one.name, rows)
            assert rows <= one.done < next_rows, "it was too quick to be killed where it should be"
            for process in self._installation.processes("customer"):
                process.kill()
        return await self._until(one.name, ROWS)

    async def _until(self, name: str, rows: int) -> pb.CustomerImport:
        """Once so many rows are done, or it has ended."""
        asked = pb.GetImportRequest(name=name)
        while True:
            one: pb.CustomerImport = await answered(lambda: self._stub.GetImport(asked))
            if one.state not in AT_WORK or rows <= one.done < ROWS:
                return one
            await asyncio.sleep(0.02)

    async def report(self, one: pb.CustomerImport) -> list[pb.ImportRow]:
        found: list[pb.ImportRow] = []
        asked = pb.ListImportRowsRequest(customer_import=one.name, page_size=200)
        while True:
            page = await answered(lambda: self._stub.ListImportRows(asked))
            found += page.rows
            if not page.next_page_token:
                return found
            asked.page_token = page.next_page_token


async def answered(ask: Callable[[], Awaitable[Any]]) -> Any:
    """The answer of a service that may be killed at any moment, and comes back."""
    while True:
        try:
            return await ask()
        except (Unavailable, DeadlineExceeded):
            await asyncio.sleep(0.1)


@asynccontextmanager
async def master_data(zhupi: Zhupi) -> AsyncIterator[Keeper]:
    who = next(person.login for person in build().people if person.post == "master-data")
    token = person_token(zhupi.home, who, ["master-data"], device="e2e")
    async with person_channel(zhupi.addresses["customer"], token, peer="customer") as channel:
        yield Keeper(zhupi, CustomerImportServiceStub(channel))
