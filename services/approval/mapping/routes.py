"""Routes as messages."""

from __future__ import annotations

from typing import Final

from chassis.rpc.values import text_to_message
from services.approval.domain.planning.route import Approver, Deferred, Route, RouteStep, Until
from services.approval.domain.planning.sentences import ballot_sentence
from services.approval.domain.policies.ballot import Mode
from services.approval.known_names import KnownNames
from services.approval.mapping.names import people
from services.approval.use_cases.views import RouteView
from zhupi.approval.v1 import route_pb2 as pb

MODES: Final = {
    Mode.SINGLE: pb.RouteStep.MODE_SINGLE,
    Mode.ALL: pb.RouteStep.MODE_ALL,
    Mode.ANY: pb.RouteStep.MODE_ANY,
    Mode.VOTE: pb.RouteStep.MODE_VOTE,
    Mode.SEQUENTIAL: pb.RouteStep.MODE_SEQUENTIAL,
}

UNTIL: Final = {
    Until.CHOICE: pb.Deferred.UNTIL_CHOICE,
    Until.DECIDERS: pb.Deferred.UNTIL_DECIDERS,
    Until.PICK: pb.Deferred.UNTIL_PICK,
    Until.EXCEPT: pb.Deferred.UNTIL_EXCEPT,
}


def view_to_message(view: RouteView, names: KnownNames) -> pb.Route:
    return route_to_message(view.route, view.round, names, view.document_version, view.revision)


def route_to_message(
    route: Route, round: int, names: KnownNames, document_version: int = 0, revision: int = 0
) -> pb.Route:
    return pb.Route(
        stage=route.stage,
        stage_title=text_to_message(route.stage_title),
        round=round,
        policy=route.policy,
        directory_version=route.directory_version,
        steps=[_step(step, names) for step in route.steps],
        document_version=document_version,
        revision=revision,
    )


def _step(step: RouteStep, names: KnownNames) -> pb.RouteStep:
    return pb.RouteStep(
        key=step.key,
        title=text_to_message(step.title),
        mode=MODES[step.mode],
        after=step.after,
        approvers=[_approver(approver, names) for approver in step.approvers],
        skipped=step.skipped is not None,
        why=text_to_message(step.why),
        deferred=[_deferred(one, names) for one in step.deferred],
        ballot=text_to_message(ballot_sentence(step)),
        override=text_to_message(step.override) if step.override else None,
    )


def _deferred(deferred: Deferred, names: KnownNames) -> pb.Deferred:
    return pb.Deferred(
        until=UNTIL[deferred.until],
        text=text_to_message(deferred.text),
        by=deferred.by,
        expected=people(deferred.expected),
        expected_titles=map(names.person, deferred.expected),
    )


def _approver(approver: Approver, names: KnownNames) -> pb.Approver:
    return pb.Approver(
        candidates=people(approver.candidates),
        candidate_titles=map(names.person, approver.candidates),
        post=approver.post,
        why=text_to_message(approver.why.text),
        weight=approver.weight,
        post_title=text_to_message(names.post(approver.post)) if approver.post else None,
    )
