"""Which service keeps which collection, and how one of it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct

from portal.services.channels import Services
from zhupi.approval.v1 import document_pb2, document_pb2_grpc
from zhupi.common.v1.timeline_pb2_grpc import TimelineServiceStub
from zhupi.customer.v1 import (
    customer_pb2,
    customer_pb2_grpc,
    onboarding_pb2,
    onboarding_pb2_grpc,
    renewal_pb2,
    renewal_pb2_grpc,
)
from zhupi.expense.v1 import claim_pb2, claim_pb2_grpc
from zhupi.marketing.v1 import activity_change_pb2, activity_change_pb2_grpc, activity_pb2, activity_pb2_grpc


@dataclass(frozen=True, slots=True)
class Collection:
    """`component` keeps it; `method` of `stub` answers one, by a `request` that names it."""

    component: str
    stub: Callable[..., Any]
    method: str
    request: Callable[..., Any]
    kind: type[Message]

    async def get(self, services: Services, name: str) -> Message:
        """Raises what the service refuses."""
        answer: Message = await getattr(services.stub(self.stub), self.method)(self.request(name=name))
        return answer

    def as_submitted(self, snapshot: Struct, name: str) -> Message:
        """What a case says of its document, as one of this collection."""
        document = self.kind()
        ParseDict(MessageToDict(snapshot), document, ignore_unknown_fields=True)
        setattr(document, "name", name)  # noqa: B010 - every kind has one, and no two the same type
        return document

    def timeline(self, services: Services) -> Any:
        return services.stub_of(self.component, TimelineServiceStub)


COLLECTIONS: Final = {
    "claims": Collection(
        "expense",
        claim_pb2_grpc.ClaimServiceStub,
        "GetClaim",
        claim_pb2.GetClaimRequest,
        claim_pb2.Claim,
    ),
    "customers": Collection(
        "customer",
        customer_pb2_grpc.CustomerServiceStub,
        "GetCustomer",
        customer_pb2.GetCustomerRequest,
        customer_pb2.Customer,
    ),
    "onboardings": Collection(
        "customer",
        onboarding_pb2_grpc.OnboardingServiceStub,
        "GetOnboarding",
        onboarding_pb2.GetOnboardingRequest,
        onboarding_pb2.Onboarding,
    ),
    "licenceRenewals": Collection(
        "customer",
        renewal_pb2_grpc.LicenceRenewalServiceStub,
        "GetLicenceRenewal",
        renewal_pb2.GetLicenceRenewalRequest,
        renewal_pb2.LicenceRenewal,
    ),
    "activities": Collection(
        "marketing",
        activity_pb2_grpc.ActivityServiceStub,
        "GetActivity",
        activity_pb2.GetActivityRequest,
        activity_pb2.Activity,
    ),
    "activityChanges": Collection(
        "marketing",
        activity_change_pb2_grpc.ActivityChangeServiceStub,
        "GetActivityChange",
        activity_change_pb2.GetActivityChangeRequest,
        activity_change_pb2.ActivityChange,
    ),
    "documents": Collection(
        "approval",
        document_pb2_grpc.DocumentServiceStub,
        "GetDocument",
        document_pb2.GetDocumentRequest,
        document_pb2.Document,
    ),
}
