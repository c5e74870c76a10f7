"""What keys of customers are called: those of the published lists, and those that reports group by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from google.protobuf.descriptor import EnumDescriptor

from cli.output import Output
from cli.session import Session
from cli.written import word
from kernel.text import Text
from reading.labels import value_label
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1.configuration_pb2 import CustomerChoice, GetCustomerConfigurationRequest
from zhupi.customer.v1.configuration_pb2_grpc import CustomerConfigurationServiceStub
from zhupi.customer.v1.licence_pb2 import Licence

# What the keys of a report are values of; others are shown as they are.
OF: Final[dict[int, EnumDescriptor]] = {
    pb.CUSTOMER_REPORT_BY_STATE: pb.CustomerState.DESCRIPTOR,
    pb.CUSTOMER_REPORT_BY_KIND: pb.CustomerKind.DESCRIPTOR,
}


async def in_words(
    session: Session,
    out: Output,
    *,
    licences: Iterable[Licence] = (),
    customers: Iterable[pb.Customer] = (),
) -> None:
    """For people: types of licences and progress by their names, instead of their keys. A script reads keys."""
    licences, customers = tuple(licences), tuple(customers)
    if out.as_json or not (licences or customers):
        return
    stub = session.stub(CustomerConfigurationServiceStub)
    found = await stub.GetCustomerConfiguration(GetCustomerConfigurationRequest())
    types, progress = called(out, found.licence_types), called(out, found.progress)
    for licence in licences:
        licence.type = types.get(licence.type, licence.type)
    for customer in customers:
        customer.progress = progress.get(customer.progress, customer.progress)


def called(out: Output, choices: Iterable[CustomerChoice]) -> dict[str, str]:
    return {one.key: Text(one.label.zh, one.label.en).in_language(out.language) for one in choices}


def report_in_words(out: Output, by: pb.CustomerReportBy.ValueType, report: pb.CustomerReport) -> None:
    enum = OF.get(by)
    if enum is None or out.as_json:
        return
    for row in report.rows:
        row.key = value_label(enum, word(enum, row.key, "key"), out.language)
