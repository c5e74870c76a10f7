"""The ERP: pays or registers once under a key, however often it is asked and whatever answer is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final, TypeVar

from temporalio import activity

from kernel.errors import Code, FailedPrecondition, Refusal
from workflows.activities.refusals import told_to_the_workflow
from zhupi.erp.v1.erp_pb2 import (
    GetPaymentRequest,
    GetRegistrationRequest,
    Payment,
    PayRequest,
    RegisterCustomerRequest,
    Registration,
)
from zhupi.erp.v1.erp_pb2_grpc import ErpServiceStub

Order = TypeVar("Order", Payment, Registration)
HEARTBEAT: Final = 5.0  # seconds


class PaymentPending(FailedPrecondition):
    """No quick further attempt helps; the workflow looks again later."""

    zh = "ERP 已受理 {number}，尚未付款"
    en = "The ERP has taken in {number} and has not paid it yet"


class RegistrationPending(FailedPrecondition):
    zh = "ERP 已受理 {customer} 的登记，尚未完成"
    en = "The ERP has taken in {customer} and has not registered it yet"


class ErpActivities:
    """`patience` is how long one attempt watches what is pending, `pause` how often it looks."""

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
        """The payment, settled or refused. Fails with PAYMENT_PENDING when the ERP has it and takes long."""

        async def look() -> Payment:
            return await self._stub.GetPayment(GetPaymentRequest(key=request.key))

        payment = await self._once(lambda: self._stub.Pay(request), look, is_first)
        if payment.state == Payment.STATE_PENDING:
            with told_to_the_workflow():
                raise PaymentPending(number=payment.number)
        return payment

    @activity.defn(name="erp.RegisterCustomer")
    async def register(self, request: RegisterCustomerRequest, is_first: bool) -> Registration:
        """The registration, done or refused. Fails with REGISTRATION_PENDING when the ERP has it and takes long."""

        async def look() -> Registration:
            return await self._stub.GetRegistration(GetRegistrationRequest(key=request.key))

        registration = await self._once(lambda: self._stub.RegisterCustomer(request), look, is_first)
        if registration.state == Registration.STATE_PENDING:
            with told_to_the_workflow():
                raise RegistrationPending(customer=registration.customer)
        return registration

    async def _once(
        self, ask: Callable[[], Awaitable[Order]], look: Callable[[], Awaitable[Order]], is_first: bool
    ) -> Order:
        """What has become of it. Unless this is the very first attempt, looks before it asks."""
        surely_new = is_first and activity.info().attempt == 1
        with told_to_the_workflow():
            async with alive():
                known = None if surely_new else await _known(look)
                return await self._watched(known or await ask(), look)

    async def _watched(self, order: Order, look: Callable[[], Awaitable[Order]]) -> Order:
        """Look again until the ERP has decided, patience is used up or this worker is about to stop."""
        stopping = asyncio.ensure_future(activity.wait_for_worker_shutdown())
        try:
            async with asyncio.timeout(self._patience):
                while order.state == type(order).STATE_PENDING and not stopping.done():
                    await asyncio.wait((stopping,), timeout=self._pause)
                    order = await look()
        except TimeoutError:
            pass
        finally:
            stopping.cancel()
        return order


async def _known(look: Callable[[], Awaitable[Order]]) -> Order | None:
    try:
        return await look()
    except Refusal as refusal:
        if refusal.code is Code.NOT_FOUND:
            return None
        raise


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
