"""What this service tells approval of onboardings."""

from __future__ import annotations

from typing import Final

from chassis.cases.messages import Submission
from chassis.rpc.values import money_to_message
from kernel.money import Money
from services.customer.domain.onboarding import Onboarding
from services.customer.onboarding_mapping import shown_to_deciders
from zhupi.approval.v1.fact_pb2 import Fact

PROCESS: Final = "customer-onboarding"
NO_CREDIT: Final = Money.of(0)


def facts_of(onboarding: Onboarding) -> dict[str, Fact]:
    """On what a route may depend. `credit_limit` is zero where none is asked for."""
    return {
        "credit_limit": Fact(money=money_to_message(onboarding.terms.credit_limit or NO_CREDIT)),
        "payment_terms_days": Fact(whole=onboarding.terms.payment_terms_days),
        "becomes_direct": Fact(flag=onboarding.terms.becomes_direct),
        "kind": Fact(text=onboarding.kind.value),
        "organisation": Fact(organisation=f"organisations/{onboarding.organisation}"),
        "requester": Fact(person=f"people/{onboarding.requester}"),
    }


def submission(onboarding: Onboarding) -> Submission:
    """The onboarding as approval is told of it."""
    return Submission(
        process=PROCESS,
        document=onboarding.name,
        version=onboarding.version,
        title=onboarding.display_name,
        requester=onboarding.requester,
        organisation=onboarding.organisation,
        facts=facts_of(onboarding),
        shown=shown_to_deciders(onboarding),
        amount=onboarding.terms.credit_limit,
    )
