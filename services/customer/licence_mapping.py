"""Licences as messages."""

from __future__ import annotations

from chassis.rpc.values import date_to_message
from services.customer.domain.licence import Licence
from zhupi.customer.v1 import licence_pb2 as pb


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
