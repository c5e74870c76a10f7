"""People, organisations, and how an import went."""

from __future__ import annotations

from chassis.postgres.paging import Page
from chassis.rpc.values import date_to_message, text_to_message
from kernel.sheets import RowRefusal
from services.approval.domain.people.directory import Organisation
from services.approval.mapping.names import optional_id, organisation, person
from services.approval.use_cases.directory import ImportResult, PersonAt
from services.approval.use_cases.queries import AskPeople
from zhupi.approval.v1 import directory_pb2 as pb
from zhupi.common.v1 import sheet_pb2


def person_to_message(found: PersonAt) -> pb.Person:
    id, place = found.person.id, found.at.organisation(found.person.organisation)
    return pb.Person(
        name=person(id),
        display_name=found.person.name,
        pinyin=found.person.pinyin,
        organisation=organisation(found.person.organisation),
        organisation_title=place.title.zh if place else "",
        grade=found.person.grade,
        email=found.person.email,
        posts=sorted({held.post for held in found.at.assignments(id)}),
        manager=person(next(found.at.managers(id), "")),
        roles=sorted(found.at.roles(id)),
        active=found.active,
        capabilities=[
            f"{one.key}={one.value}" if one.value else one.key for one in found.at.capabilities(id)
        ],
        responsible_for=map(organisation, sorted(found.at.responsible_for(id))),
    )


def people_to_message(page: Page[PersonAt]) -> pb.ListPeopleResponse:
    return pb.ListPeopleResponse(
        people=map(person_to_message, page.items), next_page_token=page.next_page_token
    )


def organisation_to_message(found: Organisation) -> pb.Organisation:
    period = found.period
    return pb.Organisation(
        name=organisation(found.id),
        title=text_to_message(found.title),
        parent=organisation(found.parent),
        effective_from=date_to_message(period.first) if period.first else None,
        effective_to=date_to_message(period.last) if period.last else None,
    )


def organisations_to_message(page: Page[Organisation]) -> pb.ListOrganisationsResponse:
    return pb.ListOrganisationsResponse(
        organisations=map(organisation_to_message, page.items), next_page_token=page.next_page_token
    )


def asked_people(request: pb.ListPeopleRequest) -> AskPeople:
    return AskPeople(
        request.query, optional_id(request.organisation, "organisations", "organisation"), request.post
    )


def report_to_message(result: ImportResult) -> sheet_pb2.ImportReport:
    return sheet_pb2.ImportReport(
        applied=result.applied,
        rows=result.rows,
        refusals=map(_refusal, result.refusals),
        version=result.version,
    )


def _refusal(refused: RowRefusal) -> sheet_pb2.RowRefusal:
    return sheet_pb2.RowRefusal(
        sheet=refused.sheet,
        line=refused.line,
        column=refused.column,
        rule=refused.rule,
        sentence=text_to_message(refused.text),
    )
