"""Acts on a case as a whole, as its workflow is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kernel.actor import Actor
from kernel.clock import Clock
from kernel.errors import EtagMismatch
from kernel.ids import uuid7
from services.approval.domain.cases.case import Case
from services.approval.use_cases.messages import signal_workflow
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from workflows import contracts


async def act_on(
    case: Case, kind: str, args: Mapping[str, Any], uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> None:
    """Tell the workflow, and keep it for one that has to begin anew."""
    now = clock.now()
    act = asdict(contracts.CaseAct(str(uuid7(now)), kind, f"people/{actor.person}", dict(args)))
    await uow.cases.note_signal(case.name, act["act_id"], contracts.CASE_ACT, act, now)
    signal_workflow(uow, case, contracts.CASE_ACT, act)


def expect_case(case: Case, etag: str) -> None:
    """Raises EtagMismatch."""
    if etag and etag != str(case.version):
        raise EtagMismatch(field="etag", name=case.name.resource, current=case.version)
