"""What master data sets for all customers: progress, levels, licences, notice, reveals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from kernel.errors import InvalidArgument
from kernel.published import Published
from kernel.text import Text
from services.customer.domain.kinds import Kind


class KeyTwice(InvalidArgument):
    zh = "编码 {key} 重复"
    en = "The key {key} is there twice"


class KindTwice(InvalidArgument):
    zh = "客户类型 {kind} 重复"
    en = "The kind {kind} is there twice"


class UnknownLicenceType(InvalidArgument):
    zh = "没有证照类型 {type}"
    en = "There is no type of licence {type}"


class UnknownProgress(InvalidArgument):
    zh = "没有进展 {progress}"
    en = "There is no progress {progress}"


class UnknownLevel(InvalidArgument):
    zh = "没有等级 {level}"
    en = "There is no level {level}"


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration(Published):
    """`progress` from its beginning, `levels` from the best; `licence_rules`: which types a kind needs to become formal."""

    name: ClassVar[str] = "customerConfiguration"

    progress: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    licence_types: tuple[Choice, ...]
    licence_rules: tuple[tuple[Kind, tuple[str, ...]], ...]
    watch_days: tuple[int, ...]
    reveals_per_hour: int

    def check(self) -> None:
        """Raises KeyTwice, KindTwice, UnknownLicenceType."""
        for field in ("progress", "levels", "licence_types"):
            _must_differ(field, (choice.key for choice in getattr(self, field)))
        kinds = [kind for kind, _ in self.licence_rules]
        for index, (kind, types) in enumerate(self.licence_rules):
            if kind in kinds[:index]:
                raise KindTwice(field=f"licence_rules[{index}].kind", kind=kind.value)
            for type_ in types:
                self.must_know_licence(type_, f"licence_rules[{index}].licence_types")

    @property
    def first_progress(self) -> str:
        return self.progress[0].key

    def needed_by(self, kind: Kind) -> tuple[str, ...]:
        """The licence types that a customer of this kind needs to become formal."""
        return dict(self.licence_rules).get(kind, ())

    def licence_label(self, type_: str) -> Text:
        """What a type of licence is called; its key where it is no longer in the list."""
        labels = (choice.label for choice in self.licence_types if choice.key == type_)
        return next(labels, Text(type_, type_))

    def must_know_progress(self, progress: str) -> None:
        if all(choice.key != progress for choice in self.progress):
            raise UnknownProgress(field="progress", progress=progress)

    def must_know_level(self, level: str) -> None:
        if all(choice.key != level for choice in self.levels):
            raise UnknownLevel(field="level", level=level)

    def must_know_licence(self, type_: str, field: str = "type") -> None:
        if all(choice.key != type_ for choice in self.licence_types):
            raise UnknownLicenceType(field=field, type=type_)


def _must_differ(field: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for index, key in enumerate(keys):
        if key in seen:
            raise KeyTwice(field=f"{field}[{index}].key", key=key)
        seen.add(key)
