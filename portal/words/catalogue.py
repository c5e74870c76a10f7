"""All words by key, `inbox.empty`: the folder, then the key of its words.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import yaml

from kernel.text import Text

PORTAL: Final = Path(__file__).resolve().parents[1]


class UnknownWord(KeyError):
    """No words.yaml has it."""


def word(key: str) -> Text:
    """Raises UnknownWord. Keys are written out where they are used, so that a test finds every use."""
    try:
        return catalogue()[key]
    except KeyError as error:
        raise UnknownWord(key) from error


@cache
def catalogue() -> dict[str, Text]:
    return {key: text for path in sorted(PORTAL.glob("*/words.yaml")) for key, text in read(path).items()}


def read(path: Path) -> dict[str, Text]:
    """Raises TypeError, KeyError for what is not `key: {zh: …, en: …}`."""
    entries = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) or {}
    return {f"{path.parent.name}.{key}": Text(said["zh"], said["en"]) for key, said in entries.items()}
