"""The ERP: paid once under a key, however often it is asked and whatever answer is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from temporalio import activity

from kernel.errors import Code, FailedPrecondition, Refusal
from workflows.activities.refusals import told_to_the_workflow
from zhupi.erp.v1.erp_pb2 import GetPaymentRequest, Payment, PayRequest
from zhupi.erp.v1.erp_pb2_grpc import ErpServiceStub

HEARTBEAT: Final = 5.0  # seconds


class PaymentPending(FailedPrecondition):
    """No quick further attempt helps; the workflow looks again later."""

    zh = "ERP 已受理 {number}，尚未付款"
    en = "The ERP has taken in {number} and has not paid it yet"


class ErpActivities:
    """`patience` is how long one attempt watches a payment that is pending, `pause` how often it looks."""

    def __init__(
        self,
        stub: ErpServiceStub,
        *,
        patience: timedelta = timedelta(minutes=2),
        pause: timedelta = timedelta(seconds=2),
    ) -> None:
        self._stub = stub
        self._patience = patience.total_seconds()
        self._pause = pause.total_seconds()

    @activity.defn(name="erp.Pay")
    async def pay(self, request: PayRequest, is_first: bool) -> Payment:
        """The payment, settled or refused. Unless this is the very first attempt, asks what has become of it before it pays.

        Fails with PAYMENT_PENDING when the ERP has it and takes long.
        """
        surely_new = is_first and activity.info().attempt == 1
        with told_to_the_workflow():
            async with alive():
                known = None if surely_new else await self._known(request.key)
                return await self._settled(known or await self._stub.Pay(request))

    async def _known(self, key: str) -> Payment | None:
        try:
            return await self._stub.GetPayment(GetPaymentRequest(key=key))
        except Refusal as refusal:
            if refusal.code is Code.NOT_FOUND:
                return None
            raise

    async def _settled(self, payment: Payment) -> Payment:
        """Look again until the ERP has decided, patience is used up or this worker is about to stop."""
        stopping = asyncio.ensure_future(activity.wait_for_worker_shutdown())
        try:
            async with asyncio.timeout(self._patience):
                while payment.state == Payment.STATE_PENDING and not stopping.done():
                    await asyncio.wait((stopping,), timeout=self._pause)
                    payment = await self._stub.GetPayment(GetPaymentRequest(key=payment.key))
        except TimeoutError:
            pass
        finally:
            stopping.cancel()
        if payment.state == Payment.STATE_PENDING:
            raise PaymentPending(number=payment.number)
        return payment


@asynccontextmanager
async def alive() -> AsyncIterator[None]:
    """Tell the engine, while the block runs, that this attempt has not died with its worker, however slow the ERP is."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(HEARTBEAT)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
