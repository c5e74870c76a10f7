"""Who is asked in a step: what its sources name, without the requester, and who else where that leaves nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.candidates import find, next_up, without
from services.approval.domain.planning.exclusions import excluded
from services.approval.domain.planning.nobody import NobodyToApprove as NobodyToApprove
from services.approval.domain.planning.nobody import nobody_for
from services.approval.domain.planning.request import Found, Request
from services.approval.domain.planning.route import Skipped
from services.approval.domain.policies.policy import Fallback, OnEmpty, OnRequester, PolicyStep
from services.approval.domain.policies.sources import is_late

# The rule of people whom no policy has named.
OVERRIDE: Final = "override"
IN_PLACE: Final = Text("原定审批人缺位，转由{zh}", "in place of an approver who is missing: {en}")


def who_decides(step: PolicyStep, request: Request, path: str) -> tuple[Found, ...] | Skipped:
    """Everyone whom the step asks, never the requester, or why it is skipped. Raises NobodyToApprove.

    Where late sources say who, there may be nobody yet. Whom an administrator has named is asked where nobody else would be.
    """
    barred = excluded(step, request, path)
    named = without(find(step.approvers, request, f"{path}.approvers", step.key), barred)
    others = without(named, (request.requester.id,))
    if any(map(is_late, step.approvers)):
        return others
    if named and not others:
        if step.requester_is_approver is OnRequester.SKIP:
            return _named(step, request, barred) or Skipped.REQUESTER
        if step.requester_is_approver is OnRequester.NEXT_UP:
            others = next_up(request, f"{path}.requester_is_approver", barred)
    return others or instead(step, request, path, barred)


def instead(
    step: PolicyStep, request: Request, path: str, barred: frozenset[PersonId]
) -> tuple[Found, ...] | Skipped:
    """Who takes the place of missing approvers, following fallbacks; each is tried once. Raises NobodyToApprove."""
    policy = request.policy
    untried = {fallback.name: fallback for fallback in policy.fallbacks}
    untried[""] = Fallback("administrators", policy.administrators)
    own = f"{path}.approvers"
    looked_in = {own: find(step.approvers, request, own, step.key)}
    empty = step.on_empty
    while empty.action in (OnEmpty.FALLBACK, OnEmpty.ADMINISTRATOR):
        fallback = untried.pop(empty.fallback, None)
        if fallback is None:
            break
        here = f"fallbacks.{fallback.name}.approvers" if empty.fallback else "administrators"
        looked_in[here] = find(fallback.approvers, request, here, step.key)
        found = without(looked_in[here], {request.requester.id, *barred})
        if found:
            return tuple(replace(one, text=IN_PLACE.format(zh=one.text.zh, en=one.text.en)) for one in found)
        empty = fallback.on_empty
    if by_administrator := _named(step, request, barred):
        return by_administrator
    if empty.action is OnEmpty.SKIP:
        return Skipped.NOBODY
    raise nobody_for(step, request, looked_in)


def _named(step: PolicyStep, request: Request, barred: frozenset[PersonId]) -> tuple[Found, ...]:
    """By an administrator, once it was seen that nobody else would decide."""
    named = request.known.named.get(step.key, ())
    people = tuple(person for person in named if request.directory.person(person))
    text = Text(f"管理员指定的{request.names(people)}", f"{request.names(people)}, named by an administrator")
    # One after another: how many of them decide is what the mode says.
    return without((Found(people, text, OVERRIDE),), {request.requester.id, *barred}) if people else ()
