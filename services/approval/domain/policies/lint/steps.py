"""Steps can be reached and ended, and what they say goes together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.ballot import Mode
from services.approval.domain.policies.conditions import Conditions
from services.approval.domain.policies.lint.ballots import ballot_problems
from services.approval.domain.policies.lint.copies import copy_problems, stage_copy_problems
from services.approval.domain.policies.lint.cycles import find_cycle
from services.approval.domain.policies.lint.empty import empty_problems
from services.approval.domain.policies.lint.references import reference_problems
from services.approval.domain.policies.lint.settings import setting_problems
from services.approval.domain.policies.lint.sources import Sources
from services.approval.domain.policies.policy import Choose, Policy, PolicyStep, Stage
from services.approval.domain.policies.problems import PolicyProblem, problem
from services.approval.domain.policies.settings.unattended import Automatic
from services.approval.domain.policies.sources import is_chain

SENTENCES: Final = {
    "UNKNOWN_STEP": Text("此阶段没有步骤 {name}", "This stage has no step {name}"),
    "DUPLICATE_KEY": Text("{name} 重复", "{name} is there already"),
    "EMPTY_STAGE": Text("阶段没有任何步骤", "The stage has no step"),
    "NEVER_ENDS": Text(
        "步骤互相等待，审批永远无法结束：{name}",
        "The steps wait for each other, so no case could ever end: {name}",
    ),
    "AUTOMATIC_ASKS_NOBODY": Text(
        "automatic: approve 或 reject 的步骤由系统决定，不能指定审批人",
        "With automatic: approve or reject the system decides, so nobody is named",
    ),
    "CHAIN_STANDS_ALONE": Text(
        "mode 为 single 时，managers_up_to 必须是唯一的审批人来源",
        "In mode single, managers_up_to must be the only source of approvers",
    ),
    "CHOOSE_NEEDS_SINGLE": Text(
        "choose 只能用于 mode 为 single 的步骤：其他方式下每个人都要审批",
        "choose is for steps in mode single: in the others everybody is asked",
    ),
}


def stage_problems(
    stage: Stage, policy: Policy, directory: AsOf, conditions: Conditions
) -> Iterator[PolicyProblem]:
    path = f"stages.{stage.key}.steps"
    if not stage.steps:
        yield problem(SENTENCES, path, "EMPTY_STAGE")
    seen: set[str] = set()
    for place, step in enumerate(stage.steps):
        if step.key in seen:
            yield problem(SENTENCES, f"{path}[{place}].key", "DUPLICATE_KEY", step.key)
        seen.add(step.key)
        yield from _step_problems(step, f"{path}[{place}]", stage, policy, directory)
        found = conditions.find_problem(step.when) if step.when else None
        if found:
            yield PolicyProblem(f"{path}[{place}].when", found.rule, found.text)
    yield from stage_copy_problems(stage, policy, Sources(policy, directory))
    cycle = find_cycle({step.key: step.after for step in stage.steps})
    if cycle and len(seen) == len(stage.steps):
        place = next(n for n, step in enumerate(stage.steps) if step.key in cycle)
        yield problem(SENTENCES, f"{path}[{place}].after", "NEVER_ENDS", " → ".join(cycle))


def _step_problems(
    step: PolicyStep, path: str, stage: Stage, policy: Policy, directory: AsOf
) -> Iterator[PolicyProblem]:
    known = {other.key for other in stage.steps}
    for place, key in enumerate(step.after):
        if key not in known:
            yield problem(SENTENCES, f"{path}.after[{place}]", "UNKNOWN_STEP", key)
    sources = Sources(policy, directory)
    if step.rules.unattended.automatic in (Automatic.APPROVE, Automatic.REJECT):
        if step.approvers:
            yield problem(SENTENCES, f"{path}.approvers", "AUTOMATIC_ASKS_NOBODY")
    else:
        yield from sources.problems(step.approvers, f"{path}.approvers", late=True)
    if step.excepted:
        yield from sources.problems(step.excepted, f"{path}.except", late=True)
    yield from copy_problems(step, path, stage, policy, sources)
    yield from reference_problems(step, path, stage, policy)
    chained = any(map(is_chain, step.approvers))
    if chained and step.mode is Mode.SINGLE and len(step.approvers) > 1:
        yield problem(SENTENCES, f"{path}.approvers", "CHAIN_STANDS_ALONE")
    if step.choose is not Choose.POOL and step.mode is not Mode.SINGLE:
        yield problem(SENTENCES, f"{path}.choose", "CHOOSE_NEEDS_SINGLE")
    yield from ballot_problems(step, path)
    yield from empty_problems(step.on_empty, f"{path}.on_empty", policy)
    yield from setting_problems(step, path, policy)
