"""Every way in which a case can stand, and every kind of notice, has a word in lists."""

from __future__ import annotations

from chassis.reading import words
from services.approval.domain.cases.case import CaseOutcome, CaseState
from services.approval.domain.cases.notices import NoticeKind
from services.approval.mapping.inbox import FOLDERS, KINDS, OUTCOMES, STANDINGS
from services.approval.search_text import search_text
from services.approval.store.inbox_queries import FOLDERS as STORED
from services.approval.use_cases.queries import Folder


def test_nothing_that_a_list_can_show_is_without_a_word() -> None:
    assert set(KINDS) == set(NoticeKind)
    assert set(OUTCOMES) == set(CaseOutcome)
    assert set(STANDINGS) == set(CaseState)
    assert set(FOLDERS.values()) == set(STORED) == set(Folder)


def test_a_title_is_searched_as_it_is_written_in_pinyin_and_by_initials() -> None:
    assert search_text("郑州差旅费（Ｑ3）", "EC-2026-000123").split("\n") == [
        "郑州差旅费(q3)",
        "zhengzhouchailvfei(q3)",
        "zzclf(q3)",
        "ec-2026-000123",
    ]
    assert search_text("Team lunch", "EC-1") == "team lunch\nec-1"


def test_of_a_long_title_the_beginning_is_searched_so_that_it_fits_into_an_index() -> None:
    assert len(search_text("𠮷" * 5000, "EC-1").encode()) < 1500
    assert len(search_text("装" * 5000, "EC-1").encode()) < 1500


def test_what_was_typed_is_searched_word_by_word_and_each_once() -> None:
    assert words("  郑州　ＡＢＣ abc 郑州 ") == ("郑州", "abc")
