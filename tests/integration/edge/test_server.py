"""The server as a caller meets it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from chassis.rpc.client import person_channel
from chassis.rpc.errors import RemoteRefusal
from chassis.rpc.interceptors.deadlines import Deadlines
from chassis.rpc.server import CannotListen, GrpcServer
from kernel.errors import Code, Refusal
from tests.builders.edge import Cases, Edge, Files, cases_as_person, served
from zhupi.approval.v1 import attachment_pb2, attachment_pb2_grpc, case_pb2, case_pb2_grpc

REQUEST = case_pb2.GetCaseRequest(name="cases/expense-claim/EC-2026-000001/1")
ANYTHING = attachment_pb2.DownloadAttachmentRequest(name="attachments/1")


async def test_a_person_with_a_token_is_answered_as_themselves(edge: Edge) -> None:
    async with served(edge, Cases()) as server, cases_as_person(edge, server) as cases:
        assert (await cases.GetCase(REQUEST)).requester == "people/lihua"


async def test_health_is_open_to_everybody(edge: Edge) -> None:
    async with served(edge, Cases()) as server, grpc.aio.insecure_channel(server.address) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        answer = await health.Check(health_pb2.HealthCheckRequest(service="zhupi.approval.v1.CaseService"))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_reflection_needs_a_token_and_lists_every_service(edge: Edge) -> None:
    asking = reflection_pb2.ServerReflectionRequest(list_services="")
    async with served(edge, Cases()) as server:
        async with grpc.aio.insecure_channel(server.address) as channel:
            answers = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([asking]))
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await answers.read()
            assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
        async with person_channel(server.address, edge.token()) as channel:
            stub = reflection_pb2_grpc.ServerReflectionStub(channel)
            answers = [answer async for answer in stub.ServerReflectionInfo(iter([asking]))]
    names = {service.name for service in answers[0].list_services_response.service}
    assert {"zhupi.approval.v1.CaseService", "grpc.health.v1.Health"} <= names


async def test_a_port_in_use_is_said_at_once(edge: Edge) -> None:
    async with served(edge, Cases()) as server:
        second = GrpcServer(edge.settings("approval", listen=server.address), "approval")
        with pytest.raises(CannotListen):
            await second.start()
        await second.stop()


async def test_what_breaks_a_field_rule_is_refused_field_by_field_in_both_languages(edge: Edge) -> None:
    async with served(edge, Cases()) as server, cases_as_person(edge, server) as cases:
        with pytest.raises(RemoteRefusal) as refused:
            await cases.CommentOnCase(
                case_pb2.CommentOnCaseRequest(name="x", request_id="no", text="a" * 10**6)
            )
    assert refused.value.code is Code.INVALID_ARGUMENT
    assert [(v.field, v.rule) for v in refused.value.violations] == [
        ("request_id", "STRING_UUID"),
        ("text", "STRING_MAX_LEN"),
    ]
    assert refused.value.violations[1].text.zh == "内容最多 4000 个字符"


async def test_an_unexpected_error_tells_its_number_and_nothing_else(
    edge: Edge, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_request: object) -> None:
        raise RuntimeError("the password is sesame")

    async with served(edge, Cases(broken)) as server, cases_as_person(edge, server) as cases:
        with pytest.raises(RemoteRefusal) as refused:
            await cases.GetCase(REQUEST)
    assert (refused.value.code, refused.value.reason) == (Code.INTERNAL, "INTERNAL_ERROR")
    assert len(refused.value.values["incident"]) == 12
    assert "sesame" not in refused.value.text.en + refused.value.text.zh
    assert str(refused.value.values["incident"]) in capsys.readouterr().out


async def test_a_refusal_carries_error_info_for_any_client(edge: Edge) -> None:
    async with served(edge, Cases()) as server, grpc.aio.insecure_channel(server.address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await case_pb2_grpc.CaseServiceStub(channel).GetCase(REQUEST)
    trailers = dict(refused.value.trailing_metadata() or ())
    details = trailers["grpc-status-details-bin"]
    assert isinstance(details, bytes)
    info = ErrorInfo()
    assert Status.FromString(details).details[0].Unpack(info)
    assert (info.domain, info.reason) == ("zhupi", "TOKEN_MISSING")
    assert "x-request-id" in trailers


async def test_a_callers_request_id_comes_back_and_a_bad_one_is_replaced(edge: Edge) -> None:
    async with served(edge, Cases()) as server, cases_as_person(edge, server) as cases:
        for offered, kept in (("0a1b2c3d-4e5f", True), ("no spaces, please", False)):
            call = cases.GetCase(REQUEST, metadata=(("x-request-id", offered),))
            await call
            assert ((await call.trailing_metadata())["x-request-id"] == offered) is kept


async def test_a_handler_that_takes_too_long_is_ended_by_the_servers_own_deadline(edge: Edge) -> None:
    ended = asyncio.Event()

    async def forever(_request: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    short = Deadlines(default=0.1, longest=0.2)
    async with (
        served(edge, Cases(forever), deadlines=short) as server,
        cases_as_person(edge, server) as cases,
    ):
        with pytest.raises(Refusal) as refused:
            await cases.GetCase(REQUEST, timeout=60)
        assert refused.value.code is Code.DEADLINE_EXCEEDED
        await ended.wait()


async def test_a_caller_who_stops_waiting_ends_the_handler(edge: Edge) -> None:
    ended = asyncio.Event()

    async def forever(_request: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with served(edge, Cases(forever)) as server, cases_as_person(edge, server) as cases:
        with pytest.raises(Refusal) as refused:
            await cases.GetCase(REQUEST, timeout=0.1)
        assert refused.value.code is Code.DEADLINE_EXCEEDED
        await ended.wait()


async def test_a_time_out_of_the_handlers_own_is_an_incident_not_a_deadline(edge: Edge) -> None:
    def timed_out(_request: object) -> None:
        raise TimeoutError

    async with served(edge, Cases(timed_out)) as server, cases_as_person(edge, server) as cases:
        with pytest.raises(RemoteRefusal) as refused:
            await cases.GetCase(REQUEST)
    assert refused.value.code is Code.INTERNAL


async def test_a_message_beyond_the_limit_is_refused(edge: Edge) -> None:
    huge = case_pb2.GetCaseRequest(name="x" * (4 << 20))
    async with served(edge, Cases()) as server, cases_as_person(edge, server) as cases:
        with pytest.raises(Refusal) as refused:
            await cases.GetCase(huge)
    assert refused.value.code is Code.RESOURCE_EXHAUSTED


async def test_uploads_and_downloads_pass_through_the_same_layers(edge: Edge) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    upload = [attachment_pb2.UploadAttachmentRequest(content=b"x" * 1000)] * 3
    too_long = attachment_pb2.UploadAttachmentRequest(content=b"x" * 70_000)
    async with served(edge, Files(chunks)) as server:
        async with person_channel(server.address, edge.token()) as channel:
            files = attachment_pb2_grpc.AttachmentServiceStub(channel)
            received = [chunk.content async for chunk in files.DownloadAttachment(ANYTHING)]
            stored = await files.UploadAttachment(iter(upload))
            with pytest.raises(RemoteRefusal) as refused:
                await files.UploadAttachment(iter([*upload, too_long]))
        async with person_channel(server.address, "forged") as channel:
            files = attachment_pb2_grpc.AttachmentServiceStub(channel)
            with pytest.raises(RemoteRefusal) as stranger:
                await anext(aiter(files.DownloadAttachment(ANYTHING)))
    assert (received, stored.size_bytes) == ([b"one", b"two"], 3000)
    assert refused.value.violations[0].field == "content"
    assert stranger.value.reason == "TOKEN_NOT_TRUSTED"


async def test_an_upload_that_is_refused_unread_says_why(edge: Edge) -> None:
    """The client of grpcio calls it INTERNAL where it still writes when the answer comes: about one in three."""

    async def upload() -> AsyncIterator[attachment_pb2.UploadAttachmentRequest]:
        for _ in range(40):
            yield attachment_pb2.UploadAttachmentRequest(content=b"x" * 1_000)

    async with (
        served(edge, Files(lambda: pytest.fail("nobody downloads"))) as server,
        person_channel(server.address, "forged") as channel,
    ):
        files = attachment_pb2_grpc.AttachmentServiceStub(channel)
        reasons = set()
        for _ in range(150):
            with pytest.raises(Refusal) as refused:
                await files.UploadAttachment(upload())
            reasons.add(refused.value.reason)
    assert reasons == {"TOKEN_NOT_TRUSTED"}


async def test_a_stopping_server_lets_calls_finish_and_sends_open_streams_elsewhere(edge: Edge) -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def slow(_request: object) -> case_pb2.Case:
        begun.set()
        await finish.wait()
        return case_pb2.Case(name="done")

    async def endless() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.Event().wait()

    async with (
        served(edge, Cases(slow), Files(endless)) as server,
        person_channel(server.address, edge.token()) as channel,
    ):
        watch = aiter(attachment_pb2_grpc.AttachmentServiceStub(channel).DownloadAttachment(ANYTHING))
        assert (await anext(watch)).content == b"first"
        call = asyncio.ensure_future(_get(channel))
        await begun.wait()
        stopping = asyncio.ensure_future(server.stop(grace=5))
        with pytest.raises(RemoteRefusal) as elsewhere:
            await anext(watch)
        finish.set()
        assert (await call).name == "done"
        await stopping
    assert (elsewhere.value.code, elsewhere.value.reason) == (Code.UNAVAILABLE, "STOPPING")


async def _get(channel: grpc.aio.Channel) -> case_pb2.Case:
    return await case_pb2_grpc.CaseServiceStub(channel).GetCase(REQUEST)


async def test_bytes_that_are_no_text_are_a_mistake_of_the_caller_and_their_field_is_named(
    edge: Edge,
) -> None:
    async with (
        served(edge, Cases()) as server,
        person_channel(server.address, edge.token(), peer="approval") as channel,
    ):
        get = channel.unary_unary(
            "/zhupi.approval.v1.CaseService/GetCase",
            request_serializer=bytes,
            response_deserializer=case_pb2.Case.FromString,
        )
        with pytest.raises(RemoteRefusal) as refused:
            await get(b"\x0a\x02\xff\xfe")
        with pytest.raises(RemoteRefusal) as unreadable:
            await get(b"\x0a\xff")
    assert (refused.value.code, refused.value.reason) == (Code.INVALID_ARGUMENT, "NOT_TEXT")
    assert [violation.field for violation in refused.value.violations] == ["name"]
    assert (unreadable.value.code, unreadable.value.reason) == (Code.INVALID_ARGUMENT, "REQUEST_NOT_READABLE")
