"""The ERP over gRPC: who may ask what, and what comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.type.money_pb2 import Money as MoneyMessage

from chassis.postgres.database import Database
from chassis.rpc.errors import RemoteRefusal
from kernel.errors import Code, Refusal
from services.erp.service import add_services
from tests.builders.callers import Callers, calling
from tests.builders.edge import Edge
from tests.integration.erp.test_sandbox import MIGRATIONS
from zhupi.common.v1.timeline_pb2 import ListTimelineRequest, VerifyTimelinesRequest
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub
from zhupi.erp.v1 import erp_pb2 as pb
from zhupi.erp.v1.erp_pb2_grpc import ErpSandboxServiceStub, ErpServiceStub

KEY = "expense-claim/EC-2026-000001/1/pay/1"


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    home: Path = tmp_path_factory.mktemp("erp-home")
    return Edge(home)


@pytest.fixture
async def callers(edge: Edge, migrated_database: Callable[[str], str]) -> AsyncIterator[Callers]:
    database = Database(migrated_database(MIGRATIONS), name="erp")
    async with calling(edge, "erp", lambda server: add_services(server, database)) as callers:
        yield callers
    await database.close()


def a_payment(units: int = 100, key: str = KEY, **more: Any) -> pb.PayRequest:
    amount = MoneyMessage(currency_code="CNY", units=units, **more)
    return pb.PayRequest(key=key, payee="people/lihua", amount=amount, document="claims/EC-2026-000001")


async def test_the_workflow_pays_and_everything_booked_is_listed(callers: Callers) -> None:
    erp = await callers.service("worker", ErpServiceStub)
    paid = await erp.Pay(a_payment())
    assert (paid.state, paid.number[-7:], paid.amount.units) == (pb.Payment.STATE_SETTLED, "-000001", 100)
    assert await erp.GetPayment(pb.GetPaymentRequest(key=KEY)) == paid
    await erp.Pay(a_payment(key=KEY + "1"))
    page = await erp.ListPayments(pb.ListPaymentsRequest(page_size=1))
    rest = await erp.ListPayments(pb.ListPaymentsRequest(page_size=1, page_token=page.next_page_token))
    assert [p.key for p in (*page.payments, *rest.payments)] == [KEY, KEY + "1"]
    assert rest.next_page_token == ""


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (a_payment(0), "AMOUNT_NOT_POSITIVE"),
        (a_payment(-1), "AMOUNT_NOT_POSITIVE"),
        (a_payment(1, nanos=1_000_000), "AMOUNT_TOO_FINE"),
    ],
)
async def test_a_wrong_amount_is_refused(callers: Callers, request_: pb.PayRequest, reason: str) -> None:
    erp = await callers.service("worker", ErpServiceStub)
    with pytest.raises(RemoteRefusal) as caught:
        await erp.Pay(request_)
    assert (caught.value.reason, caught.value.field) == (reason, "amount")


async def test_another_payment_under_the_same_key_is_refused(callers: Callers) -> None:
    erp = await callers.service("worker", ErpServiceStub)
    await erp.Pay(a_payment())
    with pytest.raises(RemoteRefusal) as caught:
        await erp.Pay(a_payment(101))
    assert (caught.value.code, caught.value.reason) == (Code.ALREADY_EXISTS, "KEY_USED_FOR_ANOTHER_PAYMENT")


async def test_nobody_but_the_workflow_pays(callers: Callers) -> None:
    for erp in (
        await callers.service("expense", ErpServiceStub),
        await callers.person("lihua", ErpServiceStub, "operator", "finance"),
    ):
        with pytest.raises(Refusal) as caught:
            await erp.Pay(a_payment())
        assert caught.value.code is Code.PERMISSION_DENIED
    with pytest.raises(Refusal) as caught:
        await (await callers.service("expense", ErpServiceStub)).GetPayment(pb.GetPaymentRequest(key=KEY))
    assert caught.value.code is Code.NOT_FOUND


async def test_operators_switch_faults_and_nobody_else(callers: Callers) -> None:
    faults = pb.Faults(delay=Duration(nanos=5_000_000), refuse_reason="账号不存在", only_next=3)
    sandbox = await callers.person("lihua", ErpSandboxServiceStub, "operator")
    assert await sandbox.SetFaults(pb.SetFaultsRequest(faults=faults)) == faults
    assert await sandbox.GetFaults(pb.GetFaultsRequest()) == faults
    refused = await (await callers.service("worker", ErpServiceStub)).Pay(a_payment())
    assert (refused.state, refused.refusal) == (pb.Payment.STATE_REFUSED, "账号不存在")
    assert (await sandbox.GetFaults(pb.GetFaultsRequest())).only_next == 2
    assert await sandbox.SetFaults(pb.SetFaultsRequest(faults=pb.Faults())) == pb.Faults()

    for other in (
        await callers.person("lihua", ErpSandboxServiceStub, "finance"),
        await callers.service("worker", ErpSandboxServiceStub),
    ):
        with pytest.raises(Refusal) as caught:
            await other.SetFaults(pb.SetFaultsRequest(faults=pb.Faults(unavailable=True)))
        assert caught.value.code is Code.PERMISSION_DENIED


async def test_operators_audit_the_books(callers: Callers) -> None:
    await (await callers.service("worker", ErpServiceStub)).Pay(a_payment())
    timelines = await callers.person("lihua", TimelineServiceStub, "operator")
    told = await timelines.ListTimeline(ListTimelineRequest(document=f"payments/{KEY}"))
    assert [entry.kind for entry in told.entries] == ["PaymentTakenIn", "PaymentSettled"]
    assert told.entries[0].actor == "services/worker"
    verified = await timelines.VerifyTimelines(VerifyTimelinesRequest())
    assert (verified.rows, len(verified.breaks)) == (2, 0)
