"""What travels beside a message's body survives the journey, and nonsense in it does no harm."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chassis.transaction.envelope import Envelope, headers_of
from kernel.actor import Actor
from tests.notes.store import NOON, Note, noted

ON_BEHALF = Actor(person="lihua", service="worker", roles=frozenset({"finance"}), device="phone-7")


def received(headers: dict[str, str]) -> Envelope:
    return Envelope.of("id", "zhupi.tests.v1.Noted", headers, 1)


def test_an_event_arrives_as_it_was_written() -> None:
    envelope = received(headers_of(noted(Note("notes/1", "words", 3), by=ON_BEHALF)))
    assert (envelope.document, envelope.version, envelope.at) == ("notes/1", 3, NOON)
    assert (envelope.actor.person, envelope.actor.service) == ("lihua", "worker")


def test_a_message_carries_no_authority() -> None:
    assert received(headers_of(noted(Note("notes/1", "words"), by=ON_BEHALF))).actor.roles == frozenset()


@pytest.mark.parametrize("version", ["", "-1", "three", "²", "1.5"])
def test_a_version_that_is_none_is_zero(version: str) -> None:
    assert received({"Zhupi-Version": version}).version == 0


@pytest.mark.parametrize("at", ["", "yesterday", "2026-03-02T04:00:00"])
def test_a_moment_that_is_none_or_has_no_zone_is_left_out(at: str) -> None:
    assert received({"Zhupi-At": at}).at is None


def test_a_moment_keeps_its_zone() -> None:
    at = received({"Zhupi-At": "2026-03-02T12:00:00+08:00"}).at
    assert at == datetime(2026, 3, 2, 4, tzinfo=UTC)
