"""What surrounds a customer, as messages: views, levels, whoever buys from it, reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chassis.postgres.paging import Page
from chassis.rpc.values import time_to_message
from services.customer.licence_mapping import licence_to_message
from services.customer.mapping import KINDS, STATES, customer_to_message, resource
from services.customer.use_cases.customer_queries import View
from services.customer.use_cases.ports import Below, Counted, LevelChange, Named, ReportBy
from zhupi.customer.v1 import customer_pb2 as pb

REPORTS: Final = {pb.CustomerReportBy.Value(f"CUSTOMER_REPORT_BY_{by.name}"): by for by in ReportBy}


def view_to_message(view: View) -> pb.CustomerView:
    return pb.CustomerView(
        customer=customer_to_message(view.customer),
        licences=map(licence_to_message, view.licences),
        upstream=_references(view.upstream),
        downstream=map(_below_to_message, view.downstream),
        downstream_count=view.downstream_count,
        level_changes=map(_level_change_to_message, view.level_changes),
        related=_references(view.related),
        merged=_references(view.merged),
        owned=view.owned,
    )


def downstream_to_message(page: Page[Below]) -> pb.ListDownstreamResponse:
    below = map(_below_to_message, page.items)
    return pb.ListDownstreamResponse(downstream=below, next_page_token=page.next_page_token)


def level_changes_to_message(page: Page[LevelChange]) -> pb.ListLevelChangesResponse:
    changes = map(_level_change_to_message, page.items)
    return pb.ListLevelChangesResponse(changes=changes, next_page_token=page.next_page_token)


def report_to_message(by: ReportBy, rows: Iterable[Counted]) -> pb.CustomerReport:
    collection = "organisations/" if by is ReportBy.ORGANISATION else ""
    return pb.CustomerReport(
        rows=[
            pb.CustomerReport.Row(
                key=f"{collection}{row.key}" if row.key else "",
                customers=row.customers,
                formal=row.formal,
                lost=row.lost,
            )
            for row in rows
        ]
    )


def _below_to_message(below: Below) -> pb.DownstreamCustomer:
    return pb.DownstreamCustomer(
        name=resource(below.number),
        display_name=below.name,
        kind=KINDS[below.kind],
        state=STATES[below.state] if below.visible else pb.CUSTOMER_STATE_UNSPECIFIED,
        downstream=below.downstream,
    )


def _level_change_to_message(change: LevelChange) -> pb.LevelChange:
    message = pb.LevelChange(
        time=time_to_message(change.at),
        to=change.after,
        actor=change.actor,
        document=change.document,
        reason=change.reason,
    )
    setattr(message, "from", change.before)  # a word of Python's
    return message


def _references(named: Iterable[Named]) -> list[pb.CustomerReference]:
    return [pb.CustomerReference(name=resource(one.number), display_name=one.name) for one in named]
