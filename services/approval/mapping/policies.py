"""Policies, what is wrong with them, and previews."""

from __future__ import annotations

from typing import Final

from chassis.postgres.paging import Page
from chassis.rpc.values import id_in, text_to_message, time_to_message
from services.approval.domain.policies.life import PolicyState
from services.approval.domain.policies.problems import PolicyProblem
from services.approval.known_names import KnownNames
from services.approval.mapping.facts import facts_from_messages
from services.approval.mapping.names import optional_id, person, process_in, process_of_draft
from services.approval.mapping.routes import route_to_message
from services.approval.use_cases.policies import Preview, Previewed, Retire
from services.approval.use_cases.policy_drafts import OnDraft, SaveDraft
from services.approval.use_cases.policy_views import PolicyDraft, PolicyView
from zhupi.approval.v1 import policy_pb2 as pb

STATES: Final = {
    PolicyState.DRAFT: pb.Policy.STATE_DRAFT,
    PolicyState.PUBLISHED: pb.Policy.STATE_PUBLISHED,
    PolicyState.SUPERSEDED: pb.Policy.STATE_SUPERSEDED,
    PolicyState.RETIRED: pb.Policy.STATE_RETIRED,
}


def policy_to_message(view: PolicyView) -> pb.Policy:
    gone = view.retirement
    return pb.Policy(
        name=view.name,
        process=view.process,
        version=view.version,
        title=text_to_message(view.title),
        yaml=view.yaml,
        publish_time=time_to_message(view.published_at),
        publisher=person(view.publisher),
        state=STATES[view.state],
        retire_time=time_to_message(gone.at if gone else None),
        retirer=person(gone.by) if gone else "",
        retire_reason=gone.reason if gone else "",
        etag=view.etag,
    )


def page_to_message(page: Page[PolicyView]) -> pb.ListPoliciesResponse:
    return pb.ListPoliciesResponse(
        policies=map(policy_to_message, page.items), next_page_token=page.next_page_token
    )


def draft_to_message(draft: PolicyDraft) -> pb.Policy:
    return pb.Policy(
        name=draft.name,
        process=draft.process,
        title=text_to_message(draft.title),
        yaml=draft.yaml,
        state=pb.Policy.STATE_DRAFT,
        author=person(draft.author),
        save_time=time_to_message(draft.saved_at),
        problems=map(problem_to_message, draft.problems),
        etag=str(draft.version),
    )


def drafts_to_message(page: Page[PolicyDraft]) -> pb.ListPolicyDraftsResponse:
    return pb.ListPolicyDraftsResponse(
        drafts=map(draft_to_message, page.items), next_page_token=page.next_page_token
    )


def problems_to_message(problems: tuple[PolicyProblem, ...]) -> pb.ValidatePolicyResponse:
    return pb.ValidatePolicyResponse(problems=map(problem_to_message, problems))


def problem_to_message(found: PolicyProblem) -> pb.PolicyProblem:
    return pb.PolicyProblem(path=found.path, rule=found.rule, sentence=text_to_message(found.text))


def saving(request: pb.SavePolicyDraftRequest) -> SaveDraft:
    return SaveDraft(request.yaml, request.etag)


def on_draft(request: pb.DiscardPolicyDraftRequest | pb.PublishPolicyDraftRequest) -> OnDraft:
    return OnDraft(process_of_draft(request.name), request.etag)


def retirement(request: pb.RetirePolicyRequest) -> Retire:
    return Retire(process_in(request.name), request.reason, request.etag)


def preview(request: pb.PreviewRouteRequest) -> Preview:
    return Preview(
        process=request.process,
        requester=id_in(request.requester, "people", "requester"),
        organisation=optional_id(request.organisation, "organisations", "organisation"),
        facts=facts_from_messages(request.facts),
        document=request.document,
    )


def previewed_to_message(previewed: Previewed, names: KnownNames) -> pb.PreviewRouteResponse:
    return pb.PreviewRouteResponse(
        policy=previewed.policy, routes=[route_to_message(route, 1, names) for route in previewed.routes]
    )
