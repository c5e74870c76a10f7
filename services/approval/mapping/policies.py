"""Policies, what is wrong with them, and previews."""

from __future__ import annotations

from chassis.postgres.paging import Page
from chassis.rpc.values import id_in, text_to_message, time_to_message
from services.approval.domain.policies.problems import PolicyProblem
from services.approval.known_names import KnownNames
from services.approval.mapping.facts import facts_from_messages
from services.approval.mapping.names import optional_id, person
from services.approval.mapping.routes import route_to_message
from services.approval.use_cases.policies import Preview, Previewed
from services.approval.use_cases.views import PolicyView
from zhupi.approval.v1 import policy_pb2 as pb


def policy_to_message(view: PolicyView) -> pb.Policy:
    return pb.Policy(
        name=view.name,
        process=view.process,
        version=view.version,
        title=text_to_message(view.title),
        yaml=view.yaml,
        publish_time=time_to_message(view.published_at),
        publisher=person(view.publisher),
    )


def page_to_message(page: Page[PolicyView]) -> pb.ListPoliciesResponse:
    return pb.ListPoliciesResponse(
        policies=map(policy_to_message, page.items), next_page_token=page.next_page_token
    )


def problems_to_message(problems: tuple[PolicyProblem, ...]) -> pb.ValidatePolicyResponse:
    return pb.ValidatePolicyResponse(
        problems=[
            pb.PolicyProblem(path=found.path, rule=found.rule, sentence=text_to_message(found.text))
            for found in problems
        ]
    )


def preview(request: pb.PreviewRouteRequest) -> Preview:
    return Preview(
        process=request.process,
        requester=id_in(request.requester, "people", "requester"),
        organisation=optional_id(request.organisation, "organisations", "organisation"),
        facts=facts_from_messages(request.facts),
    )


def previewed_to_message(previewed: Previewed, names: KnownNames) -> pb.PreviewRouteResponse:
    return pb.PreviewRouteResponse(
        policy=previewed.policy, routes=[route_to_message(route, 1, names) for route in previewed.routes]
    )
