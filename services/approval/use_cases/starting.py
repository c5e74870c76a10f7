"""Cases start from facts: a document was submitted, and later there is news of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chassis.bus.receiving import NotNow
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.money import Money
from services.approval.domain.cases.case import Case, next_name
from services.approval.domain.people.directory import OrganisationId, PersonId
from services.approval.domain.policies.facts import Fact
from services.approval.use_cases.events import CaseStarted, DocumentTold, about
from services.approval.use_cases.messages import inbox_changed, signal_workflow, start_workflow
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from workflows import contracts


@dataclass(frozen=True, slots=True)
class StartCase:
    """A document asks for approval. `policy` is the version that was previewed, 0 for the one in force."""

    process: str
    document: str
    number: str
    document_version: int
    title: str
    amount: Money | None
    requester: PersonId
    organisation: OrganisationId
    facts: Mapping[str, Fact]
    snapshot: Mapping[str, Any]
    policy: int = 0


@dataclass(frozen=True, slots=True)
class TakeFact:
    """News of a document. What is None has not changed. `stored` is the message itself, to be kept if it has to wait."""

    document: str
    fact_id: str
    name: str
    document_version: int
    payload: Mapping[str, Any]
    stored: bytes
    title: str | None = None
    amount: Money | None = None
    facts: Mapping[str, Fact] | None = None
    snapshot: Mapping[str, Any] | None = None
    policy: int | None = None


async def start_case(
    cmd: StartCase,
    *,
    uow: ApprovalUnitOfWork,
    actor: Actor,
    clock: Clock,
    read_fact: Callable[[bytes], TakeFact],
) -> Case | None:
    """Opens the case and has its workflow started. None where the request is a repetition.

    News of the document that came before it are taken in. Raises NotNow while the former case has not ended.
    """
    async with uow:
        earlier = await uow.cases.of_document(cmd.document)
        if earlier and cmd.document_version <= uow.cases.requested_version(earlier[-1]):
            await uow.commit()
            return None
        if any(case.is_open for case in earlier):
            raise NotNow(f"{earlier[-1].name} has not ended")
        case = await _requested(cmd, earlier, uow, clock)
        uow.cases.add(case, cmd.snapshot)
        uow.cases.join(case.name, [case.requester])
        uow.record(case_started(case, actor, clock))
        start_workflow(uow, case)
        for kept in await uow.waiting_facts.take(cmd.document):
            fact = read_fact(kept)
            if fact.document_version > case.document_version:
                case = await _tell(case, fact, uow, actor, clock)
        return await uow.commit(case)


async def take_fact(cmd: TakeFact, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> None:
    """Shows the document as it is now and tells the workflow, once; waits where the case is not known yet."""
    async with uow:
        cases = await uow.cases.of_document(cmd.document)
        latest = cases[-1] if cases else None
        if latest is not None and latest.is_open:
            await _tell(latest, cmd, uow, actor, clock)
        elif latest is None or cmd.document_version > latest.document_version:
            # Its request is still on its way here; what is older than the last case is news no more.
            await uow.waiting_facts.keep(
                cmd.document, cmd.fact_id, cmd.document_version, cmd.stored, clock.now()
            )
        await uow.commit()


async def _requested(
    cmd: StartCase, earlier: tuple[Case, ...], uow: ApprovalUnitOfWork, clock: Clock
) -> Case:
    if cmd.policy:
        policy = await uow.policies.version(cmd.process, cmd.policy)
    else:
        policy = await uow.policies.in_force(cmd.process)
    return Case(
        name=next_name(cmd.process, cmd.number, cmd.document, earlier),
        document=cmd.document,
        document_version=cmd.document_version,
        requester=cmd.requester,
        organisation=cmd.organisation,
        policy=policy.version,
        title=cmd.title,
        amount=cmd.amount,
        facts=cmd.facts,
        created_at=clock.now(),
    )


def case_started(case: Case, actor: Actor, clock: Clock) -> CaseStarted:
    return CaseStarted(
        **about(case, actor, clock.now()),
        subject=case.document,
        document_version=case.document_version,
        requester=case.requester,
        organisation=case.organisation,
        policy=case.policy,
        title=case.title,
        amount=case.amount,
    )


async def _tell(before: Case, fact: TakeFact, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Case:
    """Take the news in and pass them on, unless that was done before."""
    now = clock.now()
    payload = dict(fact.payload)
    said = asdict(contracts.Fact(fact.fact_id, fact.name, fact.document_version, payload))
    if not await uow.cases.note_signal(before.name, fact.fact_id, contracts.FACT, said, now):
        return before
    case = before.with_document(
        fact.document_version, title=fact.title, amount=fact.amount, facts=fact.facts, policy=fact.policy
    )
    if case != before:
        uow.cases.save(case, fact.snapshot)
    told = DocumentTold(
        **about(case, actor, now),
        fact=fact.name,
        fact_id=fact.fact_id,
        document_version=fact.document_version,
    )
    # Whoever has it before them sees the document change.
    items = [item for step in await uow.steps.open_steps(case.name) for item in step.open_items]
    uow.record(told)
    uow.tell(*(inbox_changed(item, item.audience) for item in items))
    signal_workflow(uow, case, contracts.FACT, said)
    return case
