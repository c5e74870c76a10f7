"""What must hold of a policy before it is published: every name known, every condition typed, every step reachable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

from kernel.errors import InvalidArgument, Violation
from kernel.text import Text
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.conditions import Conditions, can_be_named, conditions_over
from services.approval.domain.policies.policy import (
    Choose,
    Empty,
    ManagerChain,
    OnEmpty,
    Per,
    PersonSource,
    Policy,
    PolicyStep,
    PostSource,
    Source,
    Stage,
)

SENTENCES: Final = {
    "UNKNOWN_PERSON": Text("人员 {name} 不存在或不在职", "{name} is not an active person"),
    "UNKNOWN_POST": Text("岗位 {name} 不存在", "There is no post {name}"),
    "UNKNOWN_ORGANISATION": Text("组织 {name} 不存在或未生效", "{name} is not an organisation in force"),
    "UNKNOWN_STEP": Text("此阶段没有步骤 {name}", "This stage has no step {name}"),
    "UNKNOWN_FALLBACK": Text("没有名为 {name} 的备用审批人", "There is no fallback {name}"),
    "NAME_NOT_POSSIBLE": Text(
        "事实名 {name} 是条件语言的保留字", "{name} means something else in conditions already"
    ),
    "DUPLICATE_KEY": Text("{name} 重复", "{name} is there already"),
    "NO_STAGES": Text("策略没有任何阶段", "The policy has no stage"),
    "EMPTY_STAGE": Text("阶段没有任何步骤", "The stage has no step"),
    "NO_APPROVERS": Text("没有指定审批人", "Nobody is named as approver"),
    "NO_ADMINISTRATORS": Text(
        "策略没有指定管理员（administrators）", "The policy names no administrators to turn to"
    ),
    "NEVER_ENDS": Text(
        "步骤互相等待，案例永远无法结束：{name}",
        "The steps wait for each other, so no case could ever end: {name}",
    ),
    "FALLBACK_LOOP": Text("备用审批人互相指向：{name}", "The fallbacks lead back to each other: {name}"),
    "CHAIN_STANDS_ALONE": Text(
        "mode 为 single 时，managers_up_to 必须是唯一的审批人来源",
        "In mode single, managers_up_to must be the only source of approvers",
    ),
    "QUOTA_NEEDS_VOTE": Text(
        "pass 和 reject 只能用于 mode 为 vote 的步骤", "pass and reject are for steps in mode vote"
    ),
    "WEIGHT_NEEDS_VOTE": Text("weight 只能用于 mode 为 vote 的步骤", "weight is for steps in mode vote"),
    "WAIT_NEEDS_SEVERAL": Text(
        "wait 只能用于 mode 为 all 或 vote 的步骤", "wait is for steps in mode all or vote"
    ),
    "WAIT_HEARS_EVERYONE": Text(
        "wait 会等所有人表态，不能同时设置 reject", "With wait everyone is heard, so there is no reject"
    ),
    "PER_NEEDS_SEVERAL": Text(
        "per: source 不能用于 mode 为 single 的步骤", "per: source is not for steps in mode single"
    ),
    "NEVER_PASSES": Text(
        "{name} 票永远达不到：全部审批人合计只有更少的票",
        "{name} can never be reached: all together weigh less",
    ),
    "CHOOSE_NEEDS_SINGLE": Text(
        "least_loaded 只能用于 mode 为 single 的步骤", "least_loaded is for steps in mode single"
    ),
}


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """One thing that is wrong with a policy. `path` says where: `stages.claim.steps[1].when`, empty for the whole."""

    path: str
    rule: str
    text: Text


class PolicyNotValid(InvalidArgument):
    """The policy as written cannot be published; its violations are the problems, below `yaml`."""

    zh = "策略有 {count} 处问题"
    en = "The policy has {count} problems"

    def __init__(self, problems: tuple[PolicyProblem, ...]) -> None:
        at = (Violation(".".join(filter(None, ("yaml", p.path))), p.rule, p.text) for p in problems)
        super().__init__(violations=tuple(at), count=len(problems))
        self.problems = problems


def problem(path: str, rule: str, name: object = "") -> PolicyProblem:
    return PolicyProblem(path, rule, SENTENCES[rule].format(name=name))


def find_problems(policy: Policy, directory: AsOf) -> tuple[PolicyProblem, ...]:
    """Everything that is wrong with the policy, in the order in which it is written."""
    return tuple(_problems(policy, directory))


def _problems(policy: Policy, directory: AsOf) -> Iterator[PolicyProblem]:
    nameable = {fact.key: fact.type for fact in policy.facts if can_be_named(fact.key)}
    for fact in policy.facts:
        if fact.key not in nameable:
            yield problem(f"facts.{fact.key}", "NAME_NOT_POSSIBLE", fact.key)
    conditions = conditions_over(nameable)
    if not policy.stages:
        yield problem("stages", "NO_STAGES")
    for stage in policy.stages:
        yield from _stage_problems(stage, policy, directory, conditions)
    for fallback in policy.fallbacks:
        path = f"fallbacks.{fallback.name}"
        yield from _sources(fallback.approvers, f"{path}.approvers", directory)
        yield from _empty(fallback.on_empty, f"{path}.on_empty", policy)
    yield from _fallback_loops(policy)
    if policy.administrators:
        yield from _sources(policy.administrators, "administrators", directory)


def _stage_problems(
    stage: Stage, policy: Policy, directory: AsOf, conditions: Conditions
) -> Iterator[PolicyProblem]:
    path = f"stages.{stage.key}.steps"
    if not stage.steps:
        yield problem(path, "EMPTY_STAGE")
    seen: set[str] = set()
    for place, step in enumerate(stage.steps):
        if step.key in seen:
            yield problem(f"{path}[{place}].key", "DUPLICATE_KEY", step.key)
        seen.add(step.key)
        yield from _step_problems(step, f"{path}[{place}]", stage, policy, directory)
        found = conditions.find_problem(step.when) if step.when else None
        if found:
            yield PolicyProblem(f"{path}[{place}].when", found.rule, found.text)
    cycle = _cycle({step.key: step.after for step in stage.steps})
    if cycle and len(seen) == len(stage.steps):
        place = next(n for n, step in enumerate(stage.steps) if step.key in cycle)
        yield problem(f"{path}[{place}].after", "NEVER_ENDS", " → ".join(cycle))


def _step_problems(
    step: PolicyStep, path: str, stage: Stage, policy: Policy, directory: AsOf
) -> Iterator[PolicyProblem]:
    known = {other.key for other in stage.steps}
    for place, key in enumerate(step.after):
        if key not in known:
            yield problem(f"{path}.after[{place}]", "UNKNOWN_STEP", key)
    yield from _sources(step.approvers, f"{path}.approvers", directory)
    chained = any(isinstance(source, ManagerChain) for source in step.approvers)
    if chained and step.mode is Mode.SINGLE and len(step.approvers) > 1:
        yield problem(f"{path}.approvers", "CHAIN_STANDS_ALONE")
    if step.choose is Choose.LEAST_LOADED and step.mode is not Mode.SINGLE:
        yield problem(f"{path}.choose", "CHOOSE_NEEDS_SINGLE")
    yield from _terms(step, path)
    yield from _empty(step.on_empty, f"{path}.on_empty", policy)


def _terms(step: PolicyStep, path: str) -> Iterator[PolicyProblem]:
    """What can be said of a ballot before it is known who votes; the planner refuses the rest."""
    terms = step.terms
    for key, quota in (("pass", terms.passes), ("reject", terms.rejects)):
        if quota and step.mode is not Mode.VOTE:
            yield problem(f"{path}.{key}", "QUOTA_NEEDS_VOTE")
    for place, source in enumerate(step.approvers):
        if source.weight != 1 and step.mode is not Mode.VOTE:
            yield problem(f"{path}.approvers[{place}].weight", "WEIGHT_NEEDS_VOTE")
    if terms.waits and step.mode not in (Mode.ALL, Mode.VOTE):
        yield problem(f"{path}.wait", "WAIT_NEEDS_SEVERAL")
    if terms.waits and terms.rejects:
        yield problem(f"{path}.reject", "WAIT_HEARS_EVERYONE")
    if step.per is Per.SOURCE and step.mode is Mode.SINGLE:
        yield problem(f"{path}.per", "PER_NEEDS_SEVERAL")
    if terms.passes and step.mode is Mode.VOTE and _most(step) < terms.passes.of(_most(step)):
        yield problem(f"{path}.pass", "NEVER_PASSES", terms.passes)


def _most(step: PolicyStep) -> int:
    """The most that all who are asked could weigh together, whoever holds which post."""
    if step.per is Per.PERSON and any(isinstance(source, PostSource) for source in step.approvers):
        return 10**9
    many = step.per is Per.PERSON
    return sum(
        source.weight * (source.levels if many and isinstance(source, ManagerChain) else 1)
        for source in step.approvers
    )


def _sources(sources: Iterable[Source], path: str, directory: AsOf) -> Iterator[PolicyProblem]:
    sources = tuple(sources)
    if not sources:
        yield problem(path, "NO_APPROVERS")
    for place, source in enumerate(sources):
        match source:
            case PersonSource(person) if directory.person(person) is None:
                yield problem(f"{path}[{place}].person", "UNKNOWN_PERSON", person)
            case PostSource(post, _, organisation):
                if directory.post(post) is None:
                    yield problem(f"{path}[{place}].post", "UNKNOWN_POST", post)
                if organisation and directory.organisation(organisation) is None:
                    yield problem(f"{path}[{place}].in.organisation", "UNKNOWN_ORGANISATION", organisation)


def _empty(empty: Empty, path: str, policy: Policy) -> Iterator[PolicyProblem]:
    if empty.action is OnEmpty.ADMINISTRATOR and not policy.administrators:
        yield problem(path, "NO_ADMINISTRATORS")
    if empty.fallback and empty.fallback not in {fallback.name for fallback in policy.fallbacks}:
        yield problem(f"{path}.fallback", "UNKNOWN_FALLBACK", empty.fallback)


def _fallback_loops(policy: Policy) -> Iterator[PolicyProblem]:
    cycle = _cycle({one.name: tuple(filter(None, (one.on_empty.fallback,))) for one in policy.fallbacks})
    if cycle:
        yield problem(f"fallbacks.{cycle[0]}.on_empty.fallback", "FALLBACK_LOOP", " → ".join(cycle))


def _cycle(graph: dict[str, tuple[str, ...]]) -> list[str]:
    """The nodes of one cycle, the first written first and again at the end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # Found against the arrows, told along them.
        nodes = list(reversed(error.args[1][1:]))
        first = nodes.index(min(nodes, key=list(graph).index))
        return [*nodes[first:], *nodes[: first + 1]]
    return []
