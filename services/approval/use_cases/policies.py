"""Policies: examined, published, shown, and tried on a document before it is submitted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import EtagMismatch, NotFound
from services.approval import permissions
from services.approval.domain.forms.fitting import misfits
from services.approval.domain.forms.form import Form
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.domain.planning.route import Route
from services.approval.domain.policies.facts import Fact
from services.approval.domain.policies.problems import PolicyNotValid, PolicyProblem
from services.approval.policy_text.reading import examine_policy, policy_to_publish
from services.approval.use_cases.discretion import discreet_route
from services.approval.use_cases.events import PolicyPublished, PolicyRetired
from services.approval.use_cases.planning import Asked, plan_for
from services.approval.use_cases.policy_views import PolicyView, Retirement
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork


@dataclass(frozen=True, slots=True)
class Preview:
    """`organisation` empty: the requester's. While a case of `document` runs, its version of the policy is meant."""

    process: str
    requester: PersonId
    organisation: OrganisationId
    facts: Mapping[str, Fact]
    document: str = ""


@dataclass(frozen=True, slots=True)
class Retire:
    """`etag` of the version in force, empty for whatever is."""

    process: str
    reason: str
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Previewed:
    policy: str
    routes: tuple[Route, ...]


async def validate_policy(
    yaml: str, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> tuple[PolicyProblem, ...]:
    """Everything that is wrong with it, against the directory of today."""
    async with uow:
        directory = await uow.directories.current()
    # Anybody may ask: whoever sends the largest that can be written keeps nobody else waiting.
    return (await asyncio.to_thread(examine_policy, yaml, directory.as_of(local_date(clock.now()))))[1]


async def publish_policy(yaml: str, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> PolicyView:
    """The next version of the policy of its process. Raises PolicyNotValid with all problems, NotPermitted."""
    permissions.require(actor, "PublishPolicy")
    async with uow:
        return await uow.commit(await publish_now(yaml, uow, actor, clock))


async def publish_now(
    yaml: str, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock, form: Form | None = None
) -> PolicyView:
    """Part of a transaction. Of a process without code it fits the form that comes with it, or the one in force.

    A draft of the same text is in force now, and gone. Raises PolicyNotValid with all problems.
    """
    now = clock.now()
    policy = policy_to_publish(yaml, (await uow.directories.current()).as_of(local_date(now)))
    await uow.policies.lock(policy.process)
    if form is None and (process := await uow.forms.latest(policy.process)):
        form = process.form
    if form and (found := misfits(form, policy)):
        raise PolicyNotValid(tuple(PolicyProblem(one.path, one.rule, one.text) for one in found))
    version = await uow.policies.latest_version(policy.process) + 1
    view = PolicyView(policy.process, version, policy.title, yaml, actor.person, now)
    await uow.policies.add(view)
    with suppress(NotFound):
        draft = await uow.policy_drafts.find(policy.process)
        if draft.yaml.strip() == yaml.strip():
            await uow.policy_drafts.remove(draft)
    published = PolicyPublished(
        document=f"policies/{policy.process}",
        version=version,
        by=actor,
        at=now,
        sha256=sha256(yaml.encode()).hexdigest(),
    )
    uow.record(published)
    return view


async def retire_policy(cmd: Retire, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> PolicyView:
    """No new cases; those that run go on. Raises NotFound, RetiredBefore, EtagMismatch, NotPermitted."""
    permissions.require(actor, "RetirePolicy")
    async with uow:
        await uow.policies.lock(cmd.process)
        before = await uow.policies.view(cmd.process, None)
        view = before.retired(Retirement(actor.person, clock.now(), cmd.reason))
        if cmd.etag and cmd.etag != before.etag:
            raise EtagMismatch(field="etag", name=before.name, current=before.etag)
        await uow.policies.retire(view)
        retired = PolicyRetired(
            document=f"policies/{view.process}",
            version=view.version,
            by=actor,
            at=clock.now(),
            reason=cmd.reason,
        )
        uow.record(retired)
        return await uow.commit(view)


async def get_policy(
    query: tuple[str, int | None], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> PolicyView:
    """A version, or the latest. Raises NotFound."""
    process, version = query
    async with uow:
        return await uow.policies.view(process, version)


async def list_policies(
    query: tuple[str, PageRequest], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[PolicyView]:
    process, page = query
    async with uow:
        return await uow.policies.page(process, page)


async def preview_route(query: Preview, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Previewed:
    """The routes that the document would take if it were submitted now, a stage each. Raises what `plan` raises, NoPolicy."""
    async with uow:
        kept = await uow.cases.policy_kept_by(query.document, query.process) if query.document else None
        policy = await (
            uow.policies.version(query.process, kept) if kept else uow.policies.in_force(query.process)
        )
        routes: list[Route] = []
        for stage in policy.stages:
            asked = Asked(policy, stage.key, query.facts, query.requester, query.organisation)
            routes.append(await plan_for(asked, routes, uow, clock))
    if not permissions.may(actor, "SeeEveryCase"):
        routes = [discreet_route(route, frozenset({actor.person})) for route in routes]
    return Previewed(policy.name, tuple(routes))
