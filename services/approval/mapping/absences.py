"""Stand-ins and what is asked about them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chassis.postgres.paging import Page
from chassis.rpc.values import date_from_message, date_to_message, id_in, time_to_message
from kernel.fields import within
from services.approval.domain.people.periods import Period
from services.approval.domain.people.stand_ins import Scope, StandIn, StandInState
from services.approval.known_names import KnownNames
from services.approval.mapping.names import optional_id, organisation, person, uuid_in
from services.approval.use_cases.absences import Appoint, EndStandIn, StandInAt
from services.approval.use_cases.hand_over import CaseHandedOver, HandOver, HandOverReport
from services.approval.use_cases.queries import AskStandIns
from zhupi.approval.v1 import absence_pb2 as pb

STATES: Final = {
    StandInState.PLANNED: pb.StandIn.STATE_PLANNED,
    StandInState.IN_FORCE: pb.StandIn.STATE_IN_FORCE,
    StandInState.EXPIRED: pb.StandIn.STATE_EXPIRED,
    StandInState.ENDED: pb.StandIn.STATE_ENDED,
}


def stand_in_to_message(found: StandInAt, names: KnownNames) -> pb.StandIn:
    one = found.stand_in
    return pb.StandIn(
        name=one.name,
        person=person(one.person),
        person_title=names.person(one.person),
        deputy=person(one.deputy),
        deputy_title=names.person(one.deputy),
        first_day=date_to_message(one.period.first) if one.period.first else None,
        last_day=date_to_message(one.period.last) if one.period.last else None,
        processes=sorted(one.scope.processes),
        organisations=map(organisation, sorted(one.scope.organisations)),
        reason=one.reason,
        state=STATES[found.state],
        creator=person(one.created_by),
        create_time=time_to_message(one.created_at),
        ender=person(one.ended_by),
        end_time=time_to_message(one.ended_at),
        etag=str(one.version),
    )


def page_to_message(page: Page[StandInAt], names: KnownNames) -> pb.ListStandInsResponse:
    return pb.ListStandInsResponse(
        stand_ins=[stand_in_to_message(one, names) for one in page.items],
        next_page_token=page.next_page_token,
    )


def appointment(request: pb.CreateStandInRequest) -> Appoint:
    scope = Scope(
        frozenset(request.processes),
        frozenset(id_in(name, "organisations", "organisations") for name in request.organisations),
    )
    with within("first_day"):
        first = date_from_message(request.first_day) if request.HasField("first_day") else None
    with within("last_day"):
        last = date_from_message(request.last_day) if request.HasField("last_day") else None
    return Appoint(
        optional_id(request.person, "people", "person"),
        id_in(request.deputy, "people", "deputy"),
        Period(first, last),
        scope,
        request.reason,
    )


def asked(request: pb.ListStandInsRequest) -> AskStandIns:
    return AskStandIns(
        optional_id(request.person, "people", "person"),
        optional_id(request.deputy, "people", "deputy"),
        only_present=not request.show_past,
    )


def ending(request: pb.EndStandInRequest) -> EndStandIn:
    return EndStandIn(uuid_in(request.name, "standIns"), request.etag)


USUAL_BATCH: Final = 50


def handing_over(request: pb.HandOverRequest) -> HandOver:
    return HandOver(
        id_in(request.person, "people", "person"),
        id_in(request.to, "people", "to"),
        request.reason,
        request.batch_size or USUAL_BATCH,
        request.behind,
    )


def report_to_message(report: HandOverReport, names: KnownNames, now: datetime) -> pb.HandOverReport:
    def shown(stand_ins: tuple[StandIn, ...]) -> list[pb.StandIn]:
        return [stand_in_to_message(StandInAt(one, one.state(now)), names) for one in stand_ins]

    return pb.HandOverReport(
        cases=map(_handed_over, report.cases),
        stand_ins=shown(report.stand_ins),
        dropped_stand_ins=shown(report.dropped),
        next=report.behind or 0,
    )


def _handed_over(one: CaseHandedOver) -> pb.CaseHandedOver:
    return pb.CaseHandedOver(
        case=one.name.resource,
        document=one.document,
        title=one.title,
        moved=[item.name for item in one.moved],
        left_pool=[item.name for item in one.left_pool],
        kept=[item.name for item in one.kept],
        planned_steps=one.planned,
    )
