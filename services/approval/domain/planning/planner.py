"""The planner: who has to decide, in which order and why. Pure: preview, running case and simulator call the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from graphlib import TopologicalSorter
from types import MappingProxyType
from typing import Final

from kernel.errors import FailedPrecondition, InvalidArgument
from kernel.text import Text
from services.approval.domain.people.directory import AsOf, Directory, OrganisationId, PersonId
from services.approval.domain.planning.candidates import Found, Request
from services.approval.domain.planning.choosing import NobodyToApprove, who_decides
from services.approval.domain.planning.repeats import keep_first
from services.approval.domain.planning.route import Approver, Route, RouteStep, Skipped, Why
from services.approval.domain.policies.ballot import MAJORITY, Mode, needed_to_pass
from services.approval.domain.policies.conditions import conditions_over
from services.approval.domain.policies.facts import Fact
from services.approval.domain.policies.given import declared_facts
from services.approval.domain.policies.policy import Choose, OnRepeat, Per, Policy, PolicyStep, Stage
from services.approval.domain.policies.sentences import condition_sentence
from services.approval.domain.policies.sources import ManagerChain

NO_LOAD: Final[Mapping[PersonId, int]] = MappingProxyType({})
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


class VoteCannotPass(FailedPrecondition):
    """Too few are there to vote: `quota` is what the policy asks for, `weight` what all of them weigh."""

    zh = "步骤“{title_zh}”需要 {quota} 票通过，但现有审批人合计只有 {weight} 票"
    en = "The step {title_en!r} passes with {quota}, but all who would vote weigh {weight}"


def plan(
    policy: Policy,
    stage: str,
    *,
    facts: Mapping[str, Fact],
    directory: Directory,
    requester: PersonId,
    as_of: date,
    organisation: OrganisationId = "",
    load: Mapping[PersonId, int] = NO_LOAD,
) -> Route:
    """The route of one stage. `organisation` is the request's, empty for the requester's own; `load` counts open items.

    Raises UnknownStage, UnknownRequester, UnknownOrganisation, MissingFact, FactOfWrongType, NobodyToApprove,
    ConditionFailed.
    """
    today = directory.as_of(as_of)
    request = _request(today, requester, organisation)
    rules = policy.stage(stage)
    planner = _Planner(policy, rules, request, declared_facts(policy, facts, today), load)
    steps = tuple(planner.steps())
    if rules.repeated_approver is OnRepeat.KEEP_FIRST:
        steps = keep_first(steps)
    if not rules.may_be_empty and all(step.skipped for step in steps):
        raise EveryStepSkipped(step="", title_zh=rules.title.zh, title_en=rules.title.en)
    return Route(rules.key, rules.title, policy.name, directory.version, steps)


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


def _request(today: AsOf, requester: PersonId, organisation: OrganisationId) -> Request:
    person = today.person(requester)
    if person is None:
        raise UnknownRequester(field="requester", requester=requester)
    place = today.organisation(organisation or person.organisation)
    if place is None:
        raise UnknownOrganisation(field="organisation", organisation=organisation or person.organisation)
    return Request(person, place, today)


@dataclass(frozen=True, slots=True)
class _Planner:
    policy: Policy
    stage: Stage
    request: Request
    facts: Mapping[str, Fact]
    load: Mapping[PersonId, int]

    def steps(self) -> Iterator[RouteStep]:
        # What stands for a step of the policy: the last of several where a chain is spread.
        ends: dict[str, str] = {}
        for step in in_order(self.stage.steps):
            after = tuple(ends[key] for key in step.after)
            for planned in self._planned(step):
                yield replace(planned, after=after)
                after = (planned.key,)
                ends[step.key] = planned.key

    def _planned(self, step: PolicyStep) -> Iterator[RouteStep]:
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
        found = who_decides(step, self.policy, self.request, path)
        if isinstance(found, Skipped):
            yield replace(planned, skipped=found, why=SKIPPED[found])
        elif (
            step.mode is Mode.SINGLE
            and isinstance(step.approvers[0], ManagerChain)
            and found[0].rule == f"{path}.approvers[0]"  # and nobody in the place of a missing chain
        ):
            for n, manager in enumerate(found, 1):
                approvers = self._approvers(step, (manager,), needed)
                yield replace(planned, key=f"{step.key}.{n}", approvers=approvers)
        else:
            yield replace(planned, approvers=self._approvers(step, found, needed))

    def _needed(self, step: PolicyStep) -> Text | None:
        """The condition of the step in words."""
        declarations = {fact.key: fact for fact in self.policy.facts}
        return condition_sentence(step.when, declarations) if step.when else None

    def _holds(self, condition: str) -> bool:
        types = {fact.key: fact.type for fact in self.policy.facts}
        return conditions_over(types).holds(condition, self.facts)

    def _approvers(
        self, step: PolicyStep, found: tuple[Found, ...], needed: Text | None
    ) -> tuple[Approver, ...]:
        if step.mode is not Mode.SINGLE:
            return self._everyone(step, found, needed)
        each = [(person, self._why(one, needed)) for one in found for person in one.people]
        if step.choose is Choose.LEAST_LOADED:
            person, why = min(each, key=lambda one: self.load.get(one[0], 0))
            text = Text(f"{why.text.zh}，其中待办最少", f"{why.text.en}; the one with the least to do")
            return (Approver((person,), replace(why, text=text)),)
        people = tuple(person for person, _ in each)
        posts = {one.post for one in found}
        post = posts.pop() if len(people) > 1 and len(posts) == 1 else ""
        return (Approver(people, self._why(_together(found), needed), post),)

    def _everyone(
        self, step: PolicyStep, found: tuple[Found, ...], needed: Text | None
    ) -> tuple[Approver, ...]:
        """All who have a say, each with a work item. Raises VoteCannotPass."""
        approvers = tuple(
            Approver(people, self._why(one, needed), one.post if len(people) > 1 else "", one.weight)
            for one in found
            for people in ([one.people] if step.per is Per.SOURCE else [(person,) for person in one.people])
        )
        weight = sum(approver.weight for approver in approvers)
        if needed_to_pass(step.mode, step.terms, weight) > weight:
            asked = step.terms.passes or MAJORITY
            raise VoteCannotPass(
                step=step.key, title_zh=step.title.zh, title_en=step.title.en, quota=asked, weight=weight
            )
        return approvers

    def _why(self, found: Found, needed: Text | None) -> Why:
        text = found.text
        if needed:
            text = Text(f"因{needed.zh}，{text.zh}", f"because {needed.en}: {text.en}")
        return Why(self.policy.name, found.rule, self.request.directory.directory.version, text)


def because(needed: Text | None) -> Text:
    return Text(f"因{needed.zh}", f"Because {needed.en}") if needed else ALWAYS


def _together(found: tuple[Found, ...]) -> Found:
    """Several rules that named the people of one pool, as one."""
    if len(found) == 1:
        return found[0]
    text = Text("；".join(one.text.zh for one in found), "; ".join(one.text.en for one in found))
    people = tuple(person for one in found for person in one.people)
    return Found(people, text, found[0].rule.rpartition("[")[0])
