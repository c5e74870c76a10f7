"""Payments and faults as messages and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from google.protobuf.duration_pb2 import Duration

from chassis.values import money_from_message, money_to_message, time_to_message
from kernel.fields import within
from services.erp.contract import Payment, PaymentOrder, PaymentState
from services.erp.sandbox.faults import Faults
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


def faults_from_message(message: pb.Faults) -> Faults:
    return Faults(
        delay=message.delay.ToTimedelta(),
        unavailable=message.unavailable,
        refuse_reason=message.refuse_reason,
        lose_answers=message.lose_answers,
        never_settle=message.never_settle,
        only_next=message.only_next,
        only_document=message.only_document,
    )


def faults_to_message(faults: Faults) -> pb.Faults:
    return pb.Faults(
        delay=_duration(faults.delay),
        unavailable=faults.unavailable,
        refuse_reason=faults.refuse_reason,
        lose_answers=faults.lose_answers,
        never_settle=faults.never_settle,
        only_next=faults.only_next,
        only_document=faults.only_document,
    )


def _duration(delta: timedelta) -> Duration | None:
    if not delta:
        return None
    duration = Duration()
    duration.FromTimedelta(delta)
    return duration
