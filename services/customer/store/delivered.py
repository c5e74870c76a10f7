"""The configuration that is delivered with the code, and configurations as documents."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from kernel.text import Text
from services.customer.domain.configuration import Choice, Configuration
from services.customer.domain.kinds import Kind

FILE: Final = Path(__file__).parents[1] / "configuration.yaml"


@lru_cache(maxsize=1)
def delivered() -> Configuration:
    configuration = configuration_of(yaml.safe_load(FILE.read_text("utf-8")))
    configuration.check()
    return configuration


def configuration_of(document: dict[str, Any], **published: Any) -> Configuration:
    """`published`: version, publisher and time, of one that was."""
    return Configuration(
        progress=_choices(document["progress"]),
        levels=_choices(document["levels"]),
        licence_types=_choices(document["licence_types"]),
        licence_rules=tuple((Kind(kind), tuple(types)) for kind, types in document["licence_rules"].items()),
        watch_days=tuple(document["watch_days"]),
        reveals_per_hour=document["reveals_per_hour"],
        **published,
    )


def document_of(configuration: Configuration) -> dict[str, Any]:
    choices = {
        name: [
            {"key": choice.key, "zh": choice.label.zh, "en": choice.label.en}
            for choice in getattr(configuration, name)
        ]
        for name in ("progress", "levels", "licence_types")
    }
    return {
        **choices,
        "licence_rules": {kind.value: list(types) for kind, types in configuration.licence_rules},
        "watch_days": list(configuration.watch_days),
        "reveals_per_hour": configuration.reveals_per_hour,
    }


def _choices(documents: list[dict[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(one["key"], Text(one["zh"], one["en"])) for one in documents)
