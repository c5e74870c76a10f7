"""Values of a policy as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kernel.text import Text
from services.approval.domain.people.directory import AsOf
from services.approval.domain.policies.policy import FactDeclaration
from services.approval.domain.policies.sentences import condition_sentence
from services.approval.policy_text.differences.plain import Plain
from services.approval.policy_text.differences.vocabulary import CHOICES, FLAGS, USUAL, key_text

# What reads better with the number in its middle.
LEVELS: Final = {
    "manager": Text("第 {level} 级上级", "manager of level {level}"),
    "managers_up_to": Text("逐级上级至第 {level} 级", "managers up to level {level}"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """`facts` are those of the policy that is worded; people and posts are called what they are called on that day."""

    facts: Mapping[str, FactDeclaration]
    directory: AsOf

    def of(self, key: str, value: Plain | None) -> Text:
        """What stands under `key`; None where the key is left out."""
        match value:
            case None:
                return self.of(key, USUAL[key]) if key in USUAL else Text("（无）", "nothing")
            case str():
                return self._text(key, value)
            case list():
                return joined(self.of(key, one) for one in value)
            case {"zh": str(zh), "en": str(en)}:
                return Text(zh, en)
        return joined(self._pair(name, one) for name, one in value.items())

    def _pair(self, key: str, value: Plain) -> Text:
        if key in LEVELS and isinstance(value, str) and value.isdecimal():
            return LEVELS[key].format(level=value)
        name, said = key_text(key), self.of(key, value)
        return Text(f"{name.zh} {said.zh}", f"{name.en} {said.en}")

    def _text(self, key: str, value: str) -> Text:
        if key == "when" and (value in self.facts or (key, value) not in CHOICES):
            return condition_sentence(value, self.facts)
        if key == "person" and (found := self.directory.person(value)):
            return Text(found.name, found.name)
        if key == "post" and (post := self.directory.post(value)):
            return post.title
        return CHOICES.get((key, value)) or FLAGS.get(value) or Text(value, value)


def joined(texts: Iterable[Text]) -> Text:
    said = list(texts)
    return Text("、".join(one.zh for one in said), ", ".join(one.en for one in said))
