"""PolicyService."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias, TypeVar

import grpc

from chassis.postgres.paging import PageRequest
from chassis.rpc.servicer import Servicer
from services.approval.known_names import KnownNames
from services.approval.mapping import policies as mapping
from services.approval.mapping import simulation as beside
from services.approval.mapping.names import DRAFT, policy_in, process_of_draft
from services.approval.use_cases import policies, simulation
from services.approval.use_cases import policy_drafts as drafts
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from zhupi.approval.v1 import policy_pb2 as pb
from zhupi.approval.v1 import policy_pb2_grpc

A = TypeVar("A")
Q = TypeVar("Q")
Context: TypeAlias = grpc.aio.ServicerContext[Q, Awaitable[A]]


class PolicyServicer(Servicer[ApprovalUnitOfWork], policy_pb2_grpc.PolicyServiceServicer):
    def __init__(self, units: Callable[[], ApprovalUnitOfWork], names: KnownNames) -> None:
        super().__init__(units)
        self._names = names

    async def ValidatePolicy(
        self,
        request: pb.ValidatePolicyRequest,
        context: Context[pb.ValidatePolicyRequest, pb.ValidatePolicyResponse],
    ) -> pb.ValidatePolicyResponse:
        return await self.read(context, policies.validate_policy, request.yaml, mapping.problems_to_message)

    async def PublishPolicy(
        self, request: pb.PublishPolicyRequest, context: Context[pb.PublishPolicyRequest, pb.Policy]
    ) -> pb.Policy:
        published = await self.write(
            context, policies.publish_policy, request.yaml, mapping.policy_to_message
        )
        await self._names.refresh(self.units)
        return published

    async def SavePolicyDraft(
        self, request: pb.SavePolicyDraftRequest, context: Context[pb.SavePolicyDraftRequest, pb.Policy]
    ) -> pb.Policy:
        return await self.write(context, drafts.save_draft, mapping.saving(request), mapping.draft_to_message)

    async def DiscardPolicyDraft(
        self,
        request: pb.DiscardPolicyDraftRequest,
        context: Context[pb.DiscardPolicyDraftRequest, pb.Policy],
    ) -> pb.Policy:
        command = mapping.on_draft(request)
        return await self.write(context, drafts.discard_draft, command, mapping.draft_to_message)

    async def PublishPolicyDraft(
        self,
        request: pb.PublishPolicyDraftRequest,
        context: Context[pb.PublishPolicyDraftRequest, pb.Policy],
    ) -> pb.Policy:
        command = mapping.on_draft(request)
        published = await self.write(context, drafts.publish_draft, command, mapping.policy_to_message)
        await self._names.refresh(self.units)
        return published

    async def ListPolicyDrafts(
        self,
        request: pb.ListPolicyDraftsRequest,
        context: Context[pb.ListPolicyDraftsRequest, pb.ListPolicyDraftsResponse],
    ) -> pb.ListPolicyDraftsResponse:
        return await self.read(
            context, drafts.list_drafts, PageRequest.of(request), mapping.drafts_to_message
        )

    async def RetirePolicy(
        self, request: pb.RetirePolicyRequest, context: Context[pb.RetirePolicyRequest, pb.Policy]
    ) -> pb.Policy:
        command = mapping.retirement(request)
        return await self.write(context, policies.retire_policy, command, mapping.policy_to_message)

    async def GetPolicy(
        self, request: pb.GetPolicyRequest, context: Context[pb.GetPolicyRequest, pb.Policy]
    ) -> pb.Policy:
        if request.name.endswith(DRAFT):
            process = process_of_draft(request.name)
            return await self.read(context, drafts.get_draft, process, mapping.draft_to_message)
        return await self.read(
            context, policies.get_policy, policy_in(request.name), mapping.policy_to_message
        )

    async def ListPolicies(
        self,
        request: pb.ListPoliciesRequest,
        context: Context[pb.ListPoliciesRequest, pb.ListPoliciesResponse],
    ) -> pb.ListPoliciesResponse:
        query = (request.process, PageRequest.of(request))
        return await self.read(context, policies.list_policies, query, mapping.page_to_message)

    async def DiffPolicies(
        self,
        request: pb.DiffPoliciesRequest,
        context: Context[pb.DiffPoliciesRequest, pb.DiffPoliciesResponse],
    ) -> pb.DiffPoliciesResponse:
        query = beside.diff(request)
        return await self.read(context, simulation.diff_policies, query, beside.differences_to_message)

    async def SimulatePolicy(
        self,
        request: pb.SimulatePolicyRequest,
        context: Context[pb.SimulatePolicyRequest, pb.SimulatePolicyResponse],
    ) -> pb.SimulatePolicyResponse:
        encode = partial(beside.simulated_to_message, names=self._names)
        return await self.read(context, simulation.simulate_policy, beside.simulation(request), encode)

    async def PreviewRoute(
        self,
        request: pb.PreviewRouteRequest,
        context: Context[pb.PreviewRouteRequest, pb.PreviewRouteResponse],
    ) -> pb.PreviewRouteResponse:
        encode = partial(mapping.previewed_to_message, names=self._names)
        return await self.read(context, policies.preview_route, mapping.preview(request), encode)
