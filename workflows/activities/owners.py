"""The owners of documents: services whose verbs a case calls. One line an owner; the calls are the same for all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
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
from zhupi.expense.v1 import allotment_pb2, claim_pb2
from zhupi.expense.v1.allotment_pb2_grpc import AllotmentCaseServiceStub
from zhupi.expense.v1.claim_pb2_grpc import ClaimCaseServiceStub
from zhupi.marketing.v1 import activity_case_pb2, activity_change_pb2, reconciliation_pb2
from zhupi.marketing.v1.activity_case_pb2_grpc import ActivityCaseServiceStub
from zhupi.marketing.v1.activity_change_pb2_grpc import ActivityChangeCaseServiceStub
from zhupi.marketing.v1.reconciliation_pb2_grpc import ReconciliationTurnServiceStub

Activity = Callable[..., Any]


@dataclass(frozen=True)
class Owner:
    """`peer` is the component, `service` the one that offers its verbs to cases, for services only.

    Of what it answers a case keeps the fields `keeps`, by their paths: histories stand for years, and people's words stay where
    they are.
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
        _keep(kept, self.keeps)
        return kept


def _keep(message: Message, paths: Collection[str], above: str = "") -> None:
    """Clear what is neither named nor has anything named inside."""
    for field, value in message.ListFields():
        path = above + field.name
        if path in paths:
            continue
        if not any(one.startswith(f"{path}.") for one in paths):
            message.ClearField(field.name)
            continue
        for inner in value if field.is_repeated else (value,):
            _keep(inner, paths, f"{path}.")


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
ALLOTMENTS: Final = Owner(
    "expense",
    allotment_pb2.DESCRIPTOR.services_by_name["AllotmentCaseService"],
    AllotmentCaseServiceStub,
    frozenset({"name", "activity", "state", "version", "terms_version"}),
)
# What expense is told of the lines, for which it has words of its own only in the title.
TERMS: Final = frozenset(
    f"terms.{path}"
    for path in (
        *("title", "start_date", "end_date"),
        *("lines.id", "lines.expense_type", "lines.month", "lines.amount"),
    )
)
ACTIVITIES: Final = Owner(
    "marketing",
    activity_case_pb2.DESCRIPTOR.services_by_name["ActivityCaseService"],
    ActivityCaseServiceStub,
    frozenset({"name", "organisation", "state", "version", "claimable_until"})
    | TERMS
    | {"closure.lines", "closure.overrun"}
    # Of a reminder.
    | {"n", "day", "escalate"},
)
CHANGES: Final = Owner(
    "marketing",
    activity_change_pb2.DESCRIPTOR.services_by_name["ActivityChangeCaseService"],
    ActivityChangeCaseServiceStub,
    frozenset({"name", "activity", "state", "version"}) | TERMS,
)
# No document: what is believed of the money behind activities, held against expense.
RECONCILIATIONS: Final = Owner(
    "marketing",
    reconciliation_pb2.DESCRIPTOR.services_by_name["ReconciliationTurnService"],
    ReconciliationTurnServiceStub,
    frozenset({"name", "state", "resume_time"}),
)
OWNERS: Final = (
    *(LICENCES, RECONCILIATIONS, DOCUMENTS, CLAIMS, ONBOARDINGS, RENEWALS),
    *(ALLOTMENTS, ACTIVITIES, CHANGES),
)
