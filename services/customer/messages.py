"""What this service tells others, in messages: facts about customers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from google.protobuf.message import Message

from chassis.rpc.values import date_to_message, time_to_message
from services.customer.domain.customer import Customer
from services.customer.domain.licence import Licence
from services.customer.mapping import BLOCKS, KINDS, STATES, TRADES
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


def became_formal(customer: Customer) -> Message:
    return pb.CustomerBecameFormal(
        customer=customer.name,
        display_name=customer.file.name,
        erp_code=customer.erp_code,
        organisation=f"organisations/{customer.organisation}",
        salesperson=f"people/{customer.salesperson}",
        time=time_to_message(customer.update_time),
    )


def left(customer: Customer) -> Message:
    return pb.CustomerLeft(
        customer=customer.name,
        state=STATES[customer.state],
        reason=customer.reason,
        time=time_to_message(customer.update_time),
    )


def returned(customer: Customer) -> Message:
    return pb.CustomerReturned(
        customer=customer.name, state=STATES[customer.state], time=time_to_message(customer.update_time)
    )


def merged(customer: Customer, other: Customer, reason: str) -> Message:
    return pb.CustomersMerged(
        customer=customer.name,
        other=other.name,
        reason=reason,
        time=time_to_message(customer.update_time),
    )


def ownership_changed(before: Customer, after: Customer) -> Message:
    return pb.OwnershipChanged(
        customer=after.name,
        from_salesperson=f"people/{before.salesperson}",
        from_organisation=f"organisations/{before.organisation}",
        salesperson=f"people/{after.salesperson}",
        organisation=f"organisations/{after.organisation}",
        time=time_to_message(after.update_time),
    )


def level_changed(before: Customer, after: Customer) -> Message:
    level_change = pb.LevelChanged(
        customer=after.name, to=after.level, time=time_to_message(after.update_time)
    )
    setattr(level_change, "from", before.level)
    return level_change


def licence_expiring(customer: Customer, licence: Licence, days_left: int, at: datetime) -> Message:
    return pb.LicenceExpiring(
        customer=customer.name,
        licence=licence.name,
        type=licence.type,
        number=licence.number,
        expiry=date_to_message(licence.expiry) if licence.expiry else None,
        days_left=days_left,
        salesperson=f"people/{customer.salesperson}",
        time=time_to_message(at),
    )


def orders_blocked(customer: Customer) -> Message:
    why = BLOCKS[customer.blocked]
    return pb.OrdersBlocked(customer=customer.name, why=why, time=time_to_message(customer.update_time))


def orders_unblocked(customer: Customer) -> Message:
    return pb.OrdersUnblocked(customer=customer.name, time=time_to_message(customer.update_time))
