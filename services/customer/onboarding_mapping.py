"""Onboardings as messages and back, and customers as they are frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.json_format import MessageToDict, ParseDict

from chassis.rpc.values import money_from_message, money_to_message, time_to_message
from kernel.fields import within
from services.customer.domain.customer import Customer
from services.customer.domain.differences import Difference
from services.customer.domain.licence import Licence
from services.customer.domain.onboarding import Onboarding, Terms
from services.customer.domain.onboarding_life import OnboardingState
from services.customer.licence_mapping import licence_to_message
from services.customer.mapping import KINDS, customer_to_message, number_in
from zhupi.customer.v1 import onboarding_pb2 as pb

STATES: Final = {state: pb.Onboarding.State.Value(f"STATE_{state.name}") for state in OnboardingState}
STATES_BACK: Final = {number: state for state, number in STATES.items()}
# What changes with every act and says nothing about the customer.
PASSING: Final = ("version", "etag", "create_time", "update_time")


def onboarding_to_message(onboarding: Onboarding) -> pb.Onboarding:
    """Without what is frozen."""
    return pb.Onboarding(
        name=onboarding.name,
        customer=f"customers/{onboarding.customer}",
        display_name=onboarding.display_name,
        credit_code=onboarding.credit_code,
        kind=KINDS[onboarding.kind],
        requester=f"people/{onboarding.requester}",
        organisation=f"organisations/{onboarding.organisation}",
        terms=terms_to_message(onboarding.terms),
        state=STATES[onboarding.state],
        reason=onboarding.reason,
        erp_code=onboarding.erp_code,
        version=onboarding.version,
        etag=onboarding.etag,
        create_time=time_to_message(onboarding.create_time),
        update_time=time_to_message(onboarding.update_time),
        submit_time=time_to_message(onboarding.submit_time),
        formal_time=time_to_message(onboarding.formal_time),
    )


def whole_to_message(onboarding: Onboarding, since: Iterable[Difference] = ()) -> pb.Onboarding:
    """With the customer as it was frozen, and what has changed since."""
    message = onboarding_to_message(onboarding)
    if onboarding.frozen is not None:
        ParseDict(dict(onboarding.frozen.said), message.frozen, ignore_unknown_fields=True)
    message.differences.extend(pb.Difference(field=one.field, then=one.then, now=one.now) for one in since)
    return message


def shown_to_deciders(onboarding: Onboarding) -> pb.Onboarding:
    """As the case carries it: long lists stay here, because a message of the bus has its limit."""
    message = whole_to_message(onboarding)
    for long in ("products", "departments", "relations", "people"):
        message.frozen.customer.file.ClearField(long)
    message.frozen.customer.ClearField("agreements")
    return message


def said_of(customer: Customer, licences: Iterable[Licence]) -> Mapping[str, Any]:
    """What is frozen of a customer: its file and licences as the API writes them, phone numbers masked."""
    message = pb.FrozenCustomer(
        customer=customer_to_message(customer.masked()), licences=map(licence_to_message, licences)
    )
    for passing in PASSING:
        message.customer.ClearField(passing)
    return MessageToDict(message)


def terms_to_message(terms: Terms) -> pb.OnboardingTerms:
    limit = terms.credit_limit
    return pb.OnboardingTerms(
        credit_limit=money_to_message(limit) if limit is not None else None,
        payment_terms_days=terms.payment_terms_days,
        note=terms.note,
        attachments=terms.attachments,
        despite=[f"customers/{number}" for number in terms.despite],
        becomes_direct=terms.becomes_direct,
    )


def terms_from_message(message: pb.OnboardingTerms) -> Terms:
    """Raises what amounts raise, about the field at fault."""
    with within("terms.credit_limit"):
        limit = money_from_message(message.credit_limit) if message.HasField("credit_limit") else None
    return Terms(
        limit,
        message.payment_terms_days,
        message.note,
        tuple(message.attachments),
        tuple(number_in(name, "terms.despite") for name in message.despite),
        message.becomes_direct,
    )
