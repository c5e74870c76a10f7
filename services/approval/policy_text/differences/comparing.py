"""Two policies of one process side by side: every difference in a sentence, in the order of the policy.

Stages, steps, facts and fallbacks are known by their keys, so that one that is renamed or moved is still the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import AsOf
from services.approval.policy_text.differences.plain import Plain, beyond, by_key, named, plain_policy
from services.approval.policy_text.differences.vocabulary import key_text
from services.approval.policy_text.differences.wording import Wording
from services.approval.policy_text.reading import read_policy

# Nobody reads further; what is said of a text without end must end.
MOST: Final = 1_000
WHOLE: Final = Text("策略", "The policy")
# What is under these keys has a name of its own and is compared one by one.
FACTS, STAGES, STEPS, FALLBACKS = "facts", "stages", "steps", "fallbacks"
KINDS: Final = {
    FACTS: Text("事实", "fact"),
    STAGES: Text("阶段", "stage"),
    STEPS: Text("步骤", "step"),
    FALLBACKS: Text("后备", "fallback"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` is that of the later policy; of what is gone, that of the one before."""

    path: str
    text: Text


@dataclass(frozen=True, slots=True)
class _Side:
    fields: Mapping[str, Plain]
    wording: Wording


@dataclass(frozen=True, slots=True)
class _Both:
    """The same thing in both policies, and how it is called in sentences."""

    path: str
    where: Text
    before: _Side
    after: _Side

    def compared(self) -> Iterator[Difference]:
        for key in dict.fromkeys((*self.before.fields, *self.after.fields)):
            old, new = self.before.fields.get(key), self.after.fields.get(key)
            path = f"{self.path}.{key}" if self.path else key
            if key == STEPS:
                yield from self._children(key, path, by_key(old, "key"), by_key(new, "key"))
            elif key in KINDS:
                yield from self._children(key, path, named(old), named(new))
            elif old != new:
                yield from self._changed(key, path, old, new)

    def _changed(self, key: str, path: str, old: Plain | None, new: Plain | None) -> Iterator[Difference]:
        name = key_text(key)
        if isinstance(old, dict) and isinstance(new, dict) and "zh" not in new:
            where = Text(f"{self.where.zh}的{name.zh}", f"{self.where.en}, {name.en}")
            yield from _Both(
                path, where, _Side(old, self.before.wording), _Side(new, self.after.wording)
            ).compared()
            return
        if isinstance(old, list) and isinstance(new, list):
            yield from self._members(key, path, old, new)
            return
        was, now = self.before.wording.of(key, old), self.after.wording.of(key, new)
        yield Difference(
            path,
            Text(
                f"{self.where.zh}：{name.zh}由“{was.zh}”改为“{now.zh}”",
                f"{self.where.en}: {name.en} changes from “{was.en}” to “{now.en}”",
            ),
        )

    def _members(self, key: str, path: str, old: list[Plain], new: list[Plain]) -> Iterator[Difference]:
        """What leaves a list, what comes into it; or the same in another order."""
        name, where = key_text(key), self.where
        gone, come = beyond(old, new), beyond(new, old)
        for one in gone:
            said = self.before.wording.of(key, one)
            zh, en = f"{name.zh}去掉“{said.zh}”", f"“{said.en}” leaves {name.en}"
            yield Difference(path, Text(f"{where.zh}：{zh}", f"{where.en}: {en}"))
        for one in come:
            said = self.after.wording.of(key, one)
            zh, en = f"{name.zh}增加“{said.zh}”", f"“{said.en}” joins {name.en}"
            yield Difference(path, Text(f"{where.zh}：{zh}", f"{where.en}: {en}"))
        if not gone and not come:
            said = self.after.wording.of(key, new)
            zh, en = f"{name.zh}的次序改为“{said.zh}”", f"{name.en} are now in the order “{said.en}”"
            yield Difference(path, Text(f"{where.zh}：{zh}", f"{where.en}: {en}"))

    def _children(
        self, kind: str, path: str, old: dict[str, dict[str, Plain]], new: dict[str, dict[str, Plain]]
    ) -> Iterator[Difference]:
        # A policy as a whole needs no mention: “stage A”, but “step B of stage A”.
        within = Text("", "") if self.where == WHOLE else self.where
        for key in dict.fromkeys((*new, *old)):
            what = _called(KINDS[kind], key, new.get(key) or old[key], within)
            here = f"{path}.{key}"
            if key not in old:
                yield Difference(here, Text(f"新增{what.zh}", f"{_sentence(what.en)} is new"))
            elif key not in new:
                yield Difference(here, Text(f"取消{what.zh}", f"{_sentence(what.en)} is gone"))
            else:
                sides = _Side(old[key], self.before.wording), _Side(new[key], self.after.wording)
                yield from _Both(here, Text(what.zh, _sentence(what.en)), *sides).compared()
        stayed = [key for key in new if key in old]
        if kind in (STEPS, STAGES) and stayed != [key for key in old if key in new]:
            order = " → ".join(stayed)
            zh, en = KINDS[kind].zh, KINDS[kind].en
            yield Difference(
                path,
                Text(
                    f"{self.where.zh}：{zh}次序改为 {order}",
                    f"{self.where.en}: {en}s are in the order {order}",
                ),
            )


def differences(before: str, after: str, directory: AsOf) -> tuple[Difference, ...]:
    """What changes from one policy to the other, as YAML; nothing where they mean the same. Raises NotYaml."""
    first, second = read_policy(before)[0], read_policy(after)[0]
    if first is not None and first == second:
        return ()
    sides = [
        _Side(
            plain_policy(yaml),
            Wording({fact.key: fact for fact in policy.facts} if policy else {}, directory),
        )
        for yaml, policy in ((before, first), (after, second))
    ]
    return tuple(islice(_Both("", WHOLE, *sides).compared(), MOST))


def _called(kind: Text, key: str, fields: Mapping[str, Plain], within: Text) -> Text:
    match fields.get("title"):
        case {"zh": str(zh), "en": str(en)}:
            title = Text(zh, en)
        case _:
            title = Text(key, key)
    if not within.zh:
        return Text(f"{kind.zh}“{title.zh}”", f"{kind.en} “{title.en}”")
    inner = within.en[:1].lower() + within.en[1:]
    return Text(f"{within.zh}的{kind.zh}“{title.zh}”", f"{kind.en} “{title.en}” of {inner}")


def _sentence(en: str) -> str:
    return en[:1].upper() + en[1:]
