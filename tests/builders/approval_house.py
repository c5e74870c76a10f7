"""The approval service served over gRPC on a database of its own, and people and a worker who call it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import text

from chassis.files.contents import Files
from chassis.postgres.database import Database
from chassis.rpc.client import channel, person_channel
from chassis.rpc.server import GrpcServer
from chassis.rpc.servicer import caller_request
from chassis.rpc.values import money_to_message
from kernel.actor import Actor
from kernel.clock import SystemClock
from kernel.errors import NotFound, Refusal, Violation
from kernel.money import Money
from services.approval.domain.cases.case import Case
from services.approval.domain.forms.filling_in import Reference, Values
from services.approval.domain.people.directory import Assignment, Directory, Person, Post
from services.approval.mapping import events
from services.approval.pinyin import with_pinyin
from services.approval.service import Parts
from services.approval.use_cases import starting
from services.approval.use_cases.policy_views import PolicyView
from services.approval.use_cases.ports.documents import Checked
from tests.builders.approval import a_directory
from tests.builders.approval import text as words
from tests.builders.approval_desk import Desk
from tests.builders.edge import Edge
from zhupi.approval.v1.events_pb2 import CaseFact, CaseRequested
from zhupi.approval.v1.fact_pb2 import Fact

_numbers = count(1)
COUNCIL = tuple(f"council{n:02}" for n in range(50))

# One stage for every way in which a step can be decided.
POLICY = """
process: expense-claim
title: {zh: 费用报销, en: Expense claim}
facts:
  amount: {type: money, title: {zh: 金额, en: amount}}
stages:
  single:
    title: {zh: 单人, en: Single}
    steps:
      - {key: manager, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}]}
  any:
    title: {zh: 或签, en: Any}
    steps:
      - key: reviewers
        title: {zh: 或签, en: Any of two}
        mode: any
        approvers: [{post: finance-reviewer}]
  all:
    title: {zh: 会签, en: All}
    steps:
      - key: council
        title: {zh: 会签, en: Everyone}
        mode: all
        approvers: [{post: council}]
  pool:
    title: {zh: 候选, en: Pool}
    steps:
      - {key: pool, title: {zh: 财务, en: Finance}, approvers: [{post: finance-reviewer}]}
  two:
    title: {zh: 两步, en: Two steps}
    steps:
      - {key: first, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}]}
      - {key: second, title: {zh: 总经理, en: General manager}, approvers: [{post: general-manager}]}
  three:
    title: {zh: 三步, en: Three steps}
    steps:
      - {key: first, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}], redo: true}
      - {key: second, title: {zh: 大区经理, en: Regional director}, approvers: [{manager: 2}]}
      - {key: third, title: {zh: 总经理, en: General manager}, approvers: [{post: general-manager}]}
  unattended:
    title: {zh: 自动, en: Unattended}
    steps:
      - {key: told, title: {zh: 知会财务, en: Finance is told}, automatic: notify, approvers: [{post: finance-director}]}
      - {key: checked, title: {zh: 自动核对, en: Checked}, automatic: approve}
      - {key: manager, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}]}
      - {key: never, title: {zh: 自动拒绝, en: Turned down}, automatic: reject, when: amount >= yuan(5000)}
  straight:
    title: {zh: 直接回到, en: Straight back}
    steps:
      - {key: first, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}]}
      - key: second
        title: {zh: 总经理, en: General manager}
        approvers: [{post: general-manager}]
        returns: come_back
"""


def the_group() -> Directory:
    """The small group with a council of fifty."""
    group = a_directory(1)
    council = tuple(Person(id, f"委员{n}", "hq") for n, id in enumerate(COUNCIL))
    held = tuple(Assignment(id, "council", "hq") for id in COUNCIL)
    directory = replace(
        group,
        people=(*group.people, *council),
        posts=(*group.posts, Post("council", words("委员会"))),
        assignments=(*group.assignments, *held),
    )
    return with_pinyin(directory)


def a_request(**changes: Any) -> CaseRequested:
    """Wang Fang asks for 100 yuan."""
    number = f"EC-2026-{next(_numbers):06}"
    asked: dict[str, Any] = {
        "process": "expense-claim",
        "document": f"claims/{number}",
        "number": number,
        "document_version": 1,
        "title": "郑州出差",
        "amount": money_to_message(Money.of(100)),
        "requester": "people/wangfang",
        "organisation": "organisations/henan",
        "facts": {"amount": Fact(money=money_to_message(Money.of(100)))},
        "policy": "policies/expense-claim/versions/1",
    }
    return CaseRequested(**{**asked, **changes})


def a_fact(document: str, **changes: Any) -> CaseFact:
    said = {
        "document": document,
        "fact_id": "document_changed/2",
        "name": "document_changed",
        "document_version": 2,
    }
    return CaseFact(**{**said, **changes})


@dataclass
class Drafts:
    """The service that owns claims: all are there, and seen by all, but those that a test says are one person's only."""

    owners: dict[str, str] = field(default_factory=dict)

    async def must_be_there(self, document: str) -> None:
        caller = caller_request().caller.person
        if not document.startswith("claims/") or self.owners.get(document, caller) != caller:
            raise NotFound(field="header.document", name=document)


