"""Spreadsheets of customers, and an import that runs as soon as it is started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from chassis.files.csv_tables import write_text
from chassis.postgres.paging import PageRequest
from kernel.actor import Actor
from kernel.credit_code import made_of
from kernel.sheets import Sheet
from services.customer.domain.imports import AT_WORK, Import
from services.customer.file_mapping import checked
from services.customer.use_cases import imports
from services.customer.use_cases.import_batch import People, take_batch
from services.customer.use_cases.import_ports import RowQuery
from tests.builders.customer_desk import KEEPER, Desk

HEADING = ("客户名称", "客户类型", "交易方式", "信用代码", "业务员", "联系电话", "省份", "城市", "别名")


def a_code(n: int) -> str:
    return made_of("91", "410100", f"{n:08}")


def a_row(name: str, code: str = "", phone: str = "", aliases: str = "", **more: str) -> list[str]:
    kind, trade = more.get("kind", "药店"), more.get("trade", "直接")
    return [name, kind, trade, code, more.get("salesperson", "lihua"), phone, "河南省", "郑州市", aliases]


def a_csv(*rows: Sequence[str], heading: Sequence[str] = HEADING, encoding: str = "utf-8") -> bytes:
    text = write_text(Sheet("客户", [list(heading), *map(list, rows)]))
    return text.decode("utf-8-sig").encode(encoding)


@dataclass
class Importer:
    """Master data at the desk."""

    desk: Desk
    by: Actor = KEEPER
    last: list[Import] = field(default_factory=list)

    async def upload(self, content: bytes, sheet: str = "", file_name: str = "客户.csv") -> Import:
        one: Import = await self.desk.do(
            imports.upload_import, imports.UploadImport(file_name, sheet, content), self.by
        )
        return one

    async def start(self, one: Import, *, dry: bool) -> Import:
        started: Import = await self.desk.do(
            imports.start_import, imports.StartImport(one.number, one.etag, dry), self.by
        )
        return started

    async def batch(self, one: Import) -> Import:
        return await take_batch(
            one.number,
            uow=self.desk.uow(),
            clock=self.desk.clock,
            people=People(self.desk.directory),
            check=checked,
        )

    async def to_the_end(self, one: Import) -> Import:
        while one.state in AT_WORK:
            one = await self.batch(one)
        return one

    async def run(self, *rows: Sequence[str]) -> Import:
        """A file with these rows, tried and imported."""
        one = await self.upload(a_csv(*rows))
        one = await self.to_the_end(await self.start(one, dry=True))
        return await self.to_the_end(await self.start(one, dry=False))

    async def report(self, one: Import) -> list[tuple[int, str, str, list[str]]]:
        """Of each row the line, what became of it, whom it is about, and the rules for which it was refused."""
        query = (RowQuery(one.number), PageRequest(size=200))
        _, page = await self.desk.do(partial(imports.list_import_rows), query, self.by)
        return [
            (row.line, looked.outcome.value, looked.customer, [fault.rule for fault in looked.faults])
            if looked
            else (row.line, "", "", [])
            for row, looked in page.items
        ]
