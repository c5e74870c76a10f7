"""Payments and registrations as messages and back."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import money_from_message, money_to_message, time_to_message
from kernel.fields import within
from services.erp.contract import (
    Payment,
    PaymentOrder,
    PaymentState,
    Registration,
    RegistrationOrder,
    RegistrationState,
)
from zhupi.erp.v1 import erp_pb2 as pb

STATES: Final = {state: pb.Payment.State.Value(f"STATE_{state.name}") for state in PaymentState}

REGISTRATION_STATES: Final = {
    state: pb.Registration.State.Value(f"STATE_{state.name}") for state in RegistrationState
}


def order_from_message(message: pb.PayRequest) -> PaymentOrder:
    with within("amount"):
        amount = money_from_message(message.amount)
    return PaymentOrder(message.key, message.payee, amount, message.document)


def payment_to_message(payment: Payment) -> pb.Payment:
    return pb.Payment(
        key=payment.order.key,
        state=STATES[payment.state],
        number=payment.number,
        payee=payment.order.payee,
        amount=money_to_message(payment.order.amount),
        document=payment.order.document,
        refusal=payment.refusal,
        create_time=time_to_message(payment.create_time),
        settle_time=time_to_message(payment.settle_time),
    )


def registration_order_from_message(message: pb.RegisterCustomerRequest) -> RegistrationOrder:
    with within("credit_limit"):
        limit = money_from_message(message.credit_limit) if message.HasField("credit_limit") else None
    return RegistrationOrder(
        key=message.key,
        customer=message.customer,
        name=message.display_name,
        credit_code=message.credit_code,
        kind=message.kind,
        credit_limit=limit,
        payment_terms_days=message.payment_terms_days,
        document=message.document,
    )


def registration_to_message(registration: Registration) -> pb.Registration:
    order = registration.order
    return pb.Registration(
        key=order.key,
        state=REGISTRATION_STATES[registration.state],
        code=registration.code,
        customer=order.customer,
        display_name=order.name,
        credit_code=order.credit_code,
        kind=order.kind,
        credit_limit=money_to_message(order.credit_limit) if order.credit_limit is not None else None,
        payment_terms_days=order.payment_terms_days,
        document=order.document,
        refusal=registration.refusal,
        create_time=time_to_message(registration.create_time),
        register_time=time_to_message(registration.register_time),
    )
