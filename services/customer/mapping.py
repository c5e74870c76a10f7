"""Customers as messages and back. Files have a module of their own."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import date_to_message, id_in, time_to_message
from kernel.fields import within
from services.customer.domain.customer import Agreement, Customer
from services.customer.domain.licence_watch import Block
from services.customer.domain.life import CustomerState
from services.customer.file_mapping import KINDS, KINDS_BACK, TRADES, TRADES_BACK, file_to_message
from zhupi.customer.v1 import customer_pb2 as pb

__all__ = ["KINDS", "KINDS_BACK", "STATES", "STATES_BACK", "TRADES", "TRADES_BACK", "customer_to_message"]

STATES: Final = {state: pb.CustomerState.Value(f"CUSTOMER_STATE_{state.name}") for state in CustomerState}
BLOCKS: Final = {block.value: pb.OrderBlock.Value(f"ORDER_BLOCK_{block.name}") for block in Block}
STATES_BACK: Final = {number: state for state, number in STATES.items()}


def customer_to_message(customer: Customer) -> pb.Customer:
    return pb.Customer(
        name=customer.name,
        file=file_to_message(customer.file),
        state=STATES[customer.state],
        reason=customer.reason,
        progress=customer.progress,
        level=customer.level,
        organisation=f"organisations/{customer.organisation}",
        salesperson=f"people/{customer.salesperson}",
        erp_code=customer.erp_code,
        upstream=resource(customer.upstream),
        aliases=customer.aliases,
        agreements=map(_agreement_to_message, customer.agreements),
        blocked_for_orders=BLOCKS.get(customer.blocked, pb.ORDER_BLOCK_UNSPECIFIED),
        merged_into=resource(customer.merged_into),
        version=customer.version,
        etag=customer.etag,
        create_time=time_to_message(customer.create_time),
        update_time=time_to_message(customer.update_time),
    )


def resource(number: str) -> str:
    """`customers/C000123`; empty for nobody."""
    return f"customers/{number}" if number else ""


def number_in(name: str, field: str = "name") -> str:
    """The number in `customers/C000123`; empty for nobody. Raises NameMalformed."""
    if not name:
        return ""
    with within(field):
        return id_in(name, "customers")


def _agreement_to_message(agreement: Agreement) -> pb.Agreement:
    return pb.Agreement(
        document=agreement.document,
        title=agreement.title,
        valid_from=date_to_message(agreement.valid_from),
        valid_to=date_to_message(agreement.valid_to),
        attachments=agreement.attachments,
    )
