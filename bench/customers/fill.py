"""Very many customers, taken over as an administrator does who sets a house up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import uuid4

from bench.command import Tell
from bench.customers.names import Called, called
from cli.session import Session
from zhupi.customer.v1 import customer_pb2 as pb
from zhupi.customer.v1.finding_pb2 import SearchCustomersRequest
from zhupi.customer.v1.finding_pb2_grpc import FindingServiceStub
from zhupi.customer.v1.takeover_pb2 import KeptCustomer, TakeOverCustomersRequest
from zhupi.customer.v1.takeover_pb2_grpc import TakeoverServiceStub

AT_ONCE: Final = 200
TOLD_EVERY: Final = 10_000


async def fill(
    administrator: Session, keeper: Session, salespeople: list[str], count: int, tell: Tell
) -> list[Called]:
    """So many customers, salesperson by salesperson in turn; those that are there are left as they are."""
    stub, all_of_them = administrator.stub(TakeoverServiceStub), list(called(count))
    if await _is_there(keeper, all_of_them[-1]):
        return all_of_them
    parts = _in_parts(all_of_them, salespeople)
    # One after the other, as customers are taken over: whoever comes meanwhile would only wait.
    for taken, some in parts:
        await stub.TakeOverCustomers(
            TakeOverCustomersRequest(request_id=str(uuid4()), customers=some), timeout=120
        )
        if taken and not taken % TOLD_EVERY:
            tell(f"{taken:,} customers")
    return all_of_them


async def _is_there(keeper: Session, last: Called) -> bool:
    request = SearchCustomersRequest(query=last.credit_code, limit=1)
    return bool((await keeper.stub(FindingServiceStub).SearchCustomers(request)).hits)


def _in_parts(all_of_them: list[Called], salespeople: list[str]) -> Iterator[tuple[int, list[KeptCustomer]]]:
    for start in range(0, len(all_of_them), AT_ONCE):
        some = all_of_them[start : start + AT_ONCE]
        yield start, [_kept(one, salespeople[one.n % len(salespeople)]) for one in some]


def _kept(one: Called, salesperson: str) -> KeptCustomer:
    """Every tenth is registered."""
    formal = one.n % 10 == 0
    return KeptCustomer(
        file=pb.CustomerFile(
            display_name=one.name,
            kind=one.kind,
            trade=pb.CUSTOMER_TRADE_DIRECT,
            credit_code=one.credit_code,
            phone=one.phone,
            address=pb.Address(province=one.place.province, city=one.place.city),
        ),
        salesperson=f"people/{salesperson}",
        state=pb.CUSTOMER_STATE_FORMAL if formal else pb.CUSTOMER_STATE_POTENTIAL,
        erp_code=f"K-{one.n:06}" if formal else "",
        aliases=[one.alias] if one.alias else [],
    )
