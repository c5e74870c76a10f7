"""Taking customers over, over gRPC: decode, call, encode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from chassis.rpc.servicer import Servicer
from chassis.rpc.values import id_in
from kernel.clock import Clock
from kernel.credit_code import as_written
from kernel.fields import within
from services.customer import mapping
from services.customer.domain.file import File
from services.customer.domain.licence import Licence
from services.customer.domain.takeover import Kept
from services.customer.file_mapping import file_from_message
from services.customer.grpc_api_verbs import Context, Unit, id_of
from services.customer.licence_mapping import licence_of
from services.customer.use_cases.ports import Directory
from services.customer.use_cases.takeover import Taken, take_over
from zhupi.customer.v1 import takeover_pb2 as pb
from zhupi.customer.v1 import takeover_pb2_grpc


class TakeoverServicer(Servicer[Unit], takeover_pb2_grpc.TakeoverServiceServicer):
    def __init__(self, units: Callable[[], Unit], directory: Directory, clock: Clock | None = None) -> None:
        super().__init__(units, clock)
        self._take_over = partial(take_over, directory=directory)

    async def TakeOverCustomers(
        self, request: pb.TakeOverCustomersRequest, context: Context[pb.TakeOverCustomersResponse]
    ) -> pb.TakeOverCustomersResponse:
        return await self.write(context, self._take_over, tuple(_all_kept(request)), _taken)


def _all_kept(request: pb.TakeOverCustomersRequest) -> Iterator[Kept]:
    for place, one in enumerate(request.customers):
        with within(f"customers[{place}]"):
            yield _kept(one)


def _kept(message: pb.KeptCustomer) -> Kept:
    return Kept(
        file=_file(message),
        organisation=id_of(message.organisation, "organisations", "organisation"),
        salesperson=id_in(message.salesperson, "people"),
        state=mapping.STATES_BACK[message.state],
        reason=message.reason,
        progress=message.progress,
        level=message.level,
        erp_code=message.erp_code,
        upstream=as_written(message.upstream),
        aliases=tuple(message.aliases),
        licences=tuple(_licences(message)),
    )


def _file(message: pb.KeptCustomer) -> File:
    with within("file"):
        file = file_from_message(message.file)
        return replace(file, credit_code=as_written(file.credit_code))


def _licences(message: pb.KeptCustomer) -> Iterator[Licence]:
    for place, licence in enumerate(message.licences):
        with within(f"licences[{place}]"):
            yield licence_of("", "", licence)


def _taken(taken: tuple[Taken, ...]) -> pb.TakeOverCustomersResponse:
    customers = [pb.TakenCustomer(name=mapping.resource(one.number), known=one.known) for one in taken]
    return pb.TakeOverCustomersResponse(customers=customers)
