"""Taking customers over that another system has kept so far, as many as there are: so many in a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from cli.session import Session
from zhupi.customer.v1.takeover_pb2 import KeptCustomer, TakenCustomer, TakeOverCustomersRequest
from zhupi.customer.v1.takeover_pb2_grpc import TakeoverServiceStub


def parts(customers: Sequence[KeptCustomer], at_once: int) -> Iterator[Sequence[KeptCustomer]]:
    return (customers[start : start + at_once] for start in range(0, len(customers), at_once))


async def take_over(
    session: Session, customers: Iterable[KeptCustomer], request_id: Callable[[], str]
) -> list[TakenCustomer]:
    """All of them or none. Raises what the service refuses."""
    request = TakeOverCustomersRequest(request_id=request_id(), customers=customers)
    return list((await session.stub(TakeoverServiceStub).TakeOverCustomers(request)).customers)
