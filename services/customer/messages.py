"""What this service tells others, in messages: facts about customers."""

from __future__ import annotations

from collections.abc import Iterable

from google.protobuf.message import Message

from chassis.rpc.values import time_to_message
from services.customer.domain.customer import Customer
from services.customer.mapping import KINDS, TRADES
from zhupi.customer.v1 import events_pb2 as pb


def created(customer: Customer) -> Message:
    return pb.CustomerCreated(
        customer=customer.name,
        display_name=customer.file.name,
        kind=KINDS[customer.file.kind],
        trade=TRADES[customer.file.trade],
        organisation=f"organisations/{customer.organisation}",
        salesperson=f"people/{customer.salesperson}",
        time=time_to_message(customer.update_time),
    )


def changed(customer: Customer, fields: Iterable[str]) -> Message:
    return pb.CustomerChanged(
        customer=customer.name,
        version=customer.version,
        fields=fields,
        time=time_to_message(customer.update_time),
    )
