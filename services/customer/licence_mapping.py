"""Licences as messages."""

from __future__ import annotations

from chassis.rpc.values import date_from_message, date_to_message
from kernel.fields import within
from services.customer.domain.licence import Licence
from zhupi.customer.v1 import licence_pb2 as pb
from zhupi.customer.v1.licence_service_pb2 import LicenceContent


def licence_to_message(licence: Licence) -> pb.Licence:
    return pb.Licence(
        name=licence.name,
        type=licence.type,
        number=licence.number,
        scope=licence.scope,
        issuer=licence.issuer,
        valid_from=date_to_message(licence.valid_from) if licence.valid_from else None,
        expiry=date_to_message(licence.expiry) if licence.expiry else None,
        scan=licence.scan,
    )


def licence_of(customer: str, id: str, message: LicenceContent) -> Licence:
    """Raises DateMalformed, naming the field."""
    with within("valid_from"):
        valid_from = date_from_message(message.valid_from) if message.HasField("valid_from") else None
    with within("expiry"):
        expiry = date_from_message(message.expiry) if message.HasField("expiry") else None
    return Licence(
        customer=customer,
        id=id,
        type=message.type,
        number=message.number,
        scope=message.scope,
        issuer=message.issuer,
        valid_from=valid_from,
        expiry=expiry,
        scan=message.scan,
    )
