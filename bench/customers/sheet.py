"""A sheet of new customers, brought in as master data does: tried, then imported."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from bench.accounting import Accounts, used_between
from bench.customers.names import Called
from cli.files import chunks
from cli.session import Session
from zhupi.customer.v1 import import_pb2 as pb
from zhupi.customer.v1.import_pb2_grpc import CustomerImportServiceStub

HEADING: Final = (
    "客户名称",
    "客户类型",
    "交易方式",
    "信用代码",
    "业务员",
    "联系电话",
    "省份",
    "城市",
    "别名",
)
AT_WORK: Final = (pb.CustomerImport.STATE_CHECKING, pb.CustomerImport.STATE_RUNNING)
LOOK_AGAIN: Final = 0.2  # seconds
PATIENCE: Final = 120.0


@dataclass(frozen=True, slots=True)
class Brought:
    """Seconds, and processor seconds by part of the installation; `others` are the customers that there were before."""

    what: str
    rows: int
    others: int
    seconds: float
    cpu: dict[str, float]
    created: int


async def bring_in(
    keeper: Session, rows: list[Called], salespeople: list[str], others: int, accounts: Accounts
) -> list[Brought]:
    """What trying it took, and what importing it took."""
    stub = keeper.stub(CustomerImportServiceStub)
    one = await stub.UploadImport(_parts(_content(rows, salespeople)), timeout=PATIENCE)
    found = []
    for what, dry in (("tried", True), ("imported", False)):
        before, begun = accounts.cpu(), time.perf_counter()
        request = pb.StartImportRequest(name=one.name, request_id=str(uuid4()), etag=one.etag, dry_run=dry)
        one = await stub.StartImport(request, timeout=PATIENCE)
        while one.state in AT_WORK:
            await asyncio.sleep(LOOK_AGAIN)
            one = await stub.GetImport(pb.GetImportRequest(name=one.name))
        seconds = time.perf_counter() - begun
        created = sum(count.rows for count in one.counts if count.outcome == pb.IMPORT_OUTCOME_CREATED)
        cpu = used_between(before, accounts.cpu())
        found.append(Brought(what, len(rows), others, seconds, cpu, created))
    return found


def _content(rows: list[Called], salespeople: list[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADING)
    for one in rows:
        salesperson = salespeople[one.n % len(salespeople)]
        kind = "医院" if "医院" in one.name else "药店"
        place = (one.place.province, one.place.city)
        writer.writerow((one.name, kind, "直接", one.credit_code, salesperson, one.phone, *place, one.alias))
    return text.getvalue().encode()


def _parts(content: bytes) -> Iterator[pb.UploadImportRequest]:
    yield pb.UploadImportRequest(header=pb.UploadHeader(request_id=str(uuid4()), file_name="bench.csv"))
    for chunk in chunks(content):
        yield pb.UploadImportRequest(content=chunk)
