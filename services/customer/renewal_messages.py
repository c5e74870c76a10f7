"""What this service tells approval of renewals of licences."""

from __future__ import annotations

from typing import Final

from chassis.cases.messages import Submission
from services.customer.domain.renewal import Renewal
from services.customer.renewal_mapping import renewal_to_message
from zhupi.approval.v1.fact_pb2 import Fact

PROCESS: Final = "licence-renewal"


def submission(renewal: Renewal) -> Submission:
    """The renewal as approval is told of it; on its facts a route may depend."""
    facts = {
        "licence_type": Fact(text=renewal.licence.type),
        "kind": Fact(text=renewal.kind.value),
        "organisation": Fact(organisation=f"organisations/{renewal.organisation}"),
        "requester": Fact(person=f"people/{renewal.requester}"),
    }
    return Submission(
        process=PROCESS,
        document=renewal.name,
        version=renewal.version,
        title=renewal.display_name,
        requester=renewal.requester,
        organisation=renewal.organisation,
        facts=facts,
        shown=renewal_to_message(renewal),
    )
