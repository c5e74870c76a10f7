"""The planner: who has to decide, in which order and why. Pure: preview, running case and simulator call the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from graphlib import TopologicalSorter
from typing import Final

from kernel.errors import InvalidArgument
from kernel.text import Text
from services.approval.domain.people.directory import Directory, OrganisationId, PersonId
from services.approval.domain.planning.approvers import Asking
from services.approval.domain.planning.choosing import OVERRIDE, NobodyToApprove, who_decides
from services.approval.domain.planning.copying import is_copied, without_copies
from services.approval.domain.planning.deferring import deferred
from services.approval.domain.planning.exclusions import requester_must_be_apart
from services.approval.domain.planning.known import NOTHING_KNOWN, Decided, Known
from services.approval.domain.planning.repeats import certain, without_repeats
from services.approval.domain.planning.request import Request
from services.approval.domain.planning.route import Route, RouteStep, Skipped
from services.approval.domain.planning.unattended import unattended
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.conditions import conditions_over
from services.approval.domain.policies.facts import Fact
from services.approval.domain.policies.given import declared_facts
from services.approval.domain.policies.policy import Policy, PolicyStep, Stage
from services.approval.domain.policies.references import place
from services.approval.domain.policies.sentences import condition_sentence
from services.approval.domain.policies.sources import is_chain, is_late

ALWAYS: Final = Text("每次都需要", "Always needed")
SKIPPED: Final[Mapping[Skipped, Text]] = {
    Skipped.NOBODY: Text("没有可以审批的人，按策略跳过", "Skipped, as the policy says: nobody could decide"),
    Skipped.REQUESTER: Text(
        "只有申请人本人可以审批，按策略跳过", "Skipped, as the policy says: only the requester could decide"
    ),
}


class UnknownRequester(InvalidArgument):
    zh = "{requester} 不是在职人员"
    en = "{requester} is not an active person of the directory"


class UnknownOrganisation(InvalidArgument):
    zh = "组织 {organisation} 不存在或未生效"
    en = "{organisation} is not an organisation in force"


class EveryStepSkipped(NobodyToApprove):
    reason = NobodyToApprove.reason
    zh = "阶段“{title_zh}”的步骤全部被跳过，没有人审批"
    en = "Every step of {title_en!r} would be skipped, so that nobody decides"


def plan(
    policy: Policy,
    stage: str,
    *,
    facts: Mapping[str, Fact],
    directory: Directory,
    requester: PersonId,
    as_of: date,
    organisation: OrganisationId = "",
    known: Known = NOTHING_KNOWN,
) -> Route:
    """The route of one stage. `organisation` is the request's, empty for the requester's own.

    Raises UnknownStage, UnknownRequester, UnknownOrganisation, MissingFact, FactOfWrongType, NobodyToApprove,
    ConditionFailed, VoteCannotPass, PersonNotOffered, TooManyChosen; in a preview RequesterNotApart.
    """
    rules = policy.stage(stage)
    request = request_of(
        policy,
        stage,
        facts=facts,
        directory=directory,
        requester=requester,
        as_of=as_of,
        organisation=organisation,
        known=known,
    )
    if not known.runs:
        requester_must_be_apart(policy.separation, requester, known)
    steps = without_repeats(rules.repeated_approver, _Planner(rules, request).steps())
    if not rules.may_be_empty and all(step.skipped for step in steps):
        raise EveryStepSkipped(step="", title_zh=rules.title.zh, title_en=rules.title.en)
    return Route(rules.key, rules.title, policy.name, directory.version, steps)


def request_of(
    policy: Policy,
    stage: str,
    *,
    facts: Mapping[str, Fact],
    directory: Directory,
    requester: PersonId,
    as_of: date,
    organisation: OrganisationId = "",
    known: Known = NOTHING_KNOWN,
) -> Request:
    """What is asked of `plan`, and of `settle` later. Raises UnknownRequester, UnknownOrganisation, MissingFact, FactOfWrongType."""
    today = directory.as_of(as_of)
    person = today.person(requester)
    if person is None and known.runs:
        # Whoever asked may have left since: what they asked for is decided all the same.
        person = next(reversed(directory.index.people.get(requester, ())), None)
    if person is None:
        raise UnknownRequester(field="requester", requester=requester)
    place_of_request = organisation or person.organisation
    here = today.organisation(place_of_request)
    if here is None and known.runs:
        here = next(reversed(directory.index.organisations.get(place_of_request, ())), None)
    if here is None:
        raise UnknownOrganisation(field="organisation", organisation=place_of_request)
    return Request(
        person, here, today, declared_facts(policy, facts, today, runs=known.runs), policy, stage, known
    )


def in_order(steps: Iterable[PolicyStep]) -> list[PolicyStep]:
    """Each step behind those it waits for, otherwise as written. Raises CycleError; a published policy has none."""
    by_key = {step.key: step for step in steps}
    places = {key: place for place, key in enumerate(by_key)}
    sorter = TopologicalSorter({step.key: step.after for step in by_key.values()})
    sorter.prepare()
    ready: list[str] = []
    ordered: list[PolicyStep] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=places.__getitem__)
        key = ready.pop(0)
        sorter.done(key)
        ordered.append(by_key[key])
    return ordered


@dataclass(frozen=True, slots=True)
class _Planner:
    stage: Stage
    request: Request

    def steps(self) -> Iterator[RouteStep]:
        # What stands for a step of the policy: the last of several where a chain is spread.
        ends: dict[str, str] = {}
        request = self.request
        for step in in_order(self.stage.steps):
            after = tuple(ends[key] for key in step.after)
            for planned in self._planned(step, request):
                planned = replace(planned, after=after)
                yield planned
                after = (planned.key,)
                ends[step.key] = planned.key
                request = _foreseen(request, planned)

    def _planned(self, step: PolicyStep, request: Request) -> Iterator[RouteStep]:
        """The step as one, several or a skipped one; what they wait for is not known here."""
        needed = self._needed(step)
        planned = RouteStep(
            step.key, step.title, step.mode, (), (), because(needed), terms=step.terms, rules=step.rules
        )
        if needed and not self._holds(step.when):
            why = Text(f"不适用：仅当{needed.zh}", f"Not needed: only where {needed.en}")
            yield replace(planned, skipped=Skipped.CONDITION, why=why)
            return
        path = f"stages.{self.stage.key}.steps[{self.stage.steps.index(step)}]"
        if step.rules.unattended.automatic:
            yield unattended(planned, step, request, path)
            return
        found = who_decides(step, request, path)
        asking = Asking(step, request, needed)
        if isinstance(found, Skipped):
            yield replace(planned, skipped=found, why=SKIPPED[found])
        elif (
            step.mode is Mode.SINGLE
            and is_chain(step.approvers[0])
            and found[0].rule == f"{path}.approvers[0]"  # and nobody in the place of a missing chain
        ):
            for n, manager in enumerate(found, 1):
                approvers = asking.approvers((manager,))
                later = deferred(step, approvers, request)
                rules = step.rules if is_copied(step.rules, n, len(found)) else without_copies(step.rules)
                key = f"{step.key}.{n}"
                yield replace(planned, key=key, approvers=approvers, deferred=later, rules=rules)
        else:
            approvers = asking.approvers(found)
            if not any(map(is_late, step.approvers)):
                asking.must_pass(approvers)
            later = deferred(step, approvers, request)
            override = found[0].text if found and found[0].rule == OVERRIDE else None
            yield replace(planned, approvers=approvers, deferred=later, override=override)

    def _needed(self, step: PolicyStep) -> Text | None:
        """The condition of the step in words."""
        declarations = {fact.key: fact for fact in self.request.policy.facts}
        return condition_sentence(step.when, declarations) if step.when else None

    def _holds(self, condition: str) -> bool:
        types = {fact.key: fact.type for fact in self.request.policy.facts}
        return conditions_over(types).holds(condition, self.request.facts)


def foreseeing(known: Known, before: Iterable[Route]) -> Known:
    """What is known once these routes, of earlier stages, are walked: who will have decided for sure."""
    decided = (one for route in before for step in route.steps for one in _certainly(route.stage, step))
    return _with(known, tuple(decided))


def because(needed: Text | None) -> Text:
    return Text(f"因{needed.zh}", f"Because {needed.en}") if needed else ALWAYS


def _foreseen(request: Request, planned: RouteStep) -> Request:
    """Who is certain to decide this step may be kept from deciding those behind it."""
    decided = _certainly(request.stage, planned)
    return replace(request, known=_with(request.known, decided)) if decided else request


def _certainly(stage: str, planned: RouteStep) -> tuple[Decided, ...]:
    # Before any visit: whoever has really decided it says more.
    return tuple(
        Decided(place(stage, planned.key), 0, person) for person in certain(planned, unless_excepted=True)
    )


def _with(known: Known, decided: tuple[Decided, ...]) -> Known:
    return replace(known, decided=(*known.decided, *decided))
