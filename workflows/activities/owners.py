"""The owners of documents: services whose verbs a case calls. One line an owner; the calls are the same for all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from temporalio import activity

from workflows.activities.refusals import told_to_the_workflow
from zhupi.approval.v1 import document_pb2
from zhupi.approval.v1.document_pb2_grpc import DocumentCaseServiceStub
from zhupi.customer.v1 import licence_service_pb2, onboarding_pb2, renewal_pb2
from zhupi.customer.v1.licence_service_pb2_grpc import LicenceWatchServiceStub
from zhupi.customer.v1.onboarding_pb2_grpc import OnboardingCaseServiceStub
from zhupi.customer.v1.renewal_pb2_grpc import LicenceRenewalCaseServiceStub
from zhupi.expense.v1 import claim_pb2
from zhupi.expense.v1.claim_pb2_grpc import ClaimCaseServiceStub

Activity = Callable[..., Any]


@dataclass(frozen=True)
class Owner:
    """`peer` is the component, `service` the one that offers its verbs to cases, for services only.

    Of what it answers a case keeps the fields `keeps`: histories stand for years, and people's words stay where they are.
    """

    peer: str
    service: ServiceDescriptor
    stub: Callable[[Any], Any]
    keeps: frozenset[str]

    def activities(self, stub: Any) -> list[Activity]:
        """One for each method of the service, called by the stub."""
        return [self._activity(method, getattr(stub, method.name)) for method in self.service.methods]

    def _activity(self, method: MethodDescriptor, call: Callable[[Any], Awaitable[Message]]) -> Activity:
        async def act(request: Message) -> Message:
            with told_to_the_workflow():
                return self._kept(await call(request))

        act.__annotations__ = {
            "request": GetMessageClass(method.input_type),
            "return": GetMessageClass(method.output_type),
        }
        return activity.defn(name=f"{self.peer}.{method.name}")(act)

    def _kept(self, answer: Message) -> Message:
        kept = type(answer)()
        kept.CopyFrom(answer)
        for field, _ in answer.ListFields():
            if field.name not in self.keeps:
                kept.ClearField(field.name)
        return kept


def activity_of(request: Message) -> str:
    """By which name a case calls the verb whose request this is: the contract calls it `ApproveClaimRequest`."""
    _, peer, *_, message = request.DESCRIPTOR.full_name.split(".")
    return f"{peer}.{message.removesuffix('Request')}"


DOCUMENTS: Final = Owner(
    "approval",
    document_pb2.DESCRIPTOR.services_by_name["DocumentCaseService"],
    DocumentCaseServiceStub,
    frozenset({"name", "state", "version", "stages"}),
)
CLAIMS: Final = Owner(
    "expense",
    claim_pb2.DESCRIPTOR.services_by_name["ClaimCaseService"],
    ClaimCaseServiceStub,
    frozenset({"name", "claimant", "state", "payable", "version"}),
)
ONBOARDINGS: Final = Owner(
    "customer",
    onboarding_pb2.DESCRIPTOR.services_by_name["OnboardingCaseService"],
    OnboardingCaseServiceStub,
    frozenset({"name", "customer", "display_name", "credit_code", "kind", "terms", "state", "version"}),
)
RENEWALS: Final = Owner(
    "customer",
    renewal_pb2.DESCRIPTOR.services_by_name["LicenceRenewalCaseService"],
    LicenceRenewalCaseServiceStub,
    frozenset({"name", "state", "version"}),
)
# No document: what the worker looks at day by day.
LICENCES: Final = Owner(
    "customer",
    licence_service_pb2.DESCRIPTOR.services_by_name["LicenceWatchService"],
    LicenceWatchServiceStub,
    frozenset({"last"}),
)
OWNERS: Final = (LICENCES, DOCUMENTS, CLAIMS, ONBOARDINGS, RENEWALS)
