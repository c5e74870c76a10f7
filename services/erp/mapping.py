"""Payments as messages and back."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import money_from_message, money_to_message, time_to_message
from kernel.fields import within
from services.erp.contract import Payment, PaymentOrder, PaymentState
from zhupi.erp.v1 import erp_pb2 as pb

STATES: Final = {state: pb.Payment.State.Value(f"STATE_{state.name}") for state in PaymentState}


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
