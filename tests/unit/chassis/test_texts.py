"""Every text of every request keeps one rule, with no word of it in any use case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from google.protobuf.message import Message

from chassis.rpc.interceptors.validation import validate
from chassis.rpc.texts import tidy
from chassis.rpc.wire import Unreadable
from kernel.errors import InvalidArgument, Violation
from zhupi.approval.v1.attachment_pb2 import UploadAttachmentRequest
from zhupi.approval.v1.case_pb2 import CommentOnCaseRequest
from zhupi.approval.v1.fact_pb2 import Fact, TextList
from zhupi.approval.v1.policy_pb2 import PreviewRouteRequest, ValidatePolicyRequest
from zhupi.common.v1.text_pb2 import Text as TextMessage
from zhupi.expense.v1.budget_pb2 import ExpenseType, ReplaceLimitsRequest
from zhupi.expense.v1.claim_pb2 import ClaimLine, CreateClaimRequest, Invoice

ID = "0190aaaa-0000-7000-8000-000000000000"


def titled(text: str) -> Message:
    return CreateClaimRequest(request_id=ID, title=text)


def described(text: str) -> Message:
    return CreateClaimRequest(request_id=ID, title="x", lines=[ClaimLine(), ClaimLine(description=text)])


def sold_by(text: str) -> Message:
    return CreateClaimRequest(request_id=ID, title="x", lines=[ClaimLine(invoice=Invoice(seller=text))])


def commented(text: str) -> Message:
    return CommentOnCaseRequest(name="cases/x", request_id=ID, text=text)


def named(text: str) -> Message:
    return UploadAttachmentRequest(header=UploadAttachmentRequest.Header(file_name=text))


def called(text: str) -> Message:
    return ReplaceLimitsRequest(expense_types=[ExpenseType(title=TextMessage(zh=text, en="x"))])


def listed(text: str) -> Message:
    return PreviewRouteRequest(facts={"types": Fact(texts=TextList(values=["a", text]))})


PLACES: dict[str, Callable[[str], Message]] = {
    "title": titled,
    "lines[1].description": described,
    "lines[0].invoice.seller": sold_by,
    "text": commented,
    "header.file_name": named,
    "expense_types[0].title.zh": called,
    "facts[types].texts.values[1]": listed,
}


def wrong(message: Message) -> tuple[Violation, ...]:
    with pytest.raises(InvalidArgument) as refused:
        validate(message)
    return refused.value.violations


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u200b\u200d", "\t \u00a0"], ids=ascii)
@pytest.mark.parametrize(("field", "place"), PLACES.items())
def test_a_blank_text_is_refused_wherever_it_stands(
    field: str, place: Callable[[str], Message], blank: str
) -> None:
    found = [violation for violation in wrong(place(blank)) if violation.field == field]
    assert [violation.rule for violation in found] == ["TEXT_BLANK"]


@pytest.mark.parametrize("hostile", ["a\x00b", "a\x1b[31m", "a\u202eb", "a\u2066b", "a\x85b"], ids=ascii)
@pytest.mark.parametrize(("field", "place"), PLACES.items())
def test_a_character_that_misleads_is_refused_wherever_it_stands(
    field: str, place: Callable[[str], Message], hostile: str
) -> None:
    found = [violation for violation in wrong(place(hostile)) if violation.field == field]
    assert [violation.rule for violation in found] == ["TEXT_CHARACTER_REFUSED"]
    assert f"U+{ord(hostile[1]):04X}" in found[0].text.en
    assert f"U+{ord(hostile[1]):04X}" in found[0].text.zh


def test_a_refusal_speaks_of_the_field_as_people_call_it() -> None:
    assert wrong(titled("\u3000"))[0].text.zh == "事由不能只有空白"
    assert wrong(titled("\u3000"))[0].text.en == "Purpose must not be blank"


def test_what_means_nothing_at_the_ends_is_taken_off() -> None:
    message = CreateClaimRequest(request_id=f" {ID}\n", title="\u3000拜访 客户 \u200b")
    validate(message)
    assert (message.title, message.request_id) == ("拜访 客户", ID)


def test_several_lines_stand_only_where_the_contract_allows_them() -> None:
    message = CommentOnCaseRequest(name="cases/x", request_id=ID, text="one\r\n\ttwo\n")
    validate(message)
    assert message.text == "one\n\ttwo"
    assert wrong(titled("one\ntwo"))[0].rule == "TEXT_CHARACTER_REFUSED"


def test_a_file_is_kept_to_the_last_character() -> None:
    message = ValidatePolicyRequest(yaml="\na: b\r\n")
    validate(message)
    assert message.yaml == "\na: b\r\n"
    assert wrong(ValidatePolicyRequest(yaml="a: \u202eb"))[0].field == "yaml"
    assert wrong(ValidatePolicyRequest(yaml=" \n"))[0].rule == "TEXT_BLANK"


def test_a_hostile_key_is_refused() -> None:
    message = PreviewRouteRequest(facts={"a\x07": Fact(flag=True), "\u3000": Fact(flag=True)})
    assert sorted(violation.rule for violation in tidy(message)) == ["TEXT_BLANK", "TEXT_CHARACTER_REFUSED"]


METHOD = "/zhupi.expense.v1.ClaimService/CreateClaim"


def with_bytes(message: Message, placeholder: bytes, raw: bytes) -> bytes:
    sent = message.SerializeToString()
    assert placeholder in sent
    assert len(placeholder) == len(raw)
    return sent.replace(placeholder, raw)


@pytest.mark.parametrize(("field", "place"), [("title", titled), ("lines[1].description", described)])
def test_bytes_that_are_no_text_are_refused_with_their_field(
    field: str, place: Callable[[str], Message]
) -> None:
    refusal = Unreadable(with_bytes(place("placeholder"), b"placeholder", b"\xff" * 11)).refusal(METHOD)
    assert (refusal.reason, [violation.field for violation in refusal.violations]) == ("NOT_TEXT", [field])


def test_bytes_that_are_no_message_are_refused() -> None:
    refusal = Unreadable(b"\x0a\xff").refusal(METHOD)
    assert refusal.reason == "REQUEST_NOT_READABLE"
