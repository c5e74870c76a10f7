"""The chain: every way of tampering with one document's rows is found, and the first row that does not fit is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chassis.timeline.ledger import GENESIS, Break, Head, Problem, Row, first_break, link
from kernel.text import Text

CLAIM = "claims/EC-2026-000123"
NOON = datetime(2026, 3, 2, 4, 0, 0, 5, UTC)


def a_row(sequence: int, previous: bytes, words: str = "", document: str = CLAIM) -> Row:
    row = Row(
        document=document,
        sequence=sequence,
        kind="Noted",
        version=sequence,
        actor="people/lihua",
        on_behalf_of="",
        device="",
        trace_id="",
        at=NOON,
        sentence=Text("记下", "noted"),
        details={"words": words or f"words {sequence}"},
        previous=previous,
        hash=b"",
    )
    return replace(row, hash=link(row.content, previous, sequence))


@cache
def _longest_chain() -> tuple[Row, ...]:
    rows: list[Row] = []
    for sequence in range(1, 9):
        rows.append(a_row(sequence, rows[-1].hash if rows else GENESIS))
    return tuple(rows)


def a_chain(length: int) -> list[Row]:
    return list(_longest_chain()[:length])


def head_of(rows: list[Row]) -> Head:
    return Head(len(rows), rows[-1].hash)


def found(rows: list[Row], head: Head | None) -> tuple[Problem, int] | None:
    broken = first_break(CLAIM, rows, head)
    return (broken.problem, broken.sequence) if broken else None


def renumbered(rows: list[Row], start: int = 1) -> list[Row]:
    return [replace(row, sequence=n) for n, row in enumerate(rows, start)]


lengths = st.integers(1, 8)


# A chain and the index of one of its rows; or of two, the lower first.
chain_and_place = lengths.flatmap(lambda n: st.tuples(st.just(a_chain(n)), st.integers(0, n - 1)))
chain_and_places = st.integers(2, 8).flatmap(
    lambda n: st.tuples(
        st.just(a_chain(n)),
        st.lists(st.integers(0, n - 1), min_size=2, max_size=2, unique=True).map(sorted),
    )
)


@given(lengths)
def test_an_untouched_chain_is_whole(length: int) -> None:
    rows = a_chain(length)
    assert found(rows, head_of(rows)) is None


def test_the_hash_is_what_the_documentation_says() -> None:
    """So that an auditor can recompute it in any language."""
    row = a_row(1, GENESIS, "你好")
    content = (
        '{"actor":"people/lihua","at":"2026-03-02T04:00:00.000005+00:00","details":{"words":"你好"},"device":"",'
        '"document":"claims/EC-2026-000123","kind":"Noted","on_behalf_of":"","sentence":{"en":"noted","zh":"记下"},'
        '"trace_id":"","version":1}'
    )
    digest = sha256(content.encode()).hexdigest()
    chained = f'{{"content":"{digest}","previous":"{"00" * 32}","sequence":1}}'
    assert row.hash == sha256(chained.encode()).digest()


@given(
    chain_and_place,
    st.sampled_from(["kind", "version", "actor", "on_behalf_of", "device", "trace_id", "at", "sentence"]),
)
def test_a_changed_column_is_found(given_: tuple[list[Row], int], column: str) -> None:
    rows, index = given_
    other: dict[str, object] = {
        "version": 99,
        "at": datetime(2020, 1, 1, tzinfo=UTC),
        "sentence": Text("改", "changed"),
    }
    changed = replace(rows[index], **{column: other.get(column, "changed")})
    head = head_of(rows)
    assert found([*rows[:index], changed, *rows[index + 1 :]], head) == (Problem.CHANGED, index + 1)


@given(chain_and_place)
def test_a_changed_row_is_found_even_with_its_hash_computed_anew(given_: tuple[list[Row], int]) -> None:
    rows, index = given_
    forged = a_row(index + 1, rows[index].previous, "forged")
    assert found([*rows[:index], forged, *rows[index + 1 :]], head_of(rows)) == (Problem.CHANGED, index + 1)


@given(chain_and_place)
def test_a_tail_computed_anew_is_betrayed_by_the_head(given_: tuple[list[Row], int]) -> None:
    rows, index = given_
    forged = rows[:index]
    for sequence in range(index + 1, len(rows) + 1):
        forged.append(a_row(sequence, forged[-1].hash if forged else GENESIS, f"forged {sequence}"))
    assert found(forged, head_of(rows)) == (Problem.CHANGED, len(rows))


@given(chain_and_place)
def test_a_removed_row_is_missed(given_: tuple[list[Row], int]) -> None:
    rows, index = given_
    assert found([*rows[:index], *rows[index + 1 :]], head_of(rows)) == (Problem.REMOVED, index + 1)


@given(chain_and_place)
def test_a_removed_row_is_missed_though_the_rest_was_renumbered(given_: tuple[list[Row], int]) -> None:
    rows, index = given_
    rest = renumbered([*rows[:index], *rows[index + 1 :]])
    assert found(rest, head_of(rows)) == (Problem.REMOVED, index + 1)


@given(chain_and_place)
def test_removed_last_rows_are_missed(given_: tuple[list[Row], int]) -> None:
    rows, index = given_
    assert found(rows[:index], head_of(rows)) == (Problem.REMOVED, index + 1)


@given(lengths)
def test_a_removed_head_is_missed(length: int) -> None:
    assert found(a_chain(length), None) == (Problem.REMOVED, length + 1)


@given(chain_and_place, st.booleans())
def test_an_inserted_row_is_found(given_: tuple[list[Row], int], well_forged: bool) -> None:
    rows, index = given_
    forged = a_row(index + 1, rows[index].previous, "forged")
    if not well_forged:
        forged = replace(forged, hash=bytes(32))
    spread = [*rows[:index], forged, *renumbered(rows[index:], index + 2)]
    assert found(spread, head_of(rows)) == (Problem.INSERTED, index + 1)


@given(lengths, st.integers(1, 3), st.booleans())
def test_rows_added_at_the_end_behind_the_heads_back_are_found(
    length: int, count: int, well_forged: bool
) -> None:
    rows = a_chain(length)
    head = head_of(rows)
    for _ in range(count):
        forged = a_row(len(rows) + 1, rows[-1].hash, "forged")
        rows.append(forged if well_forged else replace(forged, hash=bytes(32)))
    assert found(rows, head) == (Problem.INSERTED, length + 1)


@given(chain_and_places)
def test_rows_that_changed_places_are_found(given_: tuple[list[Row], list[int]]) -> None:
    rows, (first, second) = given_
    swapped = list(rows)
    swapped[first], swapped[second] = rows[second], rows[first]
    assert found(renumbered(swapped), head_of(rows)) == (Problem.REORDERED, first + 1)


@given(chain_and_places)
def test_contents_that_changed_places_under_their_hashes_are_found(
    given_: tuple[list[Row], list[int]],
) -> None:
    rows, (first, second) = given_
    swapped = list(rows)
    for here, there in ((first, second), (second, first)):
        original = rows[here]
        swapped[here] = replace(
            rows[there], sequence=original.sequence, previous=original.previous, hash=original.hash
        )
    assert found(swapped, head_of(rows)) == (Problem.REORDERED, first + 1)


@given(chain_and_place)
def test_a_row_of_another_document_does_not_fit(given_: tuple[list[Row], int]) -> None:
    rows, index = given_
    foreign = a_row(index + 1, rows[index].previous, document="claims/EC-2026-000124")
    foreign = replace(foreign, document=CLAIM)
    broken = found([*rows[:index], foreign, *rows[index + 1 :]], head_of(rows))
    assert broken == (Problem.CHANGED, index + 1)


@given(chain_and_place, st.data())
def test_no_combination_of_two_tamperings_goes_unnoticed(
    given_: tuple[list[Row], int], data: st.DataObject
) -> None:
    rows, _ = given_
    head, tampered = head_of(rows), list(rows)
    for _ in range(2):
        index = data.draw(st.integers(0, max(len(tampered) - 1, 0)))
        match data.draw(st.sampled_from(["remove", "insert", "change"])):
            case "remove" if tampered:
                del tampered[index]
            case "insert":
                before = tampered[index - 1].hash if tampered and index else GENESIS
                tampered.insert(index, a_row(index + 1, before, "forged"))
            case "change" if tampered:
                tampered[index] = replace(tampered[index], actor="people/nobody")
    tampered = renumbered(tampered)
    assume(tampered != rows)
    assert first_break(CLAIM, tampered, head) is not None


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_is_said_in_both_languages(problem: Problem) -> None:
    said = Break(CLAIM, 3, problem).sentence
    assert CLAIM in said.zh
    assert "3" in said.zh
    assert CLAIM in said.en
    assert "3" in said.en
