"""What a person reads, in both languages, and what a script gets."""

from __future__ import annotations

import io
import json

import pytest
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money
from rich.console import Console

from chassis.terminal import language
from cli import case_view
from cli.claim_view import HEAD, LINES, LIST
from cli.commands import (
    audit,
    budgets,
    cases,
    customer_finding,
    directory,
    erp,
    limits,
    outbox,
    policies,
)
from cli.exits import Exit, exit_of
from cli.imports import COLUMNS as IMPORT_COLUMNS
from cli.output import Errors, Output
from cli.refusals import NotAnAmount, NotRunning
from cli.route_view import show_routes
from cli.timeline_view import show_entries
from cli.work_item_view import DONE, EFFECTS, INBOX, OF_CASE, WHOLE
from kernel.errors import Code
from reading.cells import moment
from reading.labels import field_at, field_label
from zhupi.approval.v1.attachment_pb2 import Attachment
from zhupi.approval.v1.case_pb2 import Case, Comment, Effect
from zhupi.approval.v1.directory_pb2 import Person
from zhupi.approval.v1.policy_pb2 import Policy, PolicyProblem
from zhupi.approval.v1.route_pb2 import Approver, Route, RouteStep
from zhupi.approval.v1.work_item_pb2 import WorkItem
from zhupi.common.v1.delivery_pb2 import DeadLetter, ParkedMessage, RetryParkedMessagesResponse
from zhupi.common.v1.sheet_pb2 import RowRefusal
from zhupi.common.v1.text_pb2 import Text
from zhupi.common.v1.timeline_pb2 import TimelineBreak, TimelineEntry, VerifyTimelinesResponse
from zhupi.customer.v1.import_pb2 import ImportRow
from zhupi.erp.v1.erp_pb2 import Faults, Payment, Registration
from zhupi.expense.v1.budget_pb2 import Budget, BudgetMovement, ExpenseType, Limit, Month
from zhupi.expense.v1.claim_pb2 import Claim, ClaimLine

SHOWN = [
    (Claim, HEAD),
    (Claim, LIST),
    (ClaimLine, LINES),
    (WorkItem, INBOX),
    (WorkItem, DONE),
    (WorkItem, OF_CASE),
    (WorkItem, WHOLE),
    (Effect, EFFECTS),
    (Case, case_view.HEAD),
    (Case, cases.LIST),
    (Comment, case_view.COMMENTS),
    (Policy, policies.COLUMNS),
    (PolicyProblem, policies.PROBLEMS),
    (Person, directory.WHOLE),
    (Person, directory.LIST),
    (Attachment, ("name", "file_name", "size_bytes")),
    (Budget, budgets.COLUMNS),
    (BudgetMovement, budgets.MOVEMENTS),
    (Month, budgets.MONTHS),
    (ExpenseType, limits.TYPES),
    (Limit, limits.LIMITS),
    (Payment, erp.PAYMENTS),
    (Registration, erp.REGISTRATIONS),
    (Faults, erp.FAULTS),
    (RowRefusal, IMPORT_COLUMNS),
    (VerifyTimelinesResponse, audit.COUNTS),
    (TimelineBreak, audit.BREAKS),
    (ParkedMessage, outbox.PARKED),
    (DeadLetter, outbox.DEAD),
    (RetryParkedMessagesResponse, outbox.COUNTS),
]


def out(language: str, *, as_json: bool = False, width: int = 200) -> Output:
    return Output(language, as_json=as_json, console=Console(file=io.StringIO(), width=width))


def written(output: Output) -> str:
    file = output.console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def a_claim() -> Claim:
    return Claim(
        name="claims/EC-2026-000123",
        title="西安出差 [含住宿]",
        state=Claim.STATE_IN_APPROVAL,
        total=Money(currency_code="CNY", units=1280, nanos=500_000_000),
    )


@pytest.mark.parametrize(("kind", "paths"), SHOWN)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_field_that_is_shown_has_a_label_in_the_proto(
    kind: type, paths: tuple[str, ...], language: str
) -> None:
    for path in paths:
        field = field_at(kind.DESCRIPTOR, path)  # type: ignore[attr-defined]  # every message has one
        assert field_label(field, language) != field.name, f"{kind.__name__}.{path} has no label"


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("单号", "审批中")), ("en", ("Number", "In approval"))]
)
def test_a_table_has_headings_and_states_in_the_readers_language(
    language: str, words: tuple[str, ...]
) -> None:
    output = out(language)

    output.table([a_claim()], LIST, kind=Claim)

    for word in (*words, "EC-2026-000123", "1,280.50", "西安出差 [含住宿]"):
        assert word in written(output)


def test_details_leave_out_what_is_empty() -> None:
    output = out("zh")

    output.details(a_claim(), HEAD)

    assert "付款单号" not in written(output)
    assert "报销金额" in written(output)


def test_json_is_what_the_api_says() -> None:
    output = out("zh", as_json=True)

    output.details(a_claim(), HEAD)
    output.say("一句话", "A sentence")

    claim = json.loads(written(output))
    assert claim["name"] == "claims/EC-2026-000123"
    assert claim["state"] == "STATE_IN_APPROVAL"
    assert claim["total"] == {"currencyCode": "CNY", "units": "1280", "nanos": 500_000_000}


