"""Seats: one for each approver of a step, with whom they have added. A seat is an AND over its signers, a step a ballot over its seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from services.approval.domain.policies.ballot import Mode, Outcome, Vote
from services.approval.domain.steps.work_items import WorkItem

# What leaves the way to others free.
PASSING: Final = (Outcome.APPROVED, Outcome.SKIPPED)


def signers(items: Iterable[WorkItem]) -> dict[UUID, list[WorkItem]]:
    """The signers of each seat, in the order of the seats. A seat whose signers were all removed is not there."""
    seats: dict[UUID, list[WorkItem]] = {}
    for item in items:
        if item.answers is None:
            seats.setdefault(item.seat_id, []).append(item)
    counted = {seat: [item for item in those if item.is_vote] for seat, those in seats.items()}
    return {seat: those for seat, those in counted.items() if those}


def verdict(signed: Iterable[WorkItem]) -> Outcome | None:
    """What the signers of a seat come to, None while that is open. Who abstains stands in nobody's way."""
    said = [item.decision.outcome if item.decision else None for item in signed]
    for ending in (Outcome.RETURNED, Outcome.REJECTED):
        if ending in said:
            return ending
    if None in said:
        return None
    return Outcome.APPROVED if Outcome.APPROVED in said else Outcome.SKIPPED


def votes(items: tuple[WorkItem, ...]) -> list[Vote]:
    """A vote for each seat, with the weight of its approver."""
    weights = {item.id: item.weight for item in items}
    return [(weights[seat], verdict(signed)) for seat, signed in signers(items).items()]


def rejected_seats(items: Iterable[WorkItem]) -> frozenset[UUID]:
    """Seats that nobody needs to hear any more, though the step may still wait for others."""
    return frozenset(seat for seat, signed in signers(items).items() if verdict(signed) is Outcome.REJECTED)


def has_passed(item: WorkItem) -> bool:
    return item.decision is not None and item.decision.outcome in PASSING


def in_turn(mode: Mode, items: tuple[WorkItem, ...]) -> frozenset[UUID]:
    """The items that nobody has to decide before: what they wait for has passed and, one after another, every earlier seat."""
    by_id = {item.id: item for item in items}
    blocked: set[UUID] = set()
    is_blocked = False
    for signed in signers(items).values():
        if is_blocked:
            blocked.update(item.id for item in signed)
        is_blocked = is_blocked or (mode is Mode.SEQUENTIAL and verdict(signed) not in PASSING)
    return frozenset(item.id for item in items if item.id not in blocked and _is_free(item, by_id))


def dependents(item: WorkItem, mode: Mode, items: tuple[WorkItem, ...]) -> frozenset[UUID]:
    """The items whose turn comes only because this one has passed."""
    found: set[UUID] = set()
    frontier = {item.id}
    while frontier:
        frontier = {one.id for one in items if frontier & set(one.after)} - found
        found |= frontier
    if mode is Mode.SEQUENTIAL:
        order = list(signers(items))
        later = order[order.index(item.seat_id) + 1 :] if item.seat_id in order else []
        found.update(one.id for one in items if one.answers is None and one.seat_id in later)
    return frozenset(found)


def descendants(item: WorkItem, items: Iterable[WorkItem]) -> frozenset[UUID]:
    """Whom this signer has added, and whom they have added."""
    children: dict[UUID, set[UUID]] = {}
    for one in items:
        if one.parent is not None and one.is_vote:
            children.setdefault(one.parent, set()).add(one.id)
    found: set[UUID] = set()
    frontier = children.get(item.id, set())
    while frontier:
        found |= frontier
        frontier = set().union(*(children.get(one, set()) for one in frontier)) - found
    return frozenset(found)


def ancestors(item: WorkItem, by_id: Mapping[UUID, WorkItem]) -> list[WorkItem]:
    """From whose item this one was added, and theirs, up to the approver's."""
    found: list[WorkItem] = []
    parent = item.parent
    while parent is not None:
        found.append(by_id[parent])
        parent = by_id[parent].parent
    return found


def _is_free(item: WorkItem, by_id: Mapping[UUID, WorkItem]) -> bool:
    return all(has_passed(by_id[one]) for one in item.after if by_id[one].is_vote)
