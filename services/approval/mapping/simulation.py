"""Policies side by side: what is asked, what changes."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import id_in, text_to_message
from services.approval.domain.planning.comparing import Change, ChangeKind
from services.approval.known_names import KnownNames
from services.approval.mapping.facts import facts_from_messages
from services.approval.mapping.names import DRAFT, optional_id, people, person, policy_in, process_of_draft
from services.approval.mapping.routes import route_to_message
from services.approval.policy_text.differences.comparing import Difference
from services.approval.use_cases.simulation import Chosen, Given, LastCases, Simulate, Simulated
from zhupi.approval.v1 import policy_pb2 as pb

KINDS: Final = {
    ChangeKind.ASKED: pb.SimulatedChange.KIND_ASKED,
    ChangeKind.NOT_ASKED: pb.SimulatedChange.KIND_NOT_ASKED,
    ChangeKind.APPROVERS: pb.SimulatedChange.KIND_APPROVERS,
    ChangeKind.MODE: pb.SimulatedChange.KIND_MODE,
    ChangeKind.ORDER: pb.SimulatedChange.KIND_ORDER,
}


def chosen(message: pb.PolicyChoice) -> Chosen:
    if message.WhichOneof("policy") == "yaml":
        return Chosen(yaml=message.yaml)
    if message.name.endswith(DRAFT):
        return Chosen(process=process_of_draft(message.name), draft=True)
    process, version = policy_in(message.name)
    return Chosen(process=process, version=version)


def diff(request: pb.DiffPoliciesRequest) -> tuple[Chosen, Chosen]:
    return chosen(request.before), chosen(request.after)


def differences_to_message(found: tuple[Difference, ...]) -> pb.DiffPoliciesResponse:
    return pb.DiffPoliciesResponse(
        differences=[pb.PolicyDifference(path=one.path, sentence=text_to_message(one.text)) for one in found]
    )


def simulation(request: pb.SimulatePolicyRequest) -> Simulate:
    policy = chosen(request.policy)
    if request.WhichOneof("on") == "last_cases":
        asked = request.last_cases
        return Simulate(policy, LastCases(asked.count, asked.as_of_request))
    given = request.given
    return Simulate(
        policy,
        Given(
            id_in(given.requester, "people", "given.requester"),
            optional_id(given.organisation, "organisations", "given.organisation"),
            facts_from_messages(given.facts),
        ),
    )


def simulated_to_message(found: tuple[Simulated, ...], names: KnownNames) -> pb.SimulatePolicyResponse:
    return pb.SimulatePolicyResponse(cases=[_case(one, names) for one in found])


def _case(one: Simulated, names: KnownNames) -> pb.SimulatedCase:
    routes = () if one.case else one.routes
    return pb.SimulatedCase(
        case=one.case.name.resource if one.case else "",
        title=one.case.title if one.case else "",
        requester=person(one.requester),
        requester_title=names.person(one.requester),
        compared_with=one.compared_with,
        changes=map(_change, one.changes),
        refusal=one.refusal.reason if one.refusal else "",
        refusal_sentence=text_to_message(one.refusal.text) if one.refusal else None,
        refusal_before=one.refused_before.reason if one.refused_before else "",
        routes=[route_to_message(route, 1, names) for route in routes],
    )


def _change(change: Change) -> pb.SimulatedChange:
    return pb.SimulatedChange(
        stage=change.stage,
        step=change.step,
        kind=KINDS[change.kind],
        joining=people(change.joining),
        leaving=people(change.leaving),
        sentence=text_to_message(change.text),
    )
