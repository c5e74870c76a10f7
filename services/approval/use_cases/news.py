"""News: what another service wants people to know of its documents, with a case or without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.text import Text
from services.approval.domain.cases.notices import Notice, NoticeKind
from services.approval.domain.people.directory import AsOf, OrganisationId, PersonId, PostKey
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class TellNews:
    """To people, and to whoever holds one of these posts or a post with one of these roles. `document` is a resource's name.

    `escalated_to`: an organisation; whoever is responsible for it is told as of something left undone.
    """

    document: str
    id: str
    text: Text
    title: Text | None = None
    people: tuple[PersonId, ...] = ()
    roles: frozenset[str] = frozenset()
    posts: frozenset[PostKey] = frozenset()
    escalated_to: OrganisationId = ""


async def tell_news(
    cmd: TellNews, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> frozenset[PersonId]:
    """Who reads it among their news from now on; nobody where it was told under this id before."""
    now = clock.now()
    told: set[PersonId] = set()
    async with uow:
        today = (await uow.directories.current()).as_of(local_date(now))
        cases = await uow.cases.of_document(cmd.document)
        case = cases[-1].name if cases else None
        for kind, people in _readers(cmd, today).items():
            about, title = ("", None) if case else (cmd.document, cmd.title or cmd.text)
            notice = Notice.new(case, kind, cmd.text, now, about=about, title=title)
            if await uow.notices.tell_once(f"{cmd.document}/{cmd.id}/{kind}", people, notice):
                told |= people
        return await uow.commit(frozenset(told))


def _readers(cmd: TellNews, today: AsOf) -> Mapping[NoticeKind, frozenset[PersonId]]:
    """Who is told it as what. Whoever has left is passed over."""
    posts = [
        post.key for post in today.directory.posts if post.key in cmd.posts or cmd.roles & set(post.roles)
    ]
    holders = (person for post in posts for person in today.holders(post))
    named = (person for person in cmd.people if today.person(person))
    readers = {NoticeKind.NEWS: frozenset({*named, *holders})}
    if cmd.escalated_to:
        readers[NoticeKind.ESCALATED] = _in_charge(cmd.escalated_to, today)
    return readers


def _in_charge(organisation: OrganisationId, today: AsOf) -> frozenset[PersonId]:
    """Whoever is responsible for the organisation, or for the nearest above it of which anybody is."""
    heads = [post.key for post in today.directory.posts if post.head]
    for here in today.upwards(organisation):
        if found := frozenset(person for post in heads for person in today.holders(post, here.id)):
            return found
    return frozenset()
