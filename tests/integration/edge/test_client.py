"""Calls between components: as whom they arrive, what is tried again, what a refusal is at the other end."""

from __future__ import annotations

import asyncio
import time
from itertools import count
from uuid import uuid4

import grpc
import pytest

from chassis.rpc.client import UnknownPeer, channel
from chassis.rpc.errors import RemoteRefusal
from chassis.rpc.interceptors import correlation
from chassis.rpc.interceptors.calling import is_safe_to_repeat
from chassis.transaction.requests import Request, current_request, handling
from kernel.actor import Actor
from kernel.errors import Code, FailedPrecondition, Refusal, Unavailable
from tests.builders.edge import Cases, Edge, cases_as_person, cases_as_service, served
from zhupi.approval.v1 import case_pb2, case_protocol_pb2
from zhupi.erp.v1 import erp_pb2

REQUEST = case_pb2.GetCaseRequest(name="cases/expense-claim/EC-2026-000001/1")
LIHUA = Actor(person="lihua", roles=frozenset({"finance"}), device="phone-7")


class CaseSealed(FailedPrecondition):
    zh = "{case} 已封存"
    en = "{case} is sealed"


async def test_a_service_calls_on_its_own_account_outside_a_request(edge: Edge) -> None:
    async with served(edge, Cases()) as server, cases_as_service(edge, server, "expense") as cases:
        assert (await cases.GetCase(REQUEST)).requester == "services/expense"


async def test_a_service_says_for_whom_it_calls_and_from_which_device_but_lends_no_roles(edge: Edge) -> None:
    callers: list[Actor] = []

    def answer(_request: object) -> case_pb2.Case:
        request = current_request()
        assert request is not None
        callers.append(request.caller)
        return case_pb2.Case()

    async with served(edge, Cases(answer)) as server, cases_as_service(edge, server, "expense") as cases:
        with handling(Request(LIHUA, "/zhupi.expense.v1.ClaimService/SubmitClaim")):
            await cases.GetCase(REQUEST)
    assert callers == [Actor(person="lihua", service="expense", device="phone-7")]


async def test_a_token_sent_to_one_service_is_of_no_use_at_another(edge: Edge) -> None:
    async with (
        served(edge, Cases(), name="erp") as server,
        cases_as_service(edge, server, "expense", peer="approval") as cases,
    ):
        with pytest.raises(RemoteRefusal) as refused:
            await cases.GetCase(REQUEST)
    assert refused.value.reason == "TOKEN_FOR_ANOTHER_AUDIENCE"


async def test_a_refusal_arrives_as_it_was_raised(edge: Edge) -> None:
    def sealed(_request: object) -> None:
        raise CaseSealed(case="EC-1", field="name")

    async with served(edge, Cases(sealed)) as server, cases_as_service(edge, server) as cases:
        with pytest.raises(RemoteRefusal) as refused:
            await cases.GetCase(REQUEST)
    got, raised = refused.value, CaseSealed(case="EC-1", field="name")
    assert (got.code, got.reason, got.text, got.values) == (
        raised.code,
        raised.reason,
        raised.text,
        {"case": "EC-1"},
    )
    assert got.violations == raised.violations


async def test_a_refusal_passes_through_a_service_in_between(edge: Edge) -> None:
    def sealed(_request: object) -> None:
        raise CaseSealed(case="EC-1")

    async with (
        served(edge, Cases(sealed)) as far,
        cases_as_service(edge, far) as far_cases,
        served(edge, Cases(far_cases.GetCase), name="expense") as near,
        cases_as_person(edge, near) as cases,
    ):
        with pytest.raises(RemoteRefusal) as refused:
            await cases.GetCase(REQUEST)
    assert (refused.value.code, refused.value.reason) == (Code.FAILED_PRECONDITION, "CASE_SEALED")


async def test_a_peer_that_is_not_there_is_unavailable_by_name(edge: Edge) -> None:
    settings = edge.settings("expense", peers={"approval": "127.0.0.1:1"})
    async with channel(settings, "approval") as opened:
        call = opened.unary_unary("/zhupi.approval.v1.Nothing/Do", request_serializer=bytes)
        with pytest.raises(Unavailable) as refused:
            await call(b"")
    assert refused.value.values == {"what": "approval"}


def test_a_peer_without_an_address_is_said_at_once(edge: Edge) -> None:
    with pytest.raises(UnknownPeer):
        channel(edge.settings("expense"), "approval")


async def test_a_read_is_tried_again_until_its_peer_is_back(edge: Edge) -> None:
    tries = count(1)

    def third_time(_request: object) -> case_pb2.Case:
        if next(tries) < 3:
            raise Unavailable(what="the database")
        return case_pb2.Case(name="there")

    async with served(edge, Cases(third_time)) as server, cases_as_service(edge, server) as cases:
        assert (await cases.GetCase(REQUEST)).name == "there"


