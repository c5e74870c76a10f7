"""A case that ended without approval is decided anew: which may be, and what the new case is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kernel.errors import FailedPrecondition
from services.approval.domain.cases.case import Case, CaseOutcome, Reopening, next_name


class CaseApproved(FailedPrecondition):
    zh = "{case} 已通过并已生效，不能重新打开"
    en = "{case} was approved and has taken effect; it is not reopened"


class NewerCase(FailedPrecondition):
    zh = "{case} 之后已有新的审批单 {newer}"
    en = "{newer} has followed {case}; reopen that one, if any"


class NewerVersion(FailedPrecondition):
    zh = "{document} 已更新到版本 {current}，{case} 审批的是版本 {version}"
    en = "{document} is at version {current}; {case} was about version {version}"


def must_be_reopenable(former: Case, cases: Iterable[Case], newest: int) -> None:
    """`cases` are all of the document, `newest` is its newest version that is known of.

    Raises DocumentHasOpenCase, CaseApproved, NewerCase, NewerVersion.
    """
    cases = tuple(cases)
    next_name(former.name.process, former.name.number, former.document, cases)
    if former.outcome is CaseOutcome.APPROVED:
        raise CaseApproved(case=former.name)
    latest = max(cases, key=lambda case: case.name.n)
    if latest.name != former.name:
        raise NewerCase(case=former.name, newer=latest.name)
    if newest > former.document_version:
        seen = former.document_version
        raise NewerVersion(document=former.document, current=newest, case=former.name, version=seen)


def reopened(former: Case, *, policy: int, reason: str, at: datetime) -> Case:
    """The case after it, about the same document as it was shown last."""
    name = next_name(former.name.process, former.name.number, former.document, (former,))
    return Case(
        name=name,
        document=former.document,
        document_version=former.document_version,
        requester=former.requester,
        organisation=former.organisation,
        policy=policy,
        title=former.title,
        amount=former.amount,
        facts=former.facts,
        created_at=at,
        reopens=Reopening(former.name, reason, former.document_version, policy),
    )
