"""Renewals of licences as messages and back."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import date_to_message, time_to_message
from services.customer.domain.licence import Licence
from services.customer.domain.renewal import Renewal
from services.customer.domain.renewal_life import RenewalState
from services.customer.licence_mapping import licence_to_message
from zhupi.customer.v1 import renewal_pb2 as pb
from zhupi.customer.v1.licence_service_pb2 import LicenceContent

STATES: Final = {state: pb.LicenceRenewal.State.Value(f"STATE_{state.name}") for state in RenewalState}
STATES_BACK: Final = {number: state for state, number in STATES.items()}


def renewal_to_message(renewal: Renewal) -> pb.LicenceRenewal:
    return pb.LicenceRenewal(
        name=renewal.name,
        customer=f"customers/{renewal.customer}",
        display_name=renewal.display_name,
        requester=f"people/{renewal.requester}",
        organisation=f"organisations/{renewal.organisation}",
        renews=renewal.licence.name if renewal.licence.id else "",
        licence=content_of(renewal.licence),
        note=renewal.note,
        state=STATES[renewal.state],
        reason=renewal.reason,
        previous=licence_to_message(renewal.previous) if renewal.previous else None,
        version=renewal.version,
        etag=renewal.etag,
        create_time=time_to_message(renewal.create_time),
        update_time=time_to_message(renewal.update_time),
        submit_time=time_to_message(renewal.submit_time),
        renew_time=time_to_message(renewal.renew_time),
    )


def content_of(licence: Licence) -> LicenceContent:
    return LicenceContent(
        type=licence.type,
        number=licence.number,
        scope=licence.scope,
        issuer=licence.issuer,
        valid_from=date_to_message(licence.valid_from) if licence.valid_from else None,
        expiry=date_to_message(licence.expiry) if licence.expiry else None,
        scan=licence.scan,
    )
