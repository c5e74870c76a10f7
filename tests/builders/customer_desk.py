"""A desk at which people of a small group look after customers, on a real database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from chassis.cases.ports import Employee
from chassis.postgres.database import Database
from chassis.postgres.tables import outbox, timeline
from chassis.rpc.server import GrpcServer
from kernel.actor import Actor
from kernel.clock import FixedClock
from kernel.errors import NotFound
from services.customer.domain.customer import Customer
from services.customer.domain.file import File
from services.customer.service import add_services
from services.customer.store.tables import Table
from services.customer.store.unit_of_work import CustomerUnitOfWork
from services.customer.use_cases import files, merging, reassignment, reveals, verbs
from services.customer.use_cases.ports import EVERYTHING, Belonging
from tests.builders.asking import Files, Planning
from tests.builders.customers import NOW, a_file

LIHUA = Actor(person="lihua")
ZHANGWEI = Actor(person="zhangwei")
BOSS = Actor(person="boss")
STRANGER = Actor(person="stranger")
KEEPER = Actor(person="chenjing", roles=frozenset({"master-data"}))
QUALITY = Actor(person="sunli", roles=frozenset({"quality"}))
WORKER = Actor(service="worker")


@dataclass
class SmallGroup:
    """The directory: lihua, zhangwei and the boss sit in Henan, the stranger in Hebei; both lie below the north."""

    employees: dict[str, Employee] = field(
        default_factory=lambda: {
            "lihua": Employee("henan", "S1"),
            "zhangwei": Employee("henan", "S1"),
            "boss": Employee("henan", "S1", frozenset({"henan"})),
            "stranger": Employee("hebei", "S1"),
            "chenjing": Employee("head-office", "S1"),
        }
    )
    asked: list[str] = field(default_factory=list)

    async def employee(self, person: str) -> Employee:
        self.asked.append(person)
        if person not in self.employees:
            raise NotFound(name=f"people/{person}")
        return self.employees[person]

    async def organisations(self) -> frozenset[str]:
        return frozenset({"north", "henan", "hebei", "head-office"})

    async def below(self, organisation: str) -> frozenset[str]:
        tree = {
            "north": {"north", "henan", "hebei"},
            "henan": {"henan"},
            "hebei": {"hebei"},
            "head-office": {"head-office"},
        }
        return frozenset(tree.get(organisation, ()))


@dataclass
class Desk:
    database: Database
    directory: SmallGroup = field(default_factory=SmallGroup)
    planner: Planning = field(default_factory=Planning)
    files: Files = field(default_factory=Files)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    def uow(self) -> CustomerUnitOfWork:
        return CustomerUnitOfWork(self.database)

    async def do(self, use_case: Callable[..., Awaitable[Any]], command: Any, by: Actor = LIHUA) -> Any:
        """One verb by `by`, a second after the one before."""
        self.clock.advance(timedelta(seconds=1))
        return await use_case(command, uow=self.uow(), actor=by, clock=self.clock)

    async def create(self, file: File | None = None, *, by: Actor = LIHUA, **said: Any) -> Customer:
        use_case = partial(files.create_customer, directory=self.directory)
        command = files.CreateCustomer(file or a_file(), **said)
        customer: Customer = await self.do(use_case, command, by)
        return customer

    async def edit(self, customer: Customer, file: File, by: Actor = LIHUA) -> Customer:
        use_case = partial(files.update_customer, directory=self.directory)
        edited: Customer = await self.do(
            use_case, files.UpdateCustomer(customer.number, customer.etag, file), by
        )
        return edited

    async def act(
        self, verb: Callable[..., Awaitable[Any]], customer: Customer, said: str = "", by: Actor = LIHUA
    ) -> Customer:
        use_case = partial(verb, directory=self.directory)
        changed: Customer = await self.do(use_case, verbs.Act(customer.number, customer.etag, said), by)
        return changed

    async def merge(self, into: Customer, other: Customer, by: Actor = KEEPER) -> Customer:
        command = merging.MergeCustomers(into.number, into.etag, other.number, other.etag, "重复建档")
        use_case = partial(merging.merge_customers, directory=self.directory)
        merged: Customer = await self.do(use_case, command, by)
        return merged

    async def reassign(
        self, to: str, by: Actor = BOSS, *, of: str = "lihua", organisation: str = "", limit: int = 100
    ) -> reassignment.Reassigned:
        command = reassignment.ReassignCustomers(Belonging(of), to, organisation, "调岗", limit)
        use_case = partial(reassignment.reassign_customers, directory=self.directory)
        done: reassignment.Reassigned = await self.do(use_case, command, by)
        return done

    async def reveal(
        self, customer: Customer, phone: str = "phone", purpose: str = "回访", by: Actor = KEEPER
    ) -> str:
        use_case = partial(reveals.reveal_phone, directory=self.directory)
        number: str = await self.do(use_case, reveals.RevealPhone(customer.number, phone, purpose), by)
        return number

    async def decided(self, use_case: Callable[..., Awaitable[Any]], *said: Any) -> Customer:
        """What a case about a customer came to, as whoever hears of it does it."""
        self.clock.advance(timedelta(seconds=1))
        async with self.uow() as uow:
            return await uow.commit(await use_case(*said, uow=uow, actor=WORKER, clock=self.clock))

    async def customer(self, number: str) -> Customer:
        async with self.uow() as uow:
            return await uow.customers.get(number, EVERYTHING)

    async def messages(self, document: str) -> list[str]:
        """Which messages about the document wait in the outbox, in their order."""
        rows = await self.rows(outbox, outbox.c.position)
        return [row.subject.rpartition(".")[2] for row in rows if row.lane == document]

    async def body(self, document: str) -> bytes:
        """The last message about the document, as it waits in the outbox."""
        rows = [row for row in await self.rows(outbox, outbox.c.position) if row.lane == document]
        body: bytes = rows[-1].body
        return body

    async def kinds(self, document: str) -> list[str]:
        """The document's timeline, as kinds."""
        rows = await self.rows(timeline, timeline.c.sequence)
        return [row.kind for row in rows if row.document == document]

    async def rows(self, table: Any, *order: Any) -> list[Any]:
        async with self.database.engine.connect() as connection:
            return list((await connection.execute(select(table).order_by(*order))).all())

    async def everything(self) -> dict[str, list[Any]]:
        """Every row of every table: what must be the same before and after a refusal."""
        tables: tuple[Any, ...] = (*Table.metadata.sorted_tables, timeline, outbox)
        found = {table.name: await self.rows(table, *table.primary_key.columns) for table in tables}
        return {name: [tuple(row) for row in rows] for name, rows in found.items()}


def serve(server: GrpcServer, desk: Desk) -> None:
    """Everything that the customer service answers, at this desk."""
    add_services(
        server, desk.database, desk.directory, desk.clock, planner=desk.planner, attachments=desk.files
    )
