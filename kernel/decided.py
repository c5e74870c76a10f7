"""What every owner of documents refuses that are decided in cases, whichever documents they are."""

from __future__ import annotations

from kernel.errors import Aborted, FailedPrecondition


class DocumentChanged(Aborted):
    zh = "{name} 已有新版本 {current}，须按新版本重新决定"
    en = "{name} is at version {current} now and has to be decided on anew"


class DocumentHasCase(FailedPrecondition):
    zh = "{name} 的审批尚未结束，请先撤回"
    en = "The approval of {name} has not ended; withdraw it first"


class EditedSince(FailedPrecondition):
    zh = "{name} 在提交后又有修改，请由申请人重新提交"
    en = "{name} was edited since it was submitted; its requester may submit it again"
