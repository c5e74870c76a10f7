"""What will happen, in words: from what a step becomes, and from the route it stands in."""

from __future__ import annotations

from typing import Final

from kernel.text import Text
from services.approval.domain.planning.ahead import expected
from services.approval.domain.planning.elsewhere import leading_to
from services.approval.domain.planning.route import RouteStep
from services.approval.domain.policies.ballot import Outcome
from services.approval.domain.steps.seats import votes
from services.approval.domain.steps.steps import Step, StepState
from services.approval.domain.steps.walked import passed
from services.approval.use_cases.offered.situation import Situation

REJECTED: Final = Text("审批结束：拒绝", "The case ends: rejected")
TO_REQUESTER: Final = Text("退回申请人{names}修改", "Back to the requester, {names}, to be changed")
TO_STEPS: Final = Text("退回所选步骤重新审批", "Back to the step that is chosen, to be decided anew")
WAITS: Final = Text(
    "记下决定；本步骤共{all}人表态，还差{left}人：{names}",
    "It is noted; the step still waits for {left} of {all}: {names}",
)
WAITS_ALONE: Final = Text("记下决定；本步骤还在等待他人", "It is noted; the step still waits for others")
GOES_ON: Final = Text("转到{steps}", "Goes on to {steps}")
BRANCHES: Final = Text("本步骤通过；还在等待{steps}", "The step is passed; the stage still waits for {steps}")
NEXT_STAGE: Final = Text("“{before}”通过，进入“{stage}”", "“{before}” is passed; “{stage}” comes next")
LAST: Final = Text(
    "“{before}”通过，审批完成并生效", "“{before}” is passed: the approval is complete and takes effect"
)
UNDONE_UNTIL: Final = Text(
    "{what}（可在{minutes}分钟内撤销）", "{what} (to be taken back within {minutes} minutes)"
)


def decided(after: Step, situation: Situation) -> Text:
    """What comes of a decision that makes this of its step."""
    said = _came_to(after, situation)
    window = after.rules.acting.undo
    if not window or after.held_until is None:
        return said
    minutes = max(1, int(window.total_seconds() // 60))
    return Text(
        UNDONE_UNTIL.zh.format(what=said.zh, minutes=minutes),
        UNDONE_UNTIL.en.format(what=said.en, minutes=minutes),
    )


def _came_to(after: Step, situation: Situation) -> Text:
    if after.state is StepState.OPEN:
        return _waits(after, situation)
    if after.outcome is Outcome.REJECTED:
        return REJECTED
    if after.outcome is Outcome.RETURNED:
        return returned(after, situation)
    return _onward(after, situation)


def returned(after: Step, situation: Situation) -> Text:
    if after.completion is not None and after.completion.targets:
        return TO_STEPS
    return _with_names(TO_REQUESTER, situation.names((after.requester,)))


def _waits(after: Step, situation: Situation) -> Text:
    said = votes(after.items)
    left = sum(outcome is None for _, outcome in said)
    people = tuple(
        dict.fromkeys(
            person
            for item in after.open_items
            if item.is_vote
            for person in sorted(item.people - set(item.owners))
        )
    )
    if not left or not people:
        return WAITS_ALONE
    names = situation.names(people)
    values = {"left": left, "all": len(said)}
    return Text(WAITS.zh.format(names=names.zh, **values), WAITS.en.format(names=names.en, **values))


def _onward(after: Step, situation: Situation) -> Text:
    view = situation.view
    if view is None or view.route.stage != after.name.stage:
        return _stage_over(after, situation)
    behind = passed(situation.walked, view.round, situation.past) | {after.name.key}
    running = {
        one.key
        for one in situation.walked.values()
        if one.round == view.round and one.is_under_way and one.key != after.name.key
    }
    ahead = [step for step in view.route.deciding if step.key not in behind]
    comes = [
        step
        for step in ahead
        if step.key not in running and not any(one.key in leading_to(view.route, step.key) for one in ahead)
    ]
    if comes:
        return _steps(GOES_ON, comes, situation)
    if ahead:
        waited = [step for step in ahead if step.key in running]
        return _steps(BRANCHES, waited or ahead, situation)
    return _stage_over(after, situation)


def _stage_over(after: Step, situation: Situation) -> Text:
    stages = situation.policy.stages
    here = next(n for n, stage in enumerate(stages) if stage.key == after.name.stage)
    before = stages[here].title
    if here + 1 == len(stages):
        return Text(LAST.zh.format(before=before.zh), LAST.en.format(before=before.en))
    following = stages[here + 1].title
    return Text(
        NEXT_STAGE.zh.format(before=before.zh, stage=following.zh),
        NEXT_STAGE.en.format(before=before.en, stage=following.en),
    )


def _steps(template: Text, steps: list[RouteStep], situation: Situation) -> Text:
    """The steps, each with the names of those whom it asks as things stand."""
    told = [(step.title, situation.names(expected(step))) for step in steps[:3]]
    zh = "；".join(f"“{title.zh}”" + (f"：{names.zh}" if names.zh else "") for title, names in told)
    en = "; ".join(f"“{title.en}”" + (f": {names.en}" if names.en else "") for title, names in told)
    return Text(template.zh.format(steps=zh), template.en.format(steps=en))


def _with_names(template: Text, names: Text) -> Text:
    return Text(template.zh.format(names=names.zh), template.en.format(names=names.en))
