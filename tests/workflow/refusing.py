"""What the approval service of these tests refuses, in the words of the real one."""

from __future__ import annotations

from kernel.errors import FailedPrecondition


class CaseIsClosed(FailedPrecondition):
    reason = "CASE_CLOSED"
    zh = "{case} 已结束（{outcome}）"
    en = "{case} is closed ({outcome})"


class CaseWithdrawn(FailedPrecondition):
    zh = "{case} 已撤回"
    en = "{case} has been withdrawn"


class CaseTerminated(FailedPrecondition):
    zh = "{case} 已被终止"
    en = "{case} has been ended"


class NobodyToApprove(FailedPrecondition):
    zh = "步骤“{step}”没有可以审批的人"
    en = "Nobody could decide the step {step!r}"
