"""What somebody may do now, as it is asked and answered."""

from __future__ import annotations

from uuid import UUID

from chassis.cases.offered import Offered
from chassis.cases.offered_messages import act_to_message, missing_to_message
from chassis.postgres.paging import PageRequest
from services.approval.known_names import KnownNames
from services.approval.mapping.names import uuid_in
from zhupi.approval.v1 import act_pb2 as pb

ITEMS = "workItems"


def asked(request: pb.ListActsRequest) -> tuple[str | UUID, PageRequest]:
    """Raises NameMalformed and what is wrong with the page."""
    is_item = request.name.startswith(f"{ITEMS}/")
    return uuid_in(request.name, ITEMS) if is_item else request.name, PageRequest.of(request)


def acts_to_message(found: tuple[Offered, str], names: KnownNames) -> pb.ListActsResponse:
    offered, token = found
    return pb.ListActsResponse(
        acts=[act_to_message(act, names.person) for act in offered.acts],
        missing=[missing_to_message(one) for one in offered.missing],
        next_page_token=token,
    )
