"""A desk at which people of a small group plan activities, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from chassis.cases.commands import Decided, Undecided
from chassis.cases.sight import EVERYTHING
from chassis.files.ports import Files as ContentsOfFiles
from chassis.postgres.database import Database
from chassis.postgres.tables import outbox, timeline
from chassis.rpc.server import GrpcServer
from kernel.actor import Actor
from kernel.clock import FixedClock
from services.marketing.domain.activity import Activity
from services.marketing.domain.allotment import KnownAllotment
from services.marketing.domain.change import Change
from services.marketing.domain.closure import Closure
from services.marketing.domain.comparing import Sums
from services.marketing.domain.configuration import EvidenceKind
from services.marketing.domain.evidence import Evidence
from services.marketing.domain.terms import Terms
from services.marketing.service import Others, add_services
from services.marketing.store.tables import Table
from services.marketing.store.unit_of_work import MarketingUnitOfWork
from services.marketing.use_cases import activity_case, changes, closing, evidence, requests, steering
from services.marketing.use_cases.checking import Around
from services.marketing.use_cases.evidence import UploadEvidence
from services.marketing.use_cases.ports import KnownCustomer
from tests.builders.activities import NOW, a_closure, terms
from tests.builders.asking import Files, Planning
from tests.builders.customer_desk import SmallGroup

LIHUA = Actor(person="lihua")
ZHANGWEI = Actor(person="zhangwei")
BOSS = Actor(person="boss")
STRANGER = Actor(person="stranger")
MARKET = Actor(person="zhaolei", roles=frozenset({"market"}))
WORKER = Actor(service="worker")
NEEDED = (EvidenceKind.PHOTO, EvidenceKind.PHOTO, EvidenceKind.SIGN_IN_SHEET)


@dataclass
class Shops:
    """The customer service: five customers of lihua's, one of the stranger's."""

    known: dict[str, KnownCustomer] = field(
        default_factory=lambda: {
            number: KnownCustomer(number, "CUSTOMER_STATE_FORMAL", "", owner, organisation)
            for number, owner, organisation in [
                *((f"C00000{n}", "lihua", "henan") for n in range(1, 6)),
                ("C000009", "stranger", "hebei"),
            ]
        }
    )

    async def of(self, numbers: Collection[str]) -> dict[str, KnownCustomer]:
        return {number: self.known[number] for number in numbers if number in self.known}

    def become(self, number: str, **said: Any) -> None:
        self.known[number] = replace(self.known[number], **said)


class Types:
    """Expense: on what money may be spent."""

    async def codes(self) -> frozenset[str]:
        return frozenset({"meeting", "travel", "display", "gifts"})


class Weekdays:
    """The calendar: without holidays."""

    async def after(self, organisation: str, day: date, days: int) -> date:
        while days:
            day += timedelta(days=1)
            days -= day.weekday() < 5
        return day


@dataclass
class TakingPart:
    """Approval: who takes part in cases of activities. A test says whether whoever asks does."""

    documents: set[str] = field(default_factory=set)

    async def may_see(self, document: str) -> bool:
        return document in self.documents


@dataclass
class InMemory:
    """Contents of files."""

    kept: dict[str, bytes] = field(default_factory=dict)

    async def put(self, sha256: str, content: bytes) -> None:
        self.kept[sha256] = content

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        yield self.kept[sha256]


@dataclass
class Ledger:
    """Expense: what activities hold, in whatever order it is put there."""

    held: dict[str, KnownAllotment] = field(default_factory=dict)
    budgets_held: dict[str, Sums] = field(default_factory=dict)
    # How many it tells at a time, at most.
    at_once: int = 200

    async def allotments(self, after: str, limit: int) -> tuple[tuple[KnownAllotment, ...], bool]:
        behind = [self.held[number] for number in sorted(self.held) if f"activities/{number}" > after]
        limit = min(limit, self.at_once)
        return tuple(behind[:limit]), len(behind) > limit

    async def budgets(self, after: str, limit: int) -> tuple[tuple[Sums, ...], bool]:
        behind = [self.budgets_held[name] for name in sorted(self.budgets_held) if name > after]
        limit = min(limit, self.at_once)
        return tuple(behind[:limit]), len(behind) > limit


@dataclass
class Desk:
    database: Database
    directory: SmallGroup = field(default_factory=SmallGroup)
    shops: Shops = field(default_factory=Shops)
    planner: Planning = field(default_factory=Planning)
    files: Files = field(default_factory=Files)
    cases: TakingPart = field(default_factory=TakingPart)
    contents: ContentsOfFiles = field(default_factory=InMemory)
    books: Ledger = field(default_factory=Ledger)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    @property
    def others(self) -> Others:
        around = Around(self.shops, Types())
        return Others(
            self.directory,
            around,
            Weekdays(),
            self.planner,
            self.files,
            self.cases,
            self.contents,
            self.books,
        )

    def uow(self) -> MarketingUnitOfWork:
        return MarketingUnitOfWork(self.database)

    async def do(self, use_case: Callable[..., Awaitable[Any]], command: Any, by: Actor = LIHUA) -> Any:
        """One verb by `by`, a second after the one before."""
        self.clock.advance(timedelta(seconds=1))
        return await use_case(command, uow=self.uow(), actor=by, clock=self.clock)

    async def ask(
        self, use_case: Callable[..., Awaitable[Any]], command: Any, by: Actor, *needs: str
    ) -> Activity:
        """The same, with what the verb needs of others."""
        others = self.others
        done: Activity = await self.do(
            partial(use_case, **{name: getattr(others, name) for name in needs}), command, by
        )
        return done

    async def draft(self, said: Terms | None = None, by: Actor = LIHUA, organisation: str = "") -> Activity:
        command = requests.CreateActivity(said or terms(), organisation)
        return await self.ask(requests.create_activity, command, by, "directory", "around")

    async def edit(
        self, activity: Activity, said: Terms, by: Actor = LIHUA, attachments: tuple[str, ...] = ()
    ) -> Activity:
        command = requests.UpdateActivity(activity.number, activity.etag, said, attachments)
        return await self.ask(requests.update_activity, command, by, "directory", "around", "attachments")

    async def copy(self, activity: Activity, start: date | None = None, by: Actor = LIHUA) -> Activity:
        command = requests.CopyActivity(activity.number, start)
        return await self.ask(requests.copy_activity, command, by, "directory", "around")

    async def delete(self, activity: Activity, by: Actor = LIHUA) -> Activity:
        command = requests.Named(activity.number, activity.etag)
        return await self.ask(requests.delete_activity, command, by, "directory")

    async def submit(self, activity: Activity | None = None, by: Actor = LIHUA) -> Activity:
        activity = activity or await self.draft()
        command = requests.Named(activity.number, activity.etag)
        return await self.ask(requests.submit_activity, command, by, "directory", "around", "planner")

    async def approved(self, said: Terms | None = None, by: Actor = LIHUA) -> Activity:
        submitted = await self.submit(await self.draft(said, by), by)
        return await self.decide(submitted)

    async def running(self, said: Terms | None = None, by: Actor = LIHUA) -> Activity:
        return await self.start(await self.approved(said, by))

    async def over(self, said: Terms | None = None, by: Actor = LIHUA) -> Activity:
        return await self.end(await self.running(said, by))

    async def closing(self, said: Terms | None = None, *actual: int, by: Actor = LIHUA) -> Activity:
        """Its closure is in approval."""
        over = await self.over(said, by)
        evidence = await self.evidence(over, *NEEDED)
        written = await self.write_closure(over, a_closure(*actual, evidence=evidence), by)
        return await self.submit_closure(written, by)

    async def settled(self, said: Terms | None = None, *actual: int) -> Activity:
        return await self.settle(await self.closing(said, *actual))

    async def cancel(self, activity: Activity, by: Actor = LIHUA) -> Activity:
        command = steering.Steer(activity.number, activity.etag, "场地取消")
        return await self.ask(steering.cancel_activity, command, by, "directory")

    async def end_early(self, activity: Activity, by: Actor = LIHUA) -> Activity:
        command = steering.Steer(activity.number, activity.etag, "一天讲完")
        return await self.ask(steering.end_activity_early, command, by, "directory", "working_days")

    async def write_closure(self, activity: Activity, closure: Closure, by: Actor = LIHUA) -> Activity:
        command = closing.UpdateClosure(activity.number, activity.etag, closure)
        return await self.ask(closing.update_closure, command, by, "directory")

    async def submit_closure(self, activity: Activity, by: Actor = LIHUA) -> Activity:
        command = requests.Named(activity.number, activity.etag)
        return await self.ask(closing.submit_closure, command, by, "directory", "planner")

    async def evidence(self, activity: Activity, *kinds: EvidenceKind) -> tuple[str, ...]:
        """Brings evidence of these kinds; the names."""
        return tuple(sorted([(await self.bring(activity, kind)).name for kind in kinds]))

    async def bring(
        self,
        activity: Activity,
        kind: EvidenceKind = EvidenceKind.PHOTO,
        content: bytes = b"",
        by: Actor = LIHUA,
        **said: Any,
    ) -> Evidence:
        """A photo of its own, from where the activity takes place."""
        usual: dict[str, Any] = {
            "file_name": "现场.jpg",
            "content_type": "image/jpeg",
            "sha256": "",
            "taken_time": self.clock.now(),
            "place": "郑州",
            "position": None,
            "note": "",
        }
        photo = content or b"\xff\xd8\xff" + uuid4().bytes
        command = UploadEvidence(activity=activity.number, kind=kind, content=photo, **usual | said)
        return await self.ask(  # type: ignore[return-value]  # evidence
            evidence.upload_evidence, command, by, "directory", "files"
        )

    async def remove(self, kept: Evidence, by: Actor = LIHUA) -> Evidence:
        return await self.ask(  # type: ignore[return-value]  # evidence
            evidence.delete_evidence, kept.id, by, "directory"
        )

    # What the case does.

    async def decide(self, activity: Activity, effect: str = "approve/1") -> Activity:
        command = Decided(activity.number, activity.version, effect)
        return await self.ask(activity_case.approve_activity, command, WORKER)

    async def say(self, verb: Any, activity: Activity, reason: str, effect: str = "") -> Activity:
        """Return, reject, withdraw; a request or a closure."""
        command = Undecided(activity.number, reason, effect or f"{reason}/1")
        return await self.ask(verb, command, WORKER)

    async def refuse_reservation(self, activity: Activity, reason: str = "预算不足") -> Activity:
        command = activity_case.Refused(activity.number, activity.version, reason, "refuse/1")
        return await self.ask(activity_case.refuse_reservation, command, WORKER)

    async def start(self, activity: Activity, day: date | None = None, effect: str = "start/1") -> Activity:
        day = day or activity.terms.start_date
        assert day is not None
        return await self.ask(
            activity_case.start_activity, activity_case.Come(activity.number, day, effect), WORKER
        )

    async def end(self, activity: Activity, day: date | None = None, effect: str = "end/1") -> Activity:
        day = day or activity.terms.end_date
        assert day is not None
        command = activity_case.Come(activity.number, day, effect)
        return await self.ask(activity_case.end_activity, command, WORKER, "working_days")

    async def remind(self, activity: Activity, n: int = 1, escalate: bool = False) -> Activity:
        command = activity_case.Remind(activity.number, n, escalate, f"remind/{n}")
        return await self.ask(activity_case.remind_to_close, command, WORKER)

    async def settle(self, activity: Activity, effect: str = "settle/1") -> Activity:
        command = activity_case.Settle(activity.number, activity.version, (), effect)
        return await self.ask(activity_case.settle_activity, command, WORKER)

    async def close(self, activity: Activity, effect: str = "close/1") -> Activity:
        command = activity_case.Close(activity.number, effect)
        return await self.ask(activity_case.close_activity, command, WORKER)

    # Changes.

    async def change(self, activity: Activity, said: Terms, by: Actor = LIHUA) -> Change:
        command = changes.CreateChange(activity.number, said, "场地另有安排")
        return await self.ask(  # type: ignore[return-value]  # a change
            changes.create_change, command, by, "directory", "around"
        )

    async def submit_change(self, change: Change, by: Actor = LIHUA) -> Change:
        command = changes.NamedChange(change.number, change.etag)
        return await self.ask(  # type: ignore[return-value]  # a change
            changes.submit_change, command, by, "directory", "around", "planner"
        )

    # What there is.

    async def stored(self, activity: Activity) -> Activity:
        return await self.stored_number(activity.number)

    async def stored_number(self, number: str) -> Activity:
        async with self.uow() as uow:
            return await uow.activities.get(number, EVERYTHING)

    async def stored_change(self, change: Change) -> Change:
        async with self.uow() as uow:
            return await uow.changes.get(change.number)

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
    """Everything that the marketing service answers, at this desk."""
    add_services(server, desk.database, desk.others, desk.clock)
