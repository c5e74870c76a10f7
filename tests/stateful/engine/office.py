"""The office of the machine: the approval service on a database, people of its own, a policy for every route, what is shown."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Coroutine, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import psycopg
from google.protobuf.message import Message
from hypothesis import strategies as st
from psycopg.rows import namedtuple_row

from chassis.postgres.database import libpq_url
from kernel.actor import Actor
from kernel.clock import FixedClock, SystemClock
from services.approval.domain.cases.case import CaseOutcome
from services.approval.domain.people.directory import Assignment, Directory, Organisation, Person, Post
from services.approval.domain.policies.ballot import MAJORITY, Mode, Outcome, Quota, Terms
from services.approval.domain.steps.states import ItemState
from services.approval.mapping.cases import OUTCOMES
from services.approval.mapping.work_items import DECISIONS, STATES
from services.approval.pinyin import with_pinyin
from services.approval.use_cases.policy_views import PolicyView
from tests.builders.approval import text
from tests.builders.approval_desk import Desk, request_id
from tests.builders.approval_house import House, a_fact, a_request
from tests.stateful.engine.inside import Rehearsal, Servicers
from tests.stateful.engine.model import Spec
from tests.stateful.step_model import REQUESTER
from zhupi.approval.v1 import case_pb2
from zhupi.approval.v1.absence_pb2 import EndStandInRequest, ListStandInsRequest
from zhupi.approval.v1.work_item_pb2 import WorkItem

T = TypeVar("T")
PEOPLE = tuple(f"p{n}" for n in range(8))
POSTS = {"post-a": PEOPLE[0:2], "post-b": PEOPLE[2:4], "post-c": PEOPLE[4:7]}
OUTSIDER, ADMINISTRATOR = "outsider", "administrator"
WINDOW = timedelta(minutes=10)
EVERYONE = (*PEOPLE, REQUESTER, OUTSIDER)
GLANCE = """
SELECT item.id, steps.stage, steps.key, steps.visit, item.state, item.assignee, item.candidates, item.decision, item.version,
    cases.document, cases.document_version, cases.outcome, cases.version AS case_version
