"""Names as people type them: 李华 is found by `lihua` and by `lh`."""

from __future__ import annotations

from dataclasses import replace

from pypinyin import Style, lazy_pinyin

from services.approval.domain.people.directory import Directory


def pinyin_of(name: str) -> str:
    """Full pinyin and initials."""
    syllables = lazy_pinyin(name)
    initials = lazy_pinyin(name, style=Style.FIRST_LETTER)
    return f"{''.join(syllables)} {''.join(initials)}".lower()


def with_pinyin(directory: Directory) -> Directory:
    """The directory with a reading for everyone for whom the sheets give none."""
    people = (
        person if person.pinyin else replace(person, pinyin=pinyin_of(person.name))
        for person in directory.people
    )
    return replace(directory, people=tuple(people))
