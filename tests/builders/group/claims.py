"""Expense claims as what people ask for in scenarios: their stage `claim` is the scenario's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final
from uuid import uuid4

import grpc

from cli.claim_lines import typed_line
from cli.files import chunks
from demo import sheets
from demo.load import limits
from demo.money import BudgetRow
from tests.builders.group.policies import Step, person, policy, step
from zhupi.common.v1.sheet_pb2 import SHEET_FORMAT_CSV, ImportHeader
from zhupi.expense.v1 import budget_pb2, claim_pb2
from zhupi.expense.v1.budget_pb2_grpc import BudgetServiceStub, LimitServiceStub
from zhupi.expense.v1.claim_pb2_grpc import ClaimServiceStub

PROCESS: Final = "expense-claim"
STAGE: Final = "claim"
# Whom finance's stage asks, after the scenario's own: where their item is, the scenario's stage has passed.
AFTERWARDS: Final = "wuhao"
AFTERWARDS_STAGE: Final = "finance"


def policy_of(*steps: Step, **settings: object) -> str:
    stages = {STAGE: list(steps), AFTERWARDS_STAGE: [step("review", person(AFTERWARDS))]}
    return policy(PROCESS, stages, **settings)


async def bring_money(finance: grpc.aio.Channel, *organisations: str) -> None:
    """What may be claimed, and budgets for this month."""
    await LimitServiceStub(finance).ReplaceLimits(limits())
    month = dt.datetime.now(dt.UTC).strftime("%Y-%m")
    rows = [BudgetRow(place, month, "office", Decimal(9_000_000)) for place in organisations]
    header = ImportHeader(request_id=str(uuid4()), format=SHEET_FORMAT_CSV)
    parts = [
        budget_pb2.ImportBudgetsRequest(header=header),
        *(budget_pb2.ImportBudgetsRequest(content=part) for part in chunks(sheets.budgets(rows))),
    ]
    report = await BudgetServiceStub(finance).ImportBudgets(iter(parts))
    assert report.applied, report


async def submit(channel: grpc.aio.Channel, amount: int) -> str:
    """A claim over so many yuan, submitted; answers its name."""
    claims = ClaimServiceStub(channel)
    whole, rest = divmod(amount, 2000)
    lines = [*[2000] * whole, *([rest] if rest else [])]
    draft = await claims.CreateClaim(
        claim_pb2.CreateClaimRequest(
            request_id=str(uuid4()),
            title="办公用品",
            lines=[typed_line(f"office today {part} 郑州 打印纸") for part in lines],
        )
    )
    await resubmit(channel, draft.name)
    return draft.name


async def resubmit(channel: grpc.aio.Channel, name: str) -> None:
    claims = ClaimServiceStub(channel)
    draft = await claims.GetClaim(claim_pb2.GetClaimRequest(name=name))
    await claims.SubmitClaim(
        claim_pb2.SubmitClaimRequest(name=name, request_id=str(uuid4()), etag=draft.etag)
    )


async def may_be_changed(channel: grpc.aio.Channel, name: str) -> bool:
    """It is with its requester again."""
    claim = await ClaimServiceStub(channel).GetClaim(claim_pb2.GetClaimRequest(name=name))
    return claim.state == claim_pb2.Claim.STATE_DRAFT