FROM work_items AS item JOIN steps ON steps.id = item.step_id JOIN cases ON cases.id = item.case_id
WHERE item.case_id = %s ORDER BY item.id
"""
SIGNALS = """
SELECT body FROM outbox WHERE destination = 'engine' AND subject = 'signal' AND lane = %s ORDER BY position OFFSET %s
"""


def the_people() -> Directory:
    directory = Directory(
        2,
        organisations=(Organisation("hq", text("总部")), Organisation("branch", text("分部"), "hq")),
        people=tuple(Person(name, name, "hq") for name in EVERYONE),
        posts=tuple(Post(key, text(key)) for key in POSTS),
        assignments=tuple(Assignment(one, post, "hq") for post, people in POSTS.items() for one in people),
    )
    return with_pinyin(directory)


@st.composite
def stages(draw: st.DrawFn) -> list[list[Spec]]:
    """One or two stages of one to four steps."""
    return [
        [_a_step(draw, n, place) for place in range(draw(st.integers(1, 4)))]
        for n in range(draw(st.integers(1, 2)))
    ]


def _a_step(draw: st.DrawFn, stage: int, place: int) -> Spec:
    keys = [f"s{stage}{n}" for n in range(place)]
    mode = draw(st.sampled_from(list(Mode)))
    if draw(st.booleans()):
        posts = draw(st.lists(st.sampled_from(sorted(POSTS)), min_size=1, unique=True))
        groups = [frozenset(POSTS[post]) for post in posts]
    else:
        named = draw(st.lists(st.sampled_from(PEOPLE[:6]), min_size=1, max_size=4, unique=True))
        groups = [frozenset({one}) for one in named]
    if mode is Mode.SINGLE:
        groups = [frozenset[str]().union(*groups)]
    weights = tuple(draw(st.integers(1, 3)) if mode is Mode.VOTE else 1 for _ in groups)
    return Spec(
        f"s{stage}{place}",
        tuple(draw(st.just(keys[-1:]) | st.lists(st.sampled_from(keys), unique=True))) if keys else (),
        mode,
        _terms(draw, mode, sum(weights)),
        tuple(groups),
        weights,
        draw(st.booleans()),
        draw(st.sampled_from([timedelta(), WINDOW])),
        redo=draw(st.booleans()),
        ahead=draw(st.booleans()),
    )


def _terms(draw: st.DrawFn, mode: Mode, whole: int) -> Terms:
    waits = mode in (Mode.ALL, Mode.VOTE) and draw(st.booleans())
    if mode is not Mode.VOTE:
        return Terms(waits=waits)
    passes = draw(st.just(MAJORITY) | st.integers(1, whole).map(lambda count: Quota(count=count)))
    rejects = st.none() if waits else st.none() | st.integers(1, whole).map(lambda count: Quota(count=count))
    return Terms(passes, draw(rejects), waits)


def policy_text(process: str, routes: Sequence[Sequence[Spec]]) -> str:
    """The policy by which exactly these routes are planned."""
    lines = [f"process: {process}", "title: {zh: 试验, en: Trial}", "stages:"]
    for n, specs in enumerate(routes):
        lines += [f"  stage{n}:", "    title: {zh: 阶段, en: Stage}", "    steps:"]
        for spec in specs:
            first, *more = _step_lines(spec)
            lines += [f"      - {first}", *(f"        {line}" for line in more)]
    return "\n".join(lines) + "\n"


def _step_lines(spec: Spec) -> list[str]:
    votes = spec.mode is Mode.VOTE
    lines = [f"key: {spec.key}", f"title: {{zh: {spec.key}, en: {spec.key}}}", f"mode: {spec.mode}"]
    lines.append(f"after: [{', '.join(spec.after)}]")
    sources = []
    for group, weight in zip(spec.groups, spec.weights, strict=True):
        post = next((key for key, people in POSTS.items() if frozenset(people) == group), "")
        weighs = f", weight: {weight}" if votes else ""
        named = [f"post: {post}"] if post else [f"person: {one}" for one in sorted(group)]
        sources += [f"{{{one}{weighs}}}" for one in named]
    lines.append(f"approvers: [{', '.join(sources)}]")
    if spec.mode is not Mode.SINGLE and any(len(group) > 1 for group in spec.groups):
        lines.append("per: source")
    settings = {"pass": spec.terms.passes, "reject": spec.terms.rejects, "undo": spec.window and "10m"}
    lines += [f"{key}: {said}" for key, said in settings.items() if said]
    flags = {
        "wait": spec.terms.waits,
        "skippable": spec.skippable,
        "redo": spec.redo,
        "ahead": spec.ahead,
    }
    return [*lines, *(f"{key}: true" for key, said in flags.items() if said)]


class Office:
    """Runs what the machine asks on a loop of its own: the machine is no coroutine."""

    def __init__(self, runner: asyncio.Runner, house: House) -> None:
        self.runner, self.house = runner, house
        self.clock = FixedClock(SystemClock().now())
        self.servicers = Servicers(house.parts, self.clock)
        parts = house.parts
        self.rehearsals = Servicers(
            Rehearsal(
                parts.database, parts.names, parts.watch, parts.files, parts.documents, parts.references
            ),
            self.clock,
        )
        self.desks: dict[str, Desk] = {}
        self.count = 0
        # What the machine itself wants to know, ten times as often as anybody in the service: without a loop, and prepared.
        self.tables: psycopg.Connection[Any] = psycopg.connect(
            libpq_url(house.parts.database.url),
            autocommit=True,
            prepare_threshold=0,
            row_factory=namedtuple_row,
        )

    def close(self) -> None:
        self.tables.close()

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(act)

    def desk(self, person: str, *roles: str) -> Desk:
        if person not in self.desks:
            self.desks[person] = self.servicers.desk(Actor(person=person, roles=frozenset(roles)))
        return self.desks[person]

    def rehearse(self, person: str, method: str, asked: Message) -> Awaitable[Any]:
        """What is answered to them if they do it; and it is as if they had not."""
        roles = frozenset({ADMINISTRATOR} if person == ADMINISTRATOR else ())
        return self.rehearsals.call(Actor(person=person, roles=roles), method, asked)

    def worker(self) -> Desk:
        return self.servicers.desk(Actor(service="worker"))

    async def move_in(self) -> None:
        async with self.house.parts.units() as uow:
            await uow.directories.add(the_people(), "people/zhengnan", SystemClock().now())
            await uow.commit()

    async def publish(self, routes: Sequence[Sequence[Spec]]) -> str:
        """A process whose policy says these routes."""
        self.count += 1
        process, now = f"trial-{self.count}", SystemClock().now()
        async with self.house.parts.units() as uow:
            view = PolicyView(process, 1, text("试验"), policy_text(process, routes), "zhengnan", now)
            await uow.policies.add(view)
            await uow.commit()
        return process

    async def submit(self, process: str) -> str:
        """A new document: the name of its case."""
        case = await self.house.request(
            a_request(
                process=process,
                requester=f"people/{REQUESTER}",
                organisation="organisations/hq",
                policy=f"policies/{process}/versions/1",
            )
        )
        assert case is not None
        return str(case.name)

    async def tell(self, document: str, name: str, version: int) -> None:
        await self.house.tell(
            a_fact(document, fact_id=f"{name}/{version}", name=name, document_version=version)
        )

    async def empty(self, case: case_pb2.Case) -> None:
        """So that no later case has to do with this one and its people: for somebody who leaves all of it is looked through."""
        desk = self.desk(ADMINISTRATOR, ADMINISTRATOR)
        while present := (await desk.absences.ListStandIns(ListStandInsRequest(page_size=200))).stand_ins:
            for one in present:
                await desk.absences.EndStandIn(EndStandInRequest(name=one.name, request_id=request_id()))
        if not case.outcome:
            await desk.cases.TerminateCase(
                case_pb2.TerminateCaseRequest(name=case.name, request_id=request_id(), reason="试验结束")
            )

    async def shown(self, case: str) -> case_pb2.Case:
        """The case as an operator sees it."""
        return await self.desk("operator", "operator").get_case(f"cases/{case}")

    def signals(self, case: str, heard: int) -> list[dict[str, Any]]:
        """What the workflow is told, behind the first so many."""
        return [json.loads(bytes(row.body)) for row in self.tables.execute(SIGNALS, (case, heard))]

    def glance(self, case: str) -> case_pb2.Case:
        """As much of it as can be had with one look into the tables: after every act, where `shown` would take too long."""
        rows = self.tables.execute(GLANCE, (case,)).fetchall()
        return case_pb2.Case(
            name=f"cases/{case}",
            document=rows[0].document,
            etag=str(rows[0].case_version),
            outcome=OUTCOMES[CaseOutcome(rows[0].outcome)]
            if rows[0].outcome
            else case_pb2.CASE_OUTCOME_UNSPECIFIED,
            work_items=[_item(row) for row in rows],
        )


def _item(row: Any) -> WorkItem:
    decision = row.decision or {}
    return WorkItem(
        name=f"workItems/{row.id}",
        stage=row.stage,
        step=row.key,
        visit=row.visit,
        state=STATES[ItemState(row.state)],
        assignee=f"people/{row.assignee}" if row.assignee else "",
        candidates=[f"people/{one}" for one in row.candidates],
        decision=DECISIONS[Outcome(decision["outcome"])] if decision else WorkItem.DECISION_UNSPECIFIED,
        decider=f"people/{decision['by']}" if decision else "",
        on_behalf_of=f"people/{decision['on_behalf_of']}" if decision.get("on_behalf_of") else "",
        etag=str(row.version),
        document_version=row.document_version,
    )
