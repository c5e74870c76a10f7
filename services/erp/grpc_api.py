"""The contract over gRPC, whichever ERP stands behind it."""

from __future__ import annotations

from typing import Any

from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import caller_request
from kernel.actor import Actor
from services.erp import mapping
from services.erp.contract import Erp
from services.erp.permissions import require
from zhupi.erp.v1 import erp_pb2 as pb
from zhupi.erp.v1 import erp_pb2_grpc


class ErpServicer(erp_pb2_grpc.ErpServiceServicer):
    def __init__(self, erp: Erp) -> None:
        self._erp = erp

    async def Pay(self, request: pb.PayRequest, context: Any) -> pb.Payment:
        actor = permitted("Pay")
        order = mapping.order_from_message(request)
        order.check()
        return mapping.payment_to_message(await self._erp.pay(order, actor))

    async def GetPayment(self, request: pb.GetPaymentRequest, context: Any) -> pb.Payment:
        actor = permitted("GetPayment")
        return mapping.payment_to_message(await self._erp.payment(request.key, actor))

    async def ListPayments(self, request: pb.ListPaymentsRequest, context: Any) -> pb.ListPaymentsResponse:
        permitted("ListPayments")
        page = await self._erp.payments(request.document, PageRequest.of(request))
        found = map(mapping.payment_to_message, page.items)
        return pb.ListPaymentsResponse(payments=found, next_page_token=page.next_page_token)

    async def RegisterCustomer(self, request: pb.RegisterCustomerRequest, context: Any) -> pb.Registration:
        actor = permitted("RegisterCustomer")
        order = mapping.registration_order_from_message(request)
        order.check()
        return mapping.registration_to_message(await self._erp.register(order, actor))

    async def GetRegistration(self, request: pb.GetRegistrationRequest, context: Any) -> pb.Registration:
        actor = permitted("GetRegistration")
        return mapping.registration_to_message(await self._erp.registration(request.key, actor))

    async def ListRegistrations(
        self, request: pb.ListRegistrationsRequest, context: Any
    ) -> pb.ListRegistrationsResponse:
        permitted("ListRegistrations")
        page = await self._erp.registrations(request.customer, PageRequest.of(request))
        found = map(mapping.registration_to_message, page.items)
        return pb.ListRegistrationsResponse(registrations=found, next_page_token=page.next_page_token)


def permitted(action: str) -> Actor:
    """The caller, who may do this. Raises NotPermitted."""
    actor = caller_request().caller
    require(actor, action)
    return actor
