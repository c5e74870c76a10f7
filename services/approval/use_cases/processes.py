"""Processes without code: examined, published, shown."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import FailedPrecondition
from services.approval import permissions
from services.approval.domain.forms.fitting import ProcessNotValid, misfits, unanswered
from services.approval.domain.forms.form import Form
from services.approval.domain.forms.reading import read_form
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.problems import PolicyProblem
from services.approval.policy_text.reading import examine_policy
from services.approval.use_cases.document_events import ProcessPublished
from services.approval.use_cases.policies import publish_now
from services.approval.use_cases.ports.forms import ProcessView
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork


class ProcessWithCode(FailedPrecondition):
    zh = "流程 {process} 的单据属于其他服务，不能为其发布表单"
    en = "Another service owns the documents of {process}; it takes no form"


class PrefixTaken(FailedPrecondition):
    zh = "单号前缀 {prefix} 已被其他单据使用"
    en = "Other documents have numbers that begin with {prefix}"


class PrefixFixed(FailedPrecondition):
    zh = "流程 {process} 的单号前缀为 {prefix}，不能更改"
    en = "The numbers of {process} begin with {prefix}, and go on doing so"


@dataclass(frozen=True, slots=True)
class ProcessFiles:
    """The two files of a process as people write them: JSON and YAML."""

    form: str
    policy: str


async def validate_process(
    files: ProcessFiles,
    *,
    uow: ApprovalUnitOfWork,
    actor: Actor,
    clock: Clock,
    collections: Collection[str] = (),
) -> tuple[PolicyProblem, ...]:
    """Everything that is wrong with the two files, against the directory of today. `collections` may be referred to."""
    async with uow:
        directory = await uow.directories.current()
    # Anybody may ask, as with policies.
    today = directory.as_of(local_date(clock.now()))
    return (await asyncio.to_thread(_examined, files, today, collections))[1]


async def publish_process(
    files: ProcessFiles,
    *,
    uow: ApprovalUnitOfWork,
    actor: Actor,
    clock: Clock,
    taken_prefixes: Collection[str] = (),
    collections: Collection[str] = (),
) -> ProcessView:
    """The next version of a process, and of its policy. `taken_prefixes` are those of other services, `collections` what
    forms may refer to.

    Raises ProcessNotValid with all problems, ProcessWithCode, PrefixTaken, PrefixFixed, NotPermitted.
    """
    permissions.require(actor, "PublishProcess")
    async with uow:
        now = clock.now()
        today = (await uow.directories.current()).as_of(local_date(now))
        form, problems = _examined(files, today, collections)
        if form is None:
            raise ProcessNotValid(problems)
        await uow.policies.lock(form.process)
        former = await uow.forms.latest(form.process)
        await _must_be_free(form, former, taken_prefixes, uow)
        published = await publish_now(files.policy, uow, actor, clock, form)
        version = 1 + (former.form.version if former else 0)
        view = ProcessView(form.published(version), published.version, actor.person, now)
        await uow.forms.add(view)
        uow.record(
            ProcessPublished(
                document=f"processes/{form.process}",
                version=version,
                by=actor,
                at=now,
                prefix=form.prefix,
                policy=published.version,
                sha256=sha256(files.form.encode()).hexdigest(),
            )
        )
        return await uow.commit(view)


async def get_process(
    query: tuple[str, int | None], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> ProcessView:
    """A version, or the latest. Raises NotFound."""
    async with uow:
        return await uow.forms.view(*query)


async def list_processes(
    query: tuple[str, PageRequest], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[ProcessView]:
    async with uow:
        return await uow.forms.page(*query)


def _examined(
    files: ProcessFiles, directory: AsOf, collections: Collection[str]
) -> tuple[Form | None, tuple[PolicyProblem, ...]]:
    """The form, or None and everything that is wrong with it or with the policy."""
    form, of_form = read_form(files.form)
    policy, of_policy = examine_policy(files.policy, directory)
    problems = [_below("form", PolicyProblem(found.path, found.rule, found.text)) for found in of_form]
    if form:
        unknown = unanswered(form, collections)
        problems += [_below("form", PolicyProblem(found.path, found.rule, found.text)) for found in unknown]
    problems += [_below("policy", found) for found in of_policy]
    if form and policy:
        found = (PolicyProblem(misfit.path, misfit.rule, misfit.text) for misfit in misfits(form, policy))
        problems += [_below("policy", misfit) for misfit in found]
    return (None if problems else form), tuple(problems)


def _below(file: str, found: PolicyProblem) -> PolicyProblem:
    return replace(found, path=f"{file}.{found.path}" if found.path else file)


async def _must_be_free(
    form: Form, former: ProcessView | None, taken: Collection[str], uow: ApprovalUnitOfWork
) -> None:
    if former is None and await uow.policies.latest_version(form.process):
        raise ProcessWithCode(process=form.process)
    if former and former.form.prefix != form.prefix:
        raise PrefixFixed(process=form.process, prefix=former.form.prefix)
    if former is None and (
        form.prefix in taken or not await uow.forms.take_prefix(form.prefix, form.process)
    ):
        raise PrefixTaken(prefix=form.prefix)
