"""Refusals as gRPC statuses (AIP-193) and back: ErrorInfo, BadRequest, and the sentence in both languages."""

from __future__ import annotations

from typing import Final

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc.code_pb2 import Code as RpcCode
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage
from google.rpc.status_pb2 import Status

from kernel.errors import Code, DeadlineExceeded, Refusal, Unavailable, Violation
from kernel.text import Text

DOMAIN: Final = "zhupi"
DETAILS_KEY: Final = "grpc-status-details-bin"
ZH: Final = "zh-CN"
EN: Final = "en"
# Statuses travel as HTTP/2 trailers; what is longer than the peer's limit would arrive as no answer at all.
LARGEST_METADATA: Final = 64 * 1024
LARGEST_DETAILS: Final = 32 * 1024
LONGEST_VALUE: Final = 500
LONGEST_MESSAGE: Final = 1000

# What other implementations may answer and Zhupi never does.
FOREIGN: Final = {
    grpc.StatusCode.CANCELLED: Code.UNAVAILABLE,
    grpc.StatusCode.OUT_OF_RANGE: Code.INVALID_ARGUMENT,
}


class RemoteRefusal(Refusal):
    """A refusal by another service, as it came: its code, reason, values, text and violations."""

    code = Code.INTERNAL
    zh = "{what} 出现内部错误"
    en = "{what} had an internal error"

    def __init__(
        self,
        code: Code,
        reason: str,
        text: Text,
        *,
        violations: tuple[Violation, ...] = (),
        values: dict[str, str] | None = None,
    ) -> None:
        Exception.__init__(self, text.en)
        self.code, self.reason, self.text = code, reason, text
        self.field = violations[0].field if violations else ""
        self.violations = violations
        self.values = dict(values or {})


def status_of(refusal: Refusal) -> Status:
    """The refusal as a status that fits into trailers; violations that do not fit are counted, not sent."""
    metadata = {key: str(value)[:LONGEST_VALUE] for key, value in refusal.values.items()}
    status = Status(code=RpcCode.Value(refusal.code.value), message=refusal.text.en[:LONGEST_MESSAGE])
    info = ErrorInfo(reason=refusal.reason, domain=DOMAIN, metadata=metadata)
    bad_request, left_out = _bad_request(refusal.violations)
    if left_out:
        info.metadata["violations_left_out"] = str(left_out)
    _add(status, info)
    if bad_request.field_violations:
        _add(status, bad_request)
    _add(status, LocalizedMessage(locale=ZH, message=refusal.text.zh[:LONGEST_MESSAGE]))
    _add(status, LocalizedMessage(locale=EN, message=refusal.text.en[:LONGEST_MESSAGE]))
    return status


def _add(status: Status, detail: Message) -> None:
    status.details.add().Pack(detail)


def _bad_request(violations: tuple[Violation, ...]) -> tuple[BadRequest, int]:
    bad_request, room = BadRequest(), LARGEST_DETAILS - 10 * LONGEST_MESSAGE
    for index, violation in enumerate(violations):
        one = BadRequest.FieldViolation(
            field=violation.field[:LONGEST_VALUE],
            description=violation.text.en[:LONGEST_VALUE],
            reason=violation.rule[:LONGEST_VALUE],
            localized_message=LocalizedMessage(locale=ZH, message=violation.text.zh[:LONGEST_VALUE]),
        )
        room -= one.ByteSize()
        if room < 0:
            return bad_request, len(violations) - index
        bad_request.field_violations.append(one)
    return bad_request, 0


def trailers_of(status: Status) -> tuple[tuple[str, bytes], ...]:
    return ((DETAILS_KEY, status.SerializeToString()),)


def refusal_of(error: grpc.aio.AioRpcError, peer: str) -> Refusal:
    """What `peer` answered, as a refusal. An answer without details comes from the transport, not from the peer."""
    status = _details(error)
    if status is None:
        return _transport_refusal(error, peer)
    info, bad_request = ErrorInfo(), BadRequest()
    sentences = {ZH: status.message, EN: status.message}
    for detail in status.details:
        localized = LocalizedMessage()
        if detail.Unpack(localized):
            sentences[localized.locale] = localized.message
        elif not detail.Unpack(info):
            detail.Unpack(bad_request)
    return RemoteRefusal(
        _code(error.code()),
        info.reason,
        Text(sentences[ZH], sentences[EN]),
        violations=tuple(
            Violation(v.field, v.reason, Text(v.localized_message.message or v.description, v.description))
            for v in bad_request.field_violations
        ),
        values=dict(info.metadata),
    )


def _details(error: grpc.aio.AioRpcError) -> Status | None:
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            try:
                return Status.FromString(value)
            except DecodeError:
                return None
    return None


def _code(code: grpc.StatusCode) -> Code:
    return FOREIGN.get(code) or (Code[code.name] if code.name in Code.__members__ else Code.INTERNAL)


def _transport_refusal(error: grpc.aio.AioRpcError, peer: str) -> Refusal:
    code = _code(error.code())
    match code:
        case Code.UNAVAILABLE:
            return Unavailable(what=peer)
        case Code.DEADLINE_EXCEEDED:
            return DeadlineExceeded(what=peer)
    text = Text(RemoteRefusal.zh, RemoteRefusal.en).format(what=peer)
    # The transport's own words stay in the cause: they are for logs, not for people.
    return RemoteRefusal(code, code.value, text, values={"what": peer})