async def test_tries_end_and_the_last_refusal_is_told(edge: Edge) -> None:
    tries = count(0)

    def never(_request: object) -> None:
        next(tries)
        raise Unavailable(what="the database")

    async with served(edge, Cases(never)) as server, cases_as_service(edge, server) as cases:
        with pytest.raises(RemoteRefusal) as refused:
            await cases.GetCase(REQUEST)
    assert (refused.value.code, next(tries)) == (Code.UNAVAILABLE, 4)


async def test_what_is_not_unavailable_is_not_tried_again(edge: Edge) -> None:
    tries = count(0)

    def sealed(_request: object) -> None:
        next(tries)
        raise CaseSealed(case="EC-1")

    async with served(edge, Cases(sealed)) as server, cases_as_service(edge, server) as cases:
        with pytest.raises(RemoteRefusal):
            await cases.GetCase(REQUEST)
    assert next(tries) == 1


@pytest.mark.parametrize(
    ("method", "request_message", "safe"),
    [
        ("/zhupi.approval.v1.CaseService/GetCase", REQUEST, True),
        ("/zhupi.approval.v1.CaseService/WithdrawCase", case_pb2.WithdrawCaseRequest(), False),
        (
            "/zhupi.approval.v1.CaseService/WithdrawCase",
            case_pb2.WithdrawCaseRequest(request_id=str(uuid4())),
            True,
        ),
        (
            "/zhupi.approval.v1.CaseProtocolService/SealCase",
            case_protocol_pb2.SealCaseRequest(),
            True,
        ),
        # Whether it has paid is asked for first (zhupi.erp.v1).
        ("/zhupi.erp.v1.ErpService/Pay", erp_pb2.PayRequest(), False),
        ("/zhupi.erp.v1.ErpService/GetPayment", erp_pb2.GetPaymentRequest(), True),
        ("/zhupi.approval.v1.CaseService/NoSuchThing", b"", False),
    ],
)
def test_only_what_may_happen_twice_is_tried_again(method: str, request_message: object, safe: bool) -> None:
    assert is_safe_to_repeat(method, request_message) is safe


async def test_nobody_waits_longer_than_the_one_who_waits_for_them(edge: Edge) -> None:
    left: list[float] = []

    def answer(_request: object) -> case_pb2.Case:
        request = current_request()
        assert request is not None
        assert request.deadline is not None
        left.append(request.deadline - time.monotonic())
        return case_pb2.Case()

    async with served(edge, Cases(answer)) as server, cases_as_service(edge, server) as cases:
        with handling(Request(LIHUA, "/x/Y", deadline=time.monotonic() + 2)):
            await cases.GetCase(REQUEST, timeout=50)
    assert left[0] <= 2


async def test_the_request_id_goes_along(edge: Edge) -> None:
    seen: list[str] = []

    def answer(_request: object) -> case_pb2.Case:
        seen.append(correlation.current())
        return case_pb2.Case()

    async def ask(cases: object) -> None:
        correlation.adopt("0a1b2c3d-4e5f")
        await cases.GetCase(REQUEST)  # type: ignore[attr-defined]  # a stub

    async with served(edge, Cases(answer)) as server, cases_as_service(edge, server) as cases:
        await asyncio.create_task(ask(cases))
    assert seen == ["0a1b2c3d-4e5f"]


async def test_a_cancelled_call_is_cancelled_at_the_other_end(edge: Edge) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def forever(_request: object) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with served(edge, Cases(forever)) as server, cases_as_service(edge, server) as cases:
        call = asyncio.ensure_future(_get(cases))
        await begun.wait()
        call.cancel()
        await ended.wait()
        with pytest.raises(asyncio.CancelledError):
            await call


async def _get(cases: object) -> case_pb2.Case:
    answer: case_pb2.Case = await cases.GetCase(REQUEST)  # type: ignore[attr-defined]  # a stub
    return answer


async def test_an_unknown_method_is_no_refusal_of_a_rule(edge: Edge) -> None:
    async with served(edge, Cases()) as server:
        settings = edge.settings("expense", peers={"approval": server.address})
        async with channel(settings, "approval") as opened:
            with pytest.raises(Refusal) as refused:
                await opened.unary_unary("/zhupi.approval.v1.CaseService/Nothing", request_serializer=bytes)(
                    b""
                )
    assert isinstance(refused.value.__cause__, grpc.aio.AioRpcError)
    assert refused.value.code is Code.INTERNAL
