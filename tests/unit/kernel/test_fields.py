"""Refusals say where in the request they belong."""

from __future__ import annotations

import pytest

from kernel.errors import InvalidArgument, NotFound, Violation
from kernel.fields import Faults, within
from kernel.text import Text


def fields(refusal: InvalidArgument | NotFound) -> list[str]:
    return [violation.field for violation in refusal.violations]


def test_a_refusal_about_a_part_is_named_after_the_part() -> None:
    with pytest.raises(InvalidArgument) as caught, within("lines[2]"), within("invoice"):
        raise InvalidArgument(field="amount")
    assert caught.value.field == "lines[2].invoice.amount"
    assert fields(caught.value) == ["lines[2].invoice.amount"]


def test_a_refusal_about_no_field_is_about_the_whole_part() -> None:
    with pytest.raises(InvalidArgument) as caught, within("lines[2]"):
        raise InvalidArgument()
    assert fields(caught.value) == ["lines[2]"]


def test_violations_without_a_field_of_the_refusal_s_own_move_too() -> None:
    with pytest.raises(InvalidArgument) as caught, within("header"):
        raise InvalidArgument(violations=(Violation("format", "RULE", Text("错", "wrong")),))
    assert fields(caught.value) == ["header.format"]


def test_faults_are_said_together_under_the_first_reason() -> None:
    faults = Faults()
    with faults.within("a"):
        raise NotFound(name="x", field="b")
    with faults.within("c"):
        pass
    with faults.within("d"):
        raise InvalidArgument()
    with pytest.raises(NotFound) as caught:
        faults.refuse()
    assert fields(caught.value) == ["a.b", "d"]


def test_without_faults_nothing_is_refused() -> None:
    Faults().refuse()