@dataclass
class Referred:
    """The service that owns customers, asked about them: all are as they should be, but for the faults that a test says."""

    collections: frozenset[str] = frozenset({"customers"})
    faults: tuple[Violation, ...] = ()
    called: tuple[str, ...] = ()
    refusal: Refusal | None = None
    asked: list[tuple[str, tuple[Reference, ...]]] = field(default_factory=list)

    async def checked(self, process: str, values: Values, named: Sequence[Reference]) -> Checked:
        self.asked.append((process, tuple(named)))
        if self.refusal is not None:
            raise self.refusal
        return Checked(self.faults, self.called)


@dataclass
class House:
    """The service, its database, and who calls."""

    parts: Parts
    edge: Edge
    server: GrpcServer
    channels: AsyncExitStack
    desks: dict[tuple[str, ...], Desk] = field(default_factory=dict)

    async def desk(self, person: str, *roles: str, device: str = "") -> Desk:
        key = (person, *roles)
        if key not in self.desks:
            token = self.edge.token(person, *roles, device=device)
            opened = person_channel(self.server.address, token, peer="approval")
            self.desks[key] = Desk(await self.channels.enter_async_context(opened))
        return self.desks[key]

    async def service(self, name: str = "worker") -> Desk:
        key = ("service", name)
        if key not in self.desks:
            settings = self.edge.settings(name, peers={"approval": self.server.address})
            self.desks[key] = Desk(await self.channels.enter_async_context(channel(settings, "approval")))
        return self.desks[key]

    async def start_case(self, **changes: Any) -> Case:
        case = await self.request(a_request(**changes))
        assert case is not None
        return case

    async def request(self, message: CaseRequested) -> Case | None:
        """What the process starter does with a request."""
        return await starting.start_case(
            events.start_case(message),
            uow=self.parts.units(),
            actor=Actor(person="wangfang"),
            clock=SystemClock(),
            read_fact=events.stored_fact,
        )

    async def tell(self, message: CaseFact) -> None:
        """What the process starter does with news of a document."""
        await starting.take_fact(
            events.take_fact(message),
            uow=self.parts.units(),
            actor=Actor(person="wangfang"),
            clock=SystemClock(),
        )

    async def open(self, stage: str, key: str, **changes: Any) -> Case:
        """A case with this step before the people."""
        case = await self.start_case(**changes)
        await self.open_step(case, stage, key)
        return case

    async def open_step(self, case: Case, stage: str, key: str, **changes: Any) -> None:
        worker = await self.service()
        await worker.plan(case, stage, round=changes.get("round", 1))
        await worker.open_step(case, stage, key, **changes)

    async def dump(self, *, without: Sequence[str] = ()) -> dict[str, list[str]]:
        """Every row of every table."""
        tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        async with self.parts.database.engine.connect() as connection:
            names = sorted(set((await connection.execute(text(tables))).scalars()) - set(without))
            return {
                name: sorted(map(str, await connection.execute(text(f"SELECT * FROM {name}"))))
                for name in names
            }

    async def rows(self, statement: str) -> list[Any]:
        async with self.parts.database.engine.connect() as connection:
            return list(await connection.execute(text(statement)))


@asynccontextmanager
async def a_house(edge: Edge, database: Database, folder: Path) -> AsyncIterator[House]:
    """With the directory imported and the policy published."""
    parts = Parts.of(database, Files(folder.as_uri()), Drafts(), Referred())
    now = SystemClock().now()
    async with parts.units() as uow:
        await uow.directories.add(the_group(), "people/zhengnan", now)
        view = PolicyView("expense-claim", 1, words("费用报销"), POLICY, "zhengnan", now)
        await uow.policies.add(view)
        await uow.commit()
    await parts.names.refresh(parts.units)
    server = GrpcServer(edge.settings("approval", listen="127.0.0.1:0"), "approval")
    parts.serve_on(server)
    await server.start()
    async with AsyncExitStack() as channels:
        try:
            yield House(parts, edge, server, channels)
        finally:
            await channels.aclose()
            await asyncio.wait_for(server.stop(grace=1.0), 5)
