"""What a route leaves open is settled when the step opens: who was chosen, who decided before, whose turn it is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from kernel.text import Text
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.approvers import Asking
from services.approval.domain.planning.candidates import find, without
from services.approval.domain.planning.choosing import NobodyToApprove, instead
from services.approval.domain.planning.deferring import picked
from services.approval.domain.planning.exclusions import excluded
from services.approval.domain.planning.picking import ONE_HAND, SENTENCES
from services.approval.domain.planning.request import Found, Request
from services.approval.domain.planning.route import Approver, RouteStep, Skipped
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.policy import Choose, Empty, OnEmpty, PolicyStep
from services.approval.domain.policies.references import place
from services.approval.domain.policies.sources import is_late


def settle(planned: RouteStep, request: Request) -> RouteStep:
    """The step with the people who are asked now. `request` has all that is known at this moment.

    Whoever was planned stays, unless something that was decided meanwhile keeps them from deciding.
    Raises NobodyToApprove, VoteCannotPass.
    """
    if not planned.deferred:
        return planned
    request = replace(request, opens=True)
    stage = request.policy.stage(request.stage)
    step = stage.step(place(stage.key, planned.key).partition("/")[2])
    path = f"stages.{stage.key}.steps[{stage.steps.index(step)}]"
    barred = excluded(step, request, path) | {request.requester.id}
    if not planned.has_people:
        return _told(step, planned, request, path, barred)
    asking = Asking(step, request, None)
    approvers = _merged(
        planned.mode,
        _left(planned.approvers, barred),
        asking.approvers(_late(step, planned, request, path, barred)),
    )
    if not approvers:
        approvers = asking.approvers(_in_place(step, request, path, barred))
    asking.must_pass(approvers)
    return replace(planned, approvers=_picked(step, approvers, request), deferred=())


def _told(
    step: PolicyStep, planned: RouteStep, request: Request, path: str, barred: frozenset[PersonId]
) -> RouteStep:
    """Who hears of a step that asks nobody."""
    left = tuple(person for person in planned.told if person not in barred)
    late = _late(step, planned, request, path, barred)
    told = tuple(dict.fromkeys((*left, *(person for one in late for person in one.people))))
    if not told:
        told = tuple(person for one in _in_place(step, request, path, barred) for person in one.people)
    return replace(planned, told=told, deferred=())


def _in_place(
    step: PolicyStep, request: Request, path: str, barred: frozenset[PersonId]
) -> tuple[Found, ...]:
    """Who decides in place of those who are missing. What opens asks somebody: the administrators, if nobody else is named."""
    with suppress(NobodyToApprove):
        found = instead(step, request, path, barred)
        if not isinstance(found, Skipped):
            return found
    administrators = replace(step, on_empty=Empty(OnEmpty.ADMINISTRATOR))
    found = instead(administrators, request, path, barred)
    assert not isinstance(found, Skipped)
    return found


def _late(
    step: PolicyStep, planned: RouteStep, request: Request, path: str, barred: frozenset[PersonId]
) -> tuple[Found, ...]:
    """Whom late sources name, beside those who are asked anyway."""
    found = find(step.approvers, request, f"{path}.approvers", step.key)
    late = tuple(
        one for one in found if is_late(step.approvers[int(one.rule.rpartition("[")[2].rstrip("]"))])
    )
    return without(late, barred.union(planned.people))


def _left(approvers: tuple[Approver, ...], barred: frozenset[PersonId]) -> tuple[Approver, ...]:
    left = (
        replace(one, candidates=tuple(person for person in one.candidates if person not in barred))
        for one in approvers
    )
    return tuple(one for one in left if one.candidates)


def _merged(mode: Mode, planned: tuple[Approver, ...], late: tuple[Approver, ...]) -> tuple[Approver, ...]:
    """Together; in mode `single` as one pool."""
    if mode is not Mode.SINGLE or not planned or not late:
        return (*planned, *late)
    [first], [second] = planned, late
    said = first.why.text, second.why.text
    text = Text("；".join(one.zh for one in said), "; ".join(one.en for one in said))
    why = replace(first.why, text=text)
    return (replace(first, candidates=(*first.candidates, *second.candidates), why=why, post=""),)


def _picked(step: PolicyStep, approvers: tuple[Approver, ...], request: Request) -> tuple[Approver, ...]:
    people = [person for approver in approvers for person in approver.candidates]
    person = picked(step, people, request) if step.mode is Mode.SINGLE and len(people) > 1 else ""
    if not person:
        return approvers
    [pool] = approvers
    reason = ONE_HAND if step.choose is Choose.POOL else SENTENCES[step.choose]
    text = Text(f"{pool.why.text.zh}，{reason.zh}", f"{pool.why.text.en}; {reason.en}")
    return (replace(pool, candidates=(person,), post="", why=replace(pool.why, text=text)),)
