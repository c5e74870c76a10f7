"""Steps with deadlines in a house, and time that has passed for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kernel.clock import SystemClock
from services.approval.domain.cases.case import Case
from services.approval.domain.cases.names import StepName
from services.approval.domain.steps import deadlines
from services.approval.domain.steps.steps import Step
from services.approval.use_cases.clocks import calendar_of
from services.approval.use_cases.messages import tell_timers
from services.approval.use_cases.policy_views import PolicyView
from tests.builders.approval import text
from tests.builders.approval_desk import opening
from tests.builders.approval_house import House
from zhupi.approval.v1 import case_protocol_pb2 as pb

POLICY = """
process: expense-claim
title: {zh: 费用报销, en: Expense claim}
facts:
  amount: {type: money, title: {zh: 金额, en: amount}}
fallbacks:
  desk: {approvers: [{post: finance-reviewer}]}
stages:
  late:
    title: {zh: 限期, en: In time}
    steps:
      - key: manager
        title: {zh: 直属上级, en: Line manager}
        approvers: APPROVERS
        mode: MODE
        deadline: DEADLINE
"""


@dataclass
class Late:
    """One step with a deadline, open in a house."""

    house: House
    case: Case
    name: StepName

    async def pass_time(self, days: int) -> Step:
        """As if the step had been opened so many days earlier."""
        async with self.house.parts.units() as uow:
            case = await uow.cases.lock(self.case.name)
            before = await uow.steps.find(self.name)
            assert before is not None
            assert before.countdown is not None
            assert before.countdown.since is not None
            now = SystemClock().now()
            since = before.countdown.since - timedelta(days=days)
            after = deadlines.begin(before, await calendar_of(case, uow, now), since)
            uow.steps.save(before, after, now)
            tell_timers(uow, case, before, after)
            await uow.commit()
            return after

    async def fire(self, timer: str) -> pb.StepStatus:
        worker = await self.house.service()
        request = pb.FireTimerRequest(case=str(self.case.name), step=str(self.name), timer=timer, n=1)
        return await worker.protocol.FireTimer(request)

    async def step(self) -> Step:
        async with self.house.parts.units() as uow:
            step = await uow.steps.find(self.name)
            assert step is not None
            return step

    async def kinds(self) -> list[str]:
        """What the timeline tells, in order."""
        rows = await self.house.rows(
            f"SELECT kind FROM timeline WHERE document = '{self.case.name.resource}' ORDER BY sequence"
        )
        return [row.kind for row in rows]

    async def news(self, person: str) -> list[str]:
        """What they were told."""
        rows = await self.house.rows(
            "SELECT notices.kind FROM notices JOIN inbox_entries AS entry ON entry.id = notices.id "
            f"WHERE entry.person = '{person}' AND notices.case_id = '{self.case.name}' ORDER BY notices.at"
        )
        return [row.kind for row in rows]


async def publish(
    house: House, deadline: str, approvers: str = "[{manager: 1}]", mode: str = "single"
) -> int:
    """The version of the policy with this deadline."""
    yaml = POLICY.replace("DEADLINE", deadline).replace("APPROVERS", approvers).replace("MODE", mode)
    async with house.parts.units() as uow:
        version = await uow.policies.latest_version("expense-claim") + 1
        view = PolicyView("expense-claim", version, text("费用报销"), yaml, "zhengnan", SystemClock().now())
        await uow.policies.add(view)
        await uow.commit()
    return version


async def a_late_step(house: House, deadline: str, **changes: Any) -> Late:
    """Li Hua's to decide unless approvers are given."""
    version = await publish(house, deadline, **changes)
    case = await house.start_case(policy=f"policies/expense-claim/versions/{version}")
    worker = await house.service()
    await worker.plan(case, "late")
    await worker.protocol.OpenStep(opening(case, "late", "manager"))
    return Late(house, case, StepName(case.name, "late", "manager", 1))
