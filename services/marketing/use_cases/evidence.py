"""What proves an activity: brought, shown, handed out, deleted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from chassis.cases.sight import Sight
from chassis.files.intake import HashMismatch
from chassis.files.ports import Files
from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import NotFound
from kernel.ids import uuid7
from services.marketing.domain.activity import Activity
from services.marketing.domain.configuration import EvidenceKind
from services.marketing.domain.evidence import (
    INTAKES,
    MOST,
    Evidence,
    EvidenceDeleted,
    EvidenceKept,
    Position,
    TooMuchEvidence,
    must_be_placed_in_time,
)
from services.marketing.permissions import require_own
from services.marketing.use_cases.ports import Cases, Directory, Work
from services.marketing.use_cases.sight import sight_of


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadEvidence:
    """`activity` is a number. `sha256`, hex, is what the content should be; empty: not checked."""

    activity: str
    kind: EvidenceKind
    file_name: str
    content_type: str
    sha256: str
    taken_time: datetime
    place: str
    position: Position | None
    note: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ListEvidence:
    activity: str
    kind: EvidenceKind | None
    page: PageRequest


async def upload_evidence(
    cmd: UploadEvidence, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, files: Files
) -> Evidence:
    """Keeps the content, then its row, under the activity's lock: a closure that is submitted meanwhile is before or behind it.

    A failure in between leaves content that nothing names, never a name without content. Raises EvidenceTypeRefused, EvidenceEmpty,
    EvidenceTooLarge, HashMismatch, TakenInFuture, WithoutPlace, EvidenceSeenBefore, TooMuchEvidence.
    """
    must_be_placed_in_time(cmd.taken_time, cmd.place, cmd.position, clock.now())
    type = INTAKES[cmd.kind].type_of(cmd.file_name, cmd.content_type)
    digest = await asyncio.to_thread(_checked, cmd)
    sight = await sight_of(actor, directory)
    async with uow:
        activity = await uow.activities.get(cmd.activity, sight)
        _must_take(activity, actor, sight.organisations)
        await uow.evidence.must_be_new(digest)
    await files.put(digest, cmd.content)
    async with uow:
        activity = await uow.activities.get_for_update(cmd.activity, sight)
        _must_take(activity, actor, sight.organisations)
        if len(await uow.evidence.kinds(activity.number)) >= MOST:
            raise TooMuchEvidence(most=MOST)
        now = clock.now()
        evidence = Evidence(
            id=uuid7(now),
            activity=activity.number,
            kind=cmd.kind,
            file_name=cmd.file_name,
            content_type=type.content_type,
            size=len(cmd.content),
            sha256=digest,
            taken_time=cmd.taken_time,
            place=cmd.place,
            position=cmd.position,
            note=cmd.note,
            uploader=actor.person,
            create_time=now,
        )
        await uow.evidence.add(evidence)
        uow.record(EvidenceKept.of(evidence, activity, actor))
        return await uow.commit(evidence)


async def delete_evidence(
    id: UUID, *, uow: Work, actor: Actor, clock: Clock, directory: Directory
) -> Evidence:
    """Raises EvidenceSubmitted, EvidenceInClosure."""
    sight = await sight_of(actor, directory)
    async with uow:
        number = (await uow.evidence.find(id)).activity
        activity = await _locked(id, number, uow, sight)
        _must_take(activity, actor, sight.organisations)
        # Again, under the activity's lock: somebody may have been faster.
        evidence = await uow.evidence.find(id)
        evidence.may_be_deleted_from(activity)
        await uow.evidence.remove(evidence)
        event = EvidenceDeleted(
            document=activity.name,
            version=activity.version,
            by=actor,
            at=clock.now(),
            evidence=evidence.name,
            file_name=evidence.file_name,
            sha256=evidence.sha256,
        )
        uow.record(event)
        return await uow.commit(evidence)


async def get_evidence(
    id: UUID, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, cases: Cases
) -> Evidence:
    """Raises NotFound, also where the caller may not see it."""
    async with uow:
        evidence = await uow.evidence.find(id)
    await must_see(evidence.activity, evidence.name, uow, actor, directory, cases)
    return evidence


async def download_evidence(
    id: UUID, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, cases: Cases, files: Files
) -> AsyncIterator[bytes]:
    """The content, after it was asked whether the caller may have it."""
    evidence = await get_evidence(id, uow=uow, actor=actor, clock=clock, directory=directory, cases=cases)
    return files.read(evidence.sha256)


async def list_evidence(
    cmd: ListEvidence, *, uow: Work, actor: Actor, clock: Clock, directory: Directory, cases: Cases
) -> Page[Evidence]:
    """Raises NotFound, also where the caller may not see the activity."""
    await must_see(cmd.activity, f"activities/{cmd.activity}", uow, actor, directory, cases)
    async with uow:
        return await uow.evidence.page(cmd.activity, cmd.kind, cmd.page)


async def must_see(
    number: str, name: str, uow: Work, actor: Actor, directory: Directory, cases: Cases
) -> None:
    """Who sees an activity, and whoever takes part in its case: they decide on what it is proved by. Raises NotFound(name)."""
    sight = await sight_of(actor, directory)
    async with uow:
        with suppress(NotFound):
            await uow.activities.get(number, sight)
            return
    if not await cases.may_see(f"activities/{number}"):
        raise NotFound(name=name)


async def _locked(id: UUID, number: str, uow: Work, sight: Sight) -> Activity:
    """Raises NotFound, about the evidence: whose activity it is is nobody else's business."""
    try:
        return await uow.activities.get_for_update(number, sight)
    except NotFound as error:
        raise NotFound(name=f"evidence/{id}") from error


def _must_take(activity: Activity, actor: Actor, responsible_for: frozenset[str]) -> None:
    """Raises NotYours, IllegalTransition."""
    require_own(actor, "KeepEvidence", activity, responsible_for)
    activity.must_take("keep_evidence")


def _checked(cmd: UploadEvidence) -> str:
    """The content's hash."""
    intake = INTAKES[cmd.kind]
    intake.check(cmd.file_name, intake.type_of(cmd.file_name, cmd.content_type), cmd.content)
    digest = sha256(cmd.content).hexdigest()
    if cmd.sha256 and cmd.sha256 != digest:
        raise HashMismatch(field="header.sha256")
    return digest