def test_a_state_that_this_client_does_not_know_yet_is_still_shown() -> None:
    output = out("zh")
    claim = Claim.FromString(Claim(name="claims/EC-2026-1").SerializeToString() + b"\x30\x63")

    output.table([claim], LIST, kind=Claim)

    assert "99" in written(output)


def test_times_are_those_of_the_business() -> None:
    assert moment(Timestamp(seconds=1_793_635_200)) == "2026-11-03 00:00:00"


@pytest.mark.parametrize(("language", "word"), [("zh", "不是金额"), ("en", "no amount")])
def test_a_refusal_is_a_sentence_with_its_field_and_rule(language: str, word: str) -> None:
    errors = Errors(language, console=Console(file=io.StringIO(), width=200))

    errors.refused(NotAnAmount(field="lines[0].amount", given="[一百]"))

    assert isinstance(errors.console.file, io.StringIO)
    said = errors.console.file.getvalue()
    assert word in said
    assert "lines[0].amount" in said
    assert "NOT_AN_AMOUNT" in said
    assert "[一百]" in said


def test_a_script_gets_a_refusal_whole() -> None:
    errors = Errors("zh", as_json=True, console=Console(file=io.StringIO(), width=20))

    errors.refused(NotAnAmount(field="amount", given="x"))

    assert isinstance(errors.console.file, io.StringIO)
    error = json.loads(errors.console.file.getvalue())["error"]
    assert error["reason"] == "NOT_AN_AMOUNT"
    assert error["violations"][0]["field"] == "amount"
    assert set(error["message"]) == {"zh", "en"}


def test_every_code_leads_to_an_exit_that_is_no_success() -> None:
    assert all(exit_of(code) not in (Exit.DONE, Exit.USAGE, Exit.FOUND_WRONG) for code in Code)
    assert exit_of(Code.ABORTED) is Exit.CHANGED
    assert exit_of(Code.INTERNAL) is Exit.INTERNAL


@pytest.mark.parametrize(
    ("given", "environ", "spoken"),
    [
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LANG": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB"}, "en"),
        (None, {}, "zh"),
    ],
)
def test_the_option_counts_before_the_environment(
    given: str | None, environ: dict[str, str], spoken: str
) -> None:
    assert language(given, environ) == spoken


def test_a_route_says_who_decides_and_why() -> None:
    output = out("zh")
    step = RouteStep(
        key="finance",
        title=Text(zh="财务复核", en="Finance review"),
        mode=RouteStep.MODE_SINGLE,
        approvers=[
            Approver(
                candidate_titles=["王芳", "张敏"],
                post="finance-reviewer",
                post_title=Text(zh="财务审核", en="Finance reviewer"),
                why=Text(zh="岗位：财务审核", en="Post"),
            )
        ],
    )

    show_routes(output, [Route(stage="finance", stage_title=Text(zh="财务", en="Finance"), steps=[step])])

    for word in ("财务复核", "单签", "财务审核: 王芳、张敏", "岗位：财务审核"):
        assert word in written(output)


@pytest.mark.parametrize(
    ("language", "word", "actor"),
    [("zh", "直接上级", "流程引擎（代 lihua）"), ("en", "line manager", "workflow (for lihua)")],
)
def test_a_timeline_gives_the_reason_beside_what_happened(language: str, word: str, actor: str) -> None:
    details = Struct()
    details.update({"why": {"zh": "直接上级", "en": "line manager"}, "comment": "请补发票"})
    entry = TimelineEntry(
        document="claims/EC-2026-1",
        kind="StepOpened",
        sentence=Text(zh="到达", en="Opened"),
        actor="services/worker",
        on_behalf_of="people/lihua",
        details=details,
    )
    output = out(language)

    show_entries(output, [entry])

    for shown in (word, "请补发票", actor):
        assert shown in written(output)


@pytest.mark.parametrize(("language", "word"), [("zh", "不会重复执行"), ("en", "not be done twice")])
def test_where_it_is_not_known_whether_it_was_done_the_words_to_repeat_it_are_given(
    language: str, word: str
) -> None:
    errors = Errors(language, console=Console(file=io.StringIO(), width=40))

    errors.refused(NotRunning(home="x"), "--request-id 1 --etag [2]")

    assert isinstance(errors.console.file, io.StringIO)
    assert word in errors.console.file.getvalue()
    assert "--request-id 1 --etag [2]" in errors.console.file.getvalue()


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh", "新客户须填写交易方式"), ("en", "Say how it trades")]
)
def test_why_a_row_was_refused_is_told_in_the_readers_language_alone(language: str, sentence: str) -> None:
    said = Text(zh="新客户须填写交易方式", en="Say how it trades")
    row = ImportRow(line=2, refusals=[RowRefusal(sheet="Sheet1", line=2, rule="MISSING", sentence=said)])
    output = out(language)

    output.table([row], customer_finding.ROWS, kind=ImportRow)

    assert sentence in written(output)
    assert "{" not in written(output)
