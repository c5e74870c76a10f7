"""Logs say what happened, never whom it is about in person, and never a secret."""

from __future__ import annotations

import json
import logging as stdlib
from collections.abc import Iterator

import psycopg
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from chassis.observability import logging
from kernel.errors import NotFound
from tests.builders.lines import Lines, written_lines

SECRETS = (
    "eyJhbGciOiJFZDI1NTE5In0.eyJzdWIiOiJsaWh1YSJ9.c2lnbmF0dXJl",
    "13912345678",
    "+86 139-1234-5678".replace("-", ""),
    "410105198001011234",
    "6222021234567890123",
    "li.hua@example.com",
    "李华",
    "sesame-in-the-url",
)


@pytest.fixture
def lines() -> Iterator[Lines]:
    with written_lines("expense") as lines:
        yield lines


def test_a_line_says_what_where_and_in_which_request(lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(request="r-1", case="cases/expense-claim/EC-2026-000123/1")
    structlog.get_logger("zhupi.rpc").info("served", ms=12.5, code="OK", actor="people/lihua")
    line = lines.last()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "component": "expense",
        "event": "served",
        "level": "info",
        "logger": "zhupi.rpc",
        "request": "r-1",
        "case": "cases/expense-claim/EC-2026-000123/1",
        "ms": 12.5,
        "code": "OK",
        "actor": "people/lihua",
    }


@pytest.mark.parametrize("secret", SECRETS[:-1])
def test_personal_data_and_tokens_do_not_get_through_any_way_in(lines: Lines, secret: str) -> None:
    log = structlog.get_logger("zhupi.test")
    structlog.contextvars.bind_contextvars(note=secret)
    log.info(f"paid {secret}", value=secret, nested={"deep": [secret, {"deeper": secret}]}, token=secret)
    log.warning("with %s", secret)
    stdlib.getLogger("some.library").warning("connecting as %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        log.exception("failed", phone=secret)
        stdlib.getLogger("some.library").exception("failed for %s", secret)
    assert secret not in lines.text
    assert len(lines.text.splitlines()) == 5


def test_the_password_in_an_address_is_withheld(lines: Lines) -> None:
    stdlib.getLogger("sqlalchemy").error(
        "cannot reach postgresql://expense:sesame-in-the-url@127.0.0.1:5432/expense"
    )
    structlog.get_logger("x").info("up", url="nats://expense:sesame-in-the-url@127.0.0.1:4222")
    assert "sesame-in-the-url" not in lines.text
    assert "127.0.0.1:5432" in lines.text


@given(st.text(min_size=1))
def test_free_text_is_never_a_value(text: str) -> None:
    said = logging.permitted("comment", f"He wrote: {text}")
    assert said == logging.WITHHELD


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_nothing_chinese_is_ever_a_value(name: str) -> None:
    assert name not in json.dumps(logging.permitted("who", name), ensure_ascii=False)


@pytest.mark.parametrize(
    "identifier",
    [
        "claims/EC-2026-000123",
        "/zhupi.expense.v1.ClaimService/SubmitClaim",
        "people/lihua",
        "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        "0af7651916cd43dd8448eb211c80319c",
        "127.0.0.1:7233",
        "expense-claim/EC-2026-000123/1",
    ],
)
def test_what_identifies_gets_through(identifier: str) -> None:
    assert logging.permitted("document", identifier) == identifier


def test_an_exception_is_told_by_its_type_and_places_only(lines: Lines) -> None:
    def pay() -> None:
        raise psycopg.errors.UniqueViolation("Key (name)=(Li Hua) already exists")

    try:
        try:
            pay()
        except psycopg.Error as error:
            raise NotFound(name="people/lihua") from error
    except NotFound:
        structlog.get_logger("x").exception("failed")
    first, second = lines.last()["exception"]
    assert (first["type"], first["reason"]) == ("kernel.errors.NotFound", "NOT_FOUND")
    assert second["type"] == "psycopg.errors.UniqueViolation"
    assert second["at"][-1].startswith("test_logging.py:")
    assert "Li Hua" not in lines.text


def test_an_exception_about_code_keeps_its_message(lines: Lines) -> None:
    try:
        None.pay()  # type: ignore[attr-defined]  # that is the mistake
    except AttributeError:
        structlog.get_logger("x").exception("failed")
    assert lines.last()["exception"][0]["message"] == "'NoneType' object has no attribute 'pay'"


def test_a_line_cannot_be_forged_by_what_it_says(lines: Lines) -> None:
    structlog.get_logger("x").info('hello\n{"event": "paid"}')
    assert len(lines.text.splitlines()) == 1


def test_levels_are_kept(lines: Lines) -> None:
    structlog.get_logger("x").debug("quiet")
    stdlib.getLogger("nats.aio").info("quiet")
    assert lines.text == ""
