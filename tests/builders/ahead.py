"""A process in which people see what comes, and may decide it before its turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.approval.domain.cases.case import Case
from services.approval.use_cases.policy_views import PolicyView
from tests.builders.approval import text as words
from tests.builders.approval_desk import Desk
from tests.builders.approval_house import House
from zhupi.approval.v1 import case_pb2, upcoming_pb2
from zhupi.approval.v1 import case_protocol_pb2 as protocol

POLICY = """
process: seal-use
title: {zh: 用章, en: Use of a seal}
separation:
  two-hands:
    title: {zh: 经办与复核分离, en: doing and checking}
    steps: [apart/do, apart/check]
stages:
  walk:
    title: {zh: 逐级, en: Step by step}
    steps:
      - {key: first, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}]}
      - {key: second, title: {zh: 总经理, en: General manager}, approvers: [{post: general-manager}]}
      - {key: last, title: {zh: 最后, en: Last}, approvers: [{person: zhengnan}], ahead: true}
  long:
    title: {zh: 三步, en: Three steps}
    steps:
      - {key: begin, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}]}
      - {key: middle, title: {zh: 总经理, en: General manager}, approvers: [{post: general-manager}], announce: early}
      - {key: end, title: {zh: 财务, en: Finance}, approvers: [{person: sunli}], ahead: true}
  pool:
    title: {zh: 候选, en: Pool}
    steps:
      - {key: first, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}]}
      - {key: shared, title: {zh: 财务, en: Finance}, approvers: [{post: finance-reviewer}], ahead: true}
  together:
    title: {zh: 会签, en: Together}
    steps:
      - {key: first, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}]}
      - {key: all, title: {zh: 会签, en: Everyone}, mode: all, approvers: [{person: sunli}, {person: wuhao}], ahead: true}
  apart:
    title: {zh: 职责分离, en: Apart}
    steps:
      - {key: do, title: {zh: 经办, en: Doing}, approvers: [{post: finance-reviewer}]}
      - {key: check, title: {zh: 复核, en: Checking}, approvers: [{person: sunli}], ahead: true, on_empty: administrator}
  kept:
    title: {zh: 匿名, en: Unknown}
    steps:
      - {key: first, title: {zh: 直属上级, en: Line manager}, approvers: [{manager: 1}]}
      - key: secret
        title: {zh: 评审, en: Review}
        approvers: [{person: sunli}]
        ahead: true
        undo: 10m
        visible: {unallocated: candidates, allocated: assignee}
administrators: [{post: process-administrator}]
"""


@dataclass(frozen=True, slots=True)
class Early:
    house: House

    async def begun(self, stage: str) -> Case:
        """A case whose first step of the stage is before the people."""
        case = await self.house.start_case(process="seal-use", policy="policies/seal-use/versions/1")
        worker = await self.house.service()
        await worker.protocol.BeginStage(
            protocol.BeginStageRequest(case=str(case.name), stage=stage, round=1)
        )
        return case

    async def open(self, case: Case, stage: str, key: str, **changes: Any) -> protocol.StepStatus:
        return await (await self.house.service()).open_step(case, stage, key, **changes)

    async def approve(self, person: str, case: Case) -> None:
        desk = await self.house.desk(person)
        await desk.approve((await desk.inbox(document=case.document))[0])

    async def seen(self, person: str) -> Sequence[upcoming_pb2.UpcomingStep]:
        return await (await self.house.desk(person)).ahead()

    async def steps(self, person: str) -> list[str]:
        return [step.step for step in await self.seen(person)]

    async def case(self, person: str, case: Case) -> case_pb2.Case:
        return await (await self.house.desk(person)).get_case(case.name.resource)

    async def desk(self, person: str) -> Desk:
        return await self.house.desk(person)


async def early(house: House) -> Early:
    async with house.parts.units() as uow:
        now = datetime.now(UTC)
        await uow.policies.add(PolicyView("seal-use", 1, words("用章"), POLICY, "zhengnan", now))
        await uow.commit()
    return Early(house)
