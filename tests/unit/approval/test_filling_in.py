"""What people fill in is held against the form: what fits is taken, what does not is named by its field and rule."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from kernel.writing import forbidden_in, is_blank, trimmed
from services.approval.domain.forms.filling_in import (
    ValuesNotReadable,
    ValuesNotValid,
    check_values,
    read_values,
)
from services.approval.domain.forms.form import Form
from services.approval.domain.forms.json_text import written
from tests.builders.approval import TODAY, a_directory
from tests.builders.forms import FILLED_IN, a_form, the_seal_use_form, with_fields

DIRECTORY = a_directory().as_of(TODAY)


def faults(form: Form, values: Any, *, complete: bool = True) -> list[tuple[str, str]]:
    try:
        check_values(form, read_values(json.dumps(values)), DIRECTORY, complete=complete)
    except ValuesNotValid as refused:
        return [(violation.field, violation.rule) for violation in refused.violations]
    return []


def filled_in(**changes: Any) -> dict[str, Any]:
    return {**FILLED_IN, **changes}


def test_of_several_people_the_one_who_is_not_there_is_named() -> None:
    people = {"type": "array", "maxItems": 3, "items": {"type": "string", "format": "person"}}
    form = a_form(with_fields(reviewers=people))
    values = {"purpose": "事由", "reviewers": ["people/lihua", "people/nobody"]}
    assert faults(form, values) == [("values.reviewers[1]", "UNKNOWN_PERSON")]


def test_what_fits_is_taken() -> None:
    assert faults(the_seal_use_form(), FILLED_IN) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"purpose": None}, ("values.purpose", "FIELD_REQUIRED")),
        ({"purpose": "章"}, ("values.purpose", "TOO_SHORT")),
        ({"purpose": "章" * 101}, ("values.purpose", "TOO_LONG")),
        ({"purpose": " \u200b "}, ("values.purpose", "TEXT_BLANK")),
        ({"purpose": "a\nb"}, ("values.purpose", "TEXT_CHARACTER_REFUSED")),
        ({"purpose": "a\ud800b"}, ("values.purpose", "TEXT_CHARACTER_REFUSED")),
        ({"seal": "wax"}, ("values.seal", "NOT_A_CHOICE")),
        ({"copies": 0}, ("values.copies", "TOO_SMALL")),
        ({"copies": 1000}, ("values.copies", "TOO_LARGE")),
        ({"copies": "2"}, ("values.copies", "FIELD_OF_WRONG_TYPE")),
        ({"copies": True}, ("values.copies", "FIELD_OF_WRONG_TYPE")),
        ({"use_date": "2026-02-30"}, ("values.use_date", "NOT_A_DATE")),
        ({"contract_amount": "1e3"}, ("values.contract_amount", "NOT_AN_AMOUNT")),
        ({"contract_amount": "0.005"}, ("values.contract_amount", "NOT_AN_AMOUNT")),
        ({"taken_out": True}, ("values.keeper", "FIELD_REQUIRED")),
        ({"keeper": "people/nobody"}, ("values.keeper", "UNKNOWN_PERSON")),
        ({"keeper": "lihua"}, ("values.keeper", "UNKNOWN_PERSON")),
        ({"papers": [{"pages": 1}]}, ("values.papers[0].name", "FIELD_REQUIRED")),
        ({"papers": [{"name": "a", "pages": 1}] * 21}, ("values.papers", "TOO_MANY_ITEMS")),
        ({"colour": "red"}, ("values.colour", "UNKNOWN_FIELD")),
    ],
)
def test_what_does_not_fit_is_named_by_its_field_and_rule(changes: Any, fault: tuple[str, str]) -> None:
    assert faults(the_seal_use_form(), filled_in(**changes)) == [fault]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = faults(the_seal_use_form(), filled_in(copies=0, seal="wax", purpose=None))
    assert dict(found) == {
        "values.purpose": "FIELD_REQUIRED",
        "values.copies": "TOO_SMALL",
        "values.seal": "NOT_A_CHOICE",
    }


def test_a_draft_may_lack_what_it_likes_but_what_is_there_must_be_right() -> None:
    form = the_seal_use_form()
    assert faults(form, {}, complete=False) == []
    assert faults(form, {"taken_out": True, "papers": []}, complete=False) == []
    assert faults(form, {"copies": 0}, complete=False) == [("values.copies", "TOO_SMALL")]


def test_what_is_empty_is_not_there_and_ends_mean_nothing() -> None:
    assert read_values('{"a": "", "b": null, "c": " x\\r\\ny ", "d": ["", "e"]}') == {"c": "x\ny", "d": ["e"]}


@pytest.mark.parametrize(
    "text", ["", "[]", "1", "{", '{"a":1,"a":2}', '{"a":1e400}', '{"a":Infinity}', "[" * 9999]
)
def test_what_cannot_be_read_is_refused_and_the_field_named(text: str) -> None:
    with pytest.raises(ValuesNotReadable) as refused:
        read_values(text)
    assert refused.value.violations[0].field == "values"


def test_decimals_are_kept_as_they_were_written() -> None:
    form = a_form(with_fields(days={"type": "number", "multipleOf": 0.1}))
    values = read_values('{"purpose": "x", "days": 0.3}')
    check_values(form, values, DIRECTORY, complete=True)
    assert written(dict(values)) == '{"days":0.3,"purpose":"x"}'
    assert faults(form, {"purpose": "x", "days": 0.25}) == [("values.days", "NOT_A_MULTIPLE")]


def test_a_document_is_called_and_weighed_by_what_its_form_says() -> None:
    form = the_seal_use_form()
    values = read_values(json.dumps(filled_in(contract_amount="120000.50")))
    assert form.title_of(values) == "华中医院框架合同"
    assert form.amount_of(values) == Money.of("120000.50")
    assert form.facts_of(values, "wangfang", "henan")["amount"].value == Money.of("120000.50")


@dataclass(frozen=True)
class Kind:
    """A field with what fits it and what does not, and why not."""

    schema: dict[str, Any]
    fitting: st.SearchStrategy[Any]
    wrong: st.SearchStrategy[tuple[Any, str]]


def one_of(*wrong: tuple[Any, str]) -> st.SearchStrategy[tuple[Any, str]]:
    return st.sampled_from(wrong)


KINDS = st.one_of(
    st.integers(1, 40).map(
        lambda most: Kind(
            {"type": "string", "maxLength": most},
            st.text(
                st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=most
            ).filter(lambda text: trimmed(text) == text and not is_blank(text) and not forbidden_in(text)),
            one_of(("x" * (most + 1), "TOO_LONG"), (7, "FIELD_OF_WRONG_TYPE")),
        )
    ),
    st.tuples(st.integers(-99, 99), st.integers(0, 99)).map(
        lambda pair: Kind(
            {"type": "integer", "minimum": pair[0], "maximum": sum(pair)},
            st.integers(pair[0], sum(pair)),
            one_of((pair[0] - 1, "TOO_SMALL"), (sum(pair) + 1, "TOO_LARGE"), ("1", "FIELD_OF_WRONG_TYPE")),
        )
    ),
    st.just(
        Kind(
            {"type": "string", "format": "money"},
            st.decimals(0, 10**12, places=2).map(str),
            one_of(("-1", "NOT_AN_AMOUNT"), ("1,000", "NOT_AN_AMOUNT"), ("01", "NOT_AN_AMOUNT")),
        )
    ),
    st.just(
        Kind(
            {"type": "string", "format": "date"},
            st.dates().map(lambda day: day.isoformat()),
            one_of(("2026-13-01", "NOT_A_DATE"), ("20260101", "NOT_A_DATE"), ("昨天", "NOT_A_DATE")),
        )
    ),
    st.just(
        Kind(
            {"type": "string", "format": "person"},
            st.sampled_from(["people/lihua", "people/wangfang"]),
            one_of(("people/nobody", "UNKNOWN_PERSON"), ("organisations/henan", "UNKNOWN_PERSON")),
        )
    ),
    st.just(Kind({"type": "boolean"}, st.booleans(), one_of(("yes", "FIELD_OF_WRONG_TYPE")))),
)
FORMS = st.dictionaries(st.from_regex(r"f[a-z0-9]{1,8}", fullmatch=True), KINDS, min_size=1, max_size=6)


@given(kinds=FORMS, drawing=st.data())
def test_whatever_the_form_what_fits_it_is_taken_and_one_wrong_value_is_the_only_one_named(
    kinds: dict[str, Kind], drawing: st.DataObject
) -> None:
    form = a_form(with_fields(**{key: kind.schema for key, kind in kinds.items()}))
    values = {key: drawing.draw(kind.fitting, key) for key, kind in kinds.items()}
    values["purpose"] = "事由"
    assert faults(form, values) == []
    spoilt = drawing.draw(st.sampled_from(sorted(kinds)))
    wrong, rule = drawing.draw(kinds[spoilt].wrong)
    found = faults(form, {**values, spoilt: wrong})
    if rule == "UNKNOWN_PERSON" or len(found) == 1:
        assert found == [(f"values.{spoilt}", rule)]
    assert (f"values.{spoilt}", rule) in found


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.one_of(
        ANYTHING.map(json.dumps),
        st.text(),
        st.dictionaries(st.sampled_from(list(FILLED_IN)), ANYTHING).map(json.dumps),
    )
)
def test_anything_at_all_is_taken_or_refused_by_name_and_what_is_taken_reads_the_same_again(
    text: str,
) -> None:
    form, refused = the_seal_use_form(), None
    try:
        values = read_values(text)
        check_values(form, values, DIRECTORY, complete=False)
    except (ValuesNotReadable, ValuesNotValid) as error:
        refused = error
    if refused:
        assert refused.violations
        assert all(violation.field.startswith("values") for violation in refused.violations)
    else:
        assert read_values(written(dict(values))) == values
        form.facts_of(values, "wangfang", "henan")
