"""Those who are told of a step can be known when they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kernel.text import Text
from services.approval.domain.policies.lint.references import must_be_before, must_be_known
from services.approval.domain.policies.lint.sources import Sources
from services.approval.domain.policies.policy import Policy, PolicyStep, Stage
from services.approval.domain.policies.problems import PolicyProblem, problem
from services.approval.domain.policies.settings.copying import Copied
from services.approval.domain.policies.sources import ChosenSource, DecidersSource

SENTENCES: Final = {
    "NOBODY_COPIED": Text("cc 没有指定任何人", "cc names nobody"),
    "STAGE_ENDS_ONLY": Text(
        "阶段的 cc 只能在 approved 或 ended 时发送；开始时的抄送写在其第一个步骤上",
        "cc of a stage is sent when it is approved or has ended; of its beginning its first step says so",
    ),
    "CHOSEN_TO_DECIDE": Text(
        "chosen_by（步骤）选的是审批人，不能用于 cc",
        "chosen_by a step names who decides, not who is told: not for cc",
    ),
}


def stage_copy_problems(stage: Stage, policy: Policy, sources: Sources) -> Iterator[PolicyProblem]:
    """Of the end of a stage: any of its steps is behind then."""
    path = f"stages.{stage.key}.cc"
    if stage.copying.when is None:
        return
    if stage.copying.when is Copied.OPENED:
        yield problem(SENTENCES, f"{path}.when", "STAGE_ENDS_ONLY")
    if not stage.copied:
        yield problem(SENTENCES, path, "NOBODY_COPIED")
        return
    yield from sources.problems(stage.copied, path, late=True)
    for place, source in enumerate(stage.copied):
        match source:
            case ChosenSource():
                yield problem(SENTENCES, f"{path}[{place}].chosen_by", "CHOSEN_TO_DECIDE")
            case DecidersSource(reference):
                yield from must_be_known(reference, f"{path}[{place}].deciders_of", stage, policy)


def copy_problems(
    step: PolicyStep, path: str, stage: Stage, policy: Policy, sources: Sources
) -> Iterator[PolicyProblem]:
    if step.rules.copying.when is None:
        return
    if not step.copied:
        yield problem(SENTENCES, f"{path}.cc", "NOBODY_COPIED")
        return
    yield from sources.problems(step.copied, f"{path}.cc", late=True)
    for place, source in enumerate(step.copied):
        match source:
            case ChosenSource():
                yield problem(SENTENCES, f"{path}.cc[{place}].chosen_by", "CHOSEN_TO_DECIDE")
            case DecidersSource(reference):
                at = f"{path}.cc[{place}].deciders_of"
                yield from must_be_before(reference, at, step, stage, policy)
