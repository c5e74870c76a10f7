"""Whom something that was typed may mean."""

from __future__ import annotations

import pytest

from services.approval.domain.people.directory import Directory, Person
from services.approval.known_names import KnownNames
from services.approval.readings import Readings

LIHUA = Person("lihua", "李华", pinyin="lihua lh")
WANGFANG = Person("wangfang", "王芳", pinyin="wangfang wf")
FANGLI = Person("fangli", "方丽", pinyin="fangli fl")
READINGS = Readings.of(Directory(1, people=(LIHUA, WANGFANG, FANGLI)).index.people)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("华", {"lihua"}),
        ("wf", {"wangfang"}),
        ("fang", {"wangfang", "fangli"}),
        ("li", {"lihua", "fangli"}),
        ("李芳", set()),
        ("lihuawang", set()),
    ],
)
def test_a_person_is_meant_by_any_part_of_a_name_its_pinyin_or_a_login(word: str, meant: set[str]) -> None:
    found = READINGS.people_like(word)
    assert set(found) == meant
    assert len(found) == len(meant)


def test_nobody_is_meant_where_nobody_is_known() -> None:
    assert KnownNames().people_like("li") == ()
