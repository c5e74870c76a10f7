"""Whom the approver of one step names for later ones, with the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kernel.errors import FailedPrecondition, InvalidArgument
from services.approval.domain.people.directory import PersonId
from services.approval.domain.planning.candidates import offered
from services.approval.domain.planning.chosen import PersonNotOffered, must_be_offered
from services.approval.domain.planning.request import Request
from services.approval.domain.planning.route import Route, RouteStep, Until
from services.approval.domain.policies.references import whole
from services.approval.domain.policies.sources import ChosenSource


class ChoiceNeeded(FailedPrecondition):
    """`step` is the key of a later step of the route, whose approvers are named with this decision."""

    zh = "请为后续步骤“{title_zh}”选择审批人"
    en = "Say who decides the later step {title_en!r}"


class ChoiceNotAsked(InvalidArgument):
    zh = "步骤 {step} 的审批人不由此步骤选择"
    en = "Who decides {step} is not chosen by this step"


class RequesterChosen(InvalidArgument):
    zh = "{person} 是申请人，不能选为审批人"
    en = "{person} is the requester and may not decide"


def awaited(route: Route, place: str) -> tuple[RouteStep, ...]:
    """The steps whose approvers are named by who decides the step `place`, `stage/key`."""
    return tuple(
        step
        for step in route.deciding
        if any(one.until is Until.CHOICE and one.by == place for one in step.deferred)
    )


def must_be_asked(choices: Mapping[str, tuple[PersonId, ...]], steps: tuple[RouteStep, ...]) -> None:
    """Raises ChoiceNotAsked."""
    keys = {step.key for step in steps}
    for key in choices:
        if key not in keys:
            raise ChoiceNotAsked(field=f"choices[{key}]", step=key)


def must_be_made(chosen: Mapping[str, tuple[PersonId, ...]], steps: tuple[RouteStep, ...]) -> None:
    """Raises ChoiceNeeded for the first step for which nobody is chosen."""
    for step in steps:
        if not chosen.get(step.key):
            raise ChoiceNeeded(field="choices", step=step.key, title_zh=step.title.zh, title_en=step.title.en)


def must_be_possible(key: str, people: tuple[PersonId, ...], by: str, request: Request) -> None:
    """For the step `key`, chosen by who decides `by`. Raises TooManyChosen, PersonNotOffered, RequesterChosen."""
    field = f"choices[{key}]"
    for among, most in _limits(key, by, request):
        must_be_offered(people, among, most, field)
    for person in people:
        if request.directory.person(person) is None:
            raise PersonNotOffered(field=field, person=person)
        if person == request.requester.id:
            raise RequesterChosen(field=field, person=person)


def among_whom(key: str, by: str, request: Request) -> tuple[tuple[PersonId, ...] | None, int]:
    """Who may be chosen for the step `key` by who decides `by`, None for anybody; and how many at most, 0 for any number."""
    limits = tuple(_limits(key, by, request))
    most = min((most for _, most in limits), default=0)
    named = [among for among, _ in limits if among is not None]
    if not named:
        return None, most
    return tuple(
        one for one in sorted(frozenset.intersection(*named)) if _is_possible(key, one, by, request)
    ), most


def _is_possible(key: str, person: PersonId, by: str, request: Request) -> bool:
    try:
        must_be_possible(key, (person,), by, request)
    except InvalidArgument:
        return False
    return True


def _limits(key: str, by: str, request: Request) -> Iterator[tuple[frozenset[PersonId] | None, int]]:
    """Among whom each source of the step lets the approver of `by` choose, and how many."""
    stage = request.policy.stage(request.stage)
    step = stage.step(key)
    path = f"stages.{stage.key}.steps[{stage.steps.index(step)}].approvers"
    for number, source in enumerate(step.approvers):
        if isinstance(source, ChosenSource) and whole(source.step, stage.key) == by:
            yield offered(source.among, request, f"{path}[{number}].among"), source.most
