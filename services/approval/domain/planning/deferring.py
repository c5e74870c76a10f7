"""What a planned step leaves open until it opens, in words, and whom it would be as things stand."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.text import Text
from services.approval.domain.planning.exclusions import rules_about, separation_sentence
from services.approval.domain.planning.picking import ONE_HAND, SENTENCES, pick
from services.approval.domain.planning.request import Request
from services.approval.domain.planning.route import Approver, Deferred, Until
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.policy import Choose, PolicyStep
from services.approval.domain.policies.references import whole
from services.approval.domain.policies.sources import ChosenSource, DecidersSource, is_late


def deferred(step: PolicyStep, approvers: tuple[Approver, ...], request: Request) -> tuple[Deferred, ...]:
    return (*_sources(step, request), *_exceptions(step, request), *_picks(step, approvers, request))


def told_later(step: PolicyStep, request: Request) -> tuple[Deferred, ...]:
    """Of a step that tells people and asks nobody: whom it tells is awaited only where others are yet to say."""
    late = tuple(_sources(step, request))
    return (*late, *_exceptions(step, request)) if late else ()


def _sources(step: PolicyStep, request: Request) -> Iterator[Deferred]:
    for source in step.approvers:
        match source:
            case ChosenSource(reference):
                place = whole(reference, request.stage)
                title = request.policy.step_title(place)
                text = Text(f"由“{title.zh}”的审批人选择", f"chosen by who decides “{title.en}”")
                yield Deferred(Until.CHOICE, text, place)
            case DecidersSource(reference):
                place = whole(reference, request.stage)
                title = request.policy.step_title(place)
                text = Text(f"审批“{title.zh}”的人", f"whoever decides “{title.en}”")
                yield Deferred(Until.DECIDERS, text, place)


def _exceptions(step: PolicyStep, request: Request) -> Iterator[Deferred]:
    for source in step.excepted:
        if isinstance(source, DecidersSource):
            place = whole(source.step, request.stage)
            title = request.policy.step_title(place)
            text = Text(f"审批过“{title.zh}”的人除外", f"except whoever decides “{title.en}”")
            yield Deferred(Until.EXCEPT, text, place)
    for rule in rules_about(request.policy.separation, f"{request.stage}/{step.key}"):
        yield Deferred(Until.EXCEPT, separation_sentence(rule))


def _picks(step: PolicyStep, approvers: tuple[Approver, ...], request: Request) -> Iterator[Deferred]:
    people = [person for approver in approvers for person in approver.candidates]
    late = any(map(is_late, step.approvers))
    if step.mode is not Mode.SINGLE or (len(people) < 2 and not late):
        return
    if step.choose is Choose.POOL:
        if request.policy.stage(request.stage).one_hand:
            expected = request.known.hand
            yield Deferred(Until.PICK, ONE_HAND, expected=(expected,) if expected in people else ())
        return
    person = picked(step, people, request) if people else ""
    yield Deferred(Until.PICK, SENTENCES[step.choose], expected=(person,) if person else ())


def picked(step: PolicyStep, people: list[str], request: Request) -> str:
    """Who of them gets it, as far as it is known; empty where all stay asked."""
    place = f"{request.stage}/{step.key}"
    familiar = whole(step.familiar, request.stage) if step.familiar else place
    if step.choose is Choose.POOL:
        hand = request.known.hand if request.policy.stage(request.stage).one_hand else ""
        return hand if hand in people else ""
    return pick(step.choose, people, request.known, place, familiar)
