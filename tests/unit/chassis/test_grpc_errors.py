"""Refusals cross the wire whole."""

from __future__ import annotations

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from hypothesis import given
from hypothesis import strategies as st

from chassis.rpc.errors import LARGEST_DETAILS, RemoteRefusal, refusal_of, status_of, trailers_of
from kernel.errors import Code, DeadlineExceeded, InvalidArgument, NotFound, Refusal, Unavailable, Violation
from kernel.text import Text

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=50)
violations = st.builds(Violation, words, words, st.builds(Text, words.filter(bool), words))


def sent(status: Status) -> grpc.aio.AioRpcError:
    code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
    trailers = grpc.aio.Metadata(*trailers_of(status))
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailers, status.message)


@given(
    st.sampled_from(list(Code)),
    st.from_regex(r"[A-Z_]{1,40}", fullmatch=True),
    st.builds(Text, words, words),
    st.lists(violations, max_size=5).map(tuple),
    st.dictionaries(st.from_regex(r"[a-z]{1,10}", fullmatch=True), words, max_size=5),
)
def test_what_arrives_is_what_was_refused(
    code: Code, reason: str, text: Text, found: tuple[Violation, ...], values: dict[str, str]
) -> None:
    refusal = RemoteRefusal(code, reason, text, violations=found, values=values)
    arrived = refusal_of(sent(status_of(refusal)), "expense")
    assert (arrived.code, arrived.reason, arrived.text) == (code, reason, text)
    assert (arrived.violations, arrived.values) == (found, values)


def test_a_refusal_of_the_kernel_names_its_field_as_a_violation() -> None:
    class AmountMissing(InvalidArgument):
        zh = "缺少金额"
        en = "The amount is missing"

    arrived = refusal_of(sent(status_of(AmountMissing(field="lines[2].amount"))), "expense")
    assert arrived.violations == (
        Violation("lines[2].amount", "AMOUNT_MISSING", Text("缺少金额", "The amount is missing")),
    )


def test_more_violations_than_trailers_can_carry_are_counted() -> None:
    many = tuple(Violation(f"rows[{n}]", "BAD_ROW", Text("错误" * 40, "wrong " * 40)) for n in range(1000))
    status = status_of(InvalidArgument(violations=many))
    info = ErrorInfo()
    status.details[0].Unpack(info)
    arrived = refusal_of(sent(status), "approval")
    assert len(status.SerializeToString()) < LARGEST_DETAILS
    assert 0 < len(arrived.violations) == 1000 - int(info.metadata["violations_left_out"])


def test_a_very_long_value_does_not_break_the_answer() -> None:
    assert len(status_of(NotFound(name="x" * 10**6)).SerializeToString()) < LARGEST_DETAILS


@pytest.mark.parametrize(
    ("code", "kind", "meant"),
    [
        (grpc.StatusCode.UNAVAILABLE, Unavailable, Code.UNAVAILABLE),
        (grpc.StatusCode.CANCELLED, Unavailable, Code.UNAVAILABLE),
        (grpc.StatusCode.DEADLINE_EXCEEDED, DeadlineExceeded, Code.DEADLINE_EXCEEDED),
        (grpc.StatusCode.UNIMPLEMENTED, RemoteRefusal, Code.INTERNAL),
        (grpc.StatusCode.UNKNOWN, RemoteRefusal, Code.INTERNAL),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, RemoteRefusal, Code.RESOURCE_EXHAUSTED),
    ],
)
def test_the_transports_own_errors_become_refusals_that_name_the_peer(
    code: grpc.StatusCode, kind: type[Refusal], meant: Code
) -> None:
    error = grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(), "ipv4:127.0.0.1:1 refused")
    refusal = refusal_of(error, "approval")
    assert (type(refusal), refusal.code, refusal.values) == (kind, meant, {"what": "approval"})
    assert "127.0.0.1" not in refusal.text.en


def test_details_that_cannot_be_read_are_no_details() -> None:
    broken = grpc.aio.Metadata(("grpc-status-details-bin", b"\xff\xff"))
    error = grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(), broken, "")
    assert refusal_of(error, "approval").code is Code.UNAVAILABLE
