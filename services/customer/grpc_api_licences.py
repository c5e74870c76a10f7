"""Licences over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import grpc

from chassis.cases.ports import Attachments
from chassis.postgres.paging import Page, PageRequest
from chassis.rpc.servicer import Servicer
from chassis.rpc.values import date_from_message
from kernel.clock import Clock
from kernel.fields import within
from services.customer import mapping
from services.customer.domain.licence import Licence
from services.customer.grpc_api_verbs import Unit
from services.customer.licence_mapping import licence_of, licence_to_message
from services.customer.use_cases import licence_watch, licences
from services.customer.use_cases.ports import Directory, LicenceLine, LicenceQuery
from zhupi.customer.v1 import customer_pb2, licence_service_pb2_grpc
from zhupi.customer.v1 import licence_service_pb2 as pb
from zhupi.customer.v1.licence_pb2 import Licence as LicenceMessage

A = TypeVar("A")
Context = grpc.aio.ServicerContext[Any, Awaitable[A]]


class LicenceServicer(Servicer[Unit], licence_service_pb2_grpc.LicenceServiceServicer):
    def __init__(
        self,
        units: Callable[[], Unit],
        directory: Directory,
        attachments: Attachments,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(units, clock)
        self._keep = partial(licences.keep_licence, directory=directory, attachments=attachments)
        self._remove = partial(licences.remove_licence, directory=directory)
        self._list = partial(licences.list_licences, directory=directory)

    async def RecordLicence(
        self, request: pb.RecordLicenceRequest, context: Context[LicenceMessage]
    ) -> LicenceMessage:
        customer = mapping.number_in(request.customer, "customer")
        with within("licence"):
            licence = licence_of(customer, "", request.licence)
        return await self._kept(context, licence, request.etag)

    async def UpdateLicence(
        self, request: pb.UpdateLicenceRequest, context: Context[LicenceMessage]
    ) -> LicenceMessage:
        customer, id = _place_of(request.name)
        with within("licence"):
            licence = licence_of(customer, id, request.licence)
        return await self._kept(context, licence, request.etag)

    async def RemoveLicence(
        self, request: pb.RemoveLicenceRequest, context: Context[LicenceMessage]
    ) -> LicenceMessage:
        command = licences.RemoveLicence(*_place_of(request.name), request.etag)
        return await self.write(context, self._remove, command, licence_to_message)

    async def ListLicences(
        self, request: pb.ListLicencesRequest, context: Context[pb.ListLicencesResponse]
    ) -> pb.ListLicencesResponse:
        with within("expiring_by"):
            by = date_from_message(request.expiring_by) if request.HasField("expiring_by") else None
        query = LicenceQuery(mapping.number_in(request.customer, "customer"), request.type, by)
        command = licences.ListLicences(query, PageRequest.of(request))
        return await self.read(context, self._list, command, _listed)

    async def _kept(self, context: Context[LicenceMessage], licence: Licence, etag: str) -> LicenceMessage:
        with within("licence"):
            return await self.write(
                context, self._keep, licences.KeepLicence(licence, etag), licence_to_message
            )


class LicenceWatchServicer(Servicer[Unit], licence_service_pb2_grpc.LicenceWatchServiceServicer):
    async def WatchLicences(
        self, request: pb.WatchLicencesRequest, context: Context[pb.WatchLicencesResponse]
    ) -> pb.WatchLicencesResponse:
        with within("day"):
            day = date_from_message(request.day)
        command = licence_watch.WatchLicences(day, mapping.number_in(request.after, "after"))
        return await self.write(context, licence_watch.watch_licences, command, _watched)


def _place_of(name: str) -> tuple[str, str]:
    """`customers/C000001/licences/2` → C000001, 2. The contract has checked the shape."""
    _, customer, _, id = name.split("/")
    return customer, id


def _listed(page: Page[LicenceLine]) -> pb.ListLicencesResponse:
    lines = [
        pb.ListLicencesResponse.Line(
            licence=licence_to_message(line.licence),
            customer=customer_pb2.CustomerReference(
                name=mapping.resource(line.customer.number), display_name=line.customer.name
            ),
            salesperson=f"people/{line.salesperson}",
        )
        for line in page.items
    ]
    return pb.ListLicencesResponse(lines=lines, next_page_token=page.next_page_token)


def _watched(watched: licence_watch.Watched) -> pb.WatchLicencesResponse:
    return pb.WatchLicencesResponse(
        expiring=watched.expiring,
        blocked=watched.blocked,
        unblocked=watched.unblocked,
        last=mapping.resource(watched.last),
    )
