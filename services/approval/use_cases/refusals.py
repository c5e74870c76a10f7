"""Refusals that are about the service as a whole rather than one aggregate."""

from __future__ import annotations

from kernel.errors import FailedPrecondition, InvalidArgument, PermissionDenied


class NoPolicy(FailedPrecondition):
    zh = "尚未发布 {process} 的审批策略"
    en = "No policy has been published for {process}"


class UnknownProcess(InvalidArgument):
    zh = "没有流程 {process}"
    en = "There is no process {process}"


class PolicyOutOfForce(NoPolicy):
    reason = NoPolicy.reason
    zh = "{process} 的审批策略已停用，不再受理新的申请"
    en = "The policy of {process} is retired: it takes no new cases"


class NothingWaits(FailedPrecondition):
    zh = "{case} 没有等待重试的外部操作"
    en = "{case} has no outside call that waits"


class StageNotPlanned(FailedPrecondition):
    zh = "{case} 的阶段 {stage} 第 {round} 轮尚未规划"
    en = "Round {round} of stage {stage} of {case} has not been planned"


class StepNotInRoute(InvalidArgument):
    zh = "路线中没有要审批的步骤 {step}"
    en = "The route has no step {step} to be decided"


class TwoTargets(InvalidArgument):
    zh = "退回到指定步骤与退回上一步只能选其一"
    en = "It goes back either to the step that is named or to the one before, not both"


class OnlyPeople(PermissionDenied):
    zh = "只有人员可以执行此操作"
    en = "Only a person can do this"


class NamesDiffer(InvalidArgument):
    """A step of another case, a policy of another process."""

    zh = "{name} 与 {other} 不一致"
    en = "{name} does not belong to {other}"


class ChosenTwice(InvalidArgument):
    zh = "步骤 {step} 的审批人写了两次"
    en = "Who decides {step} is said twice"


class NoReturn(InvalidArgument):
    zh = "只有退回时才能指明步骤"
    en = "A step is named only where something is returned"


class ReasonNeeded(InvalidArgument):
    zh = "拒绝或退回时请写明理由"
    en = "Say why it is rejected or returned"
