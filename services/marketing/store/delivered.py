"""The configuration that is delivered with the code, and configurations as documents."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from kernel.money import Money
from kernel.text import Text
from services.marketing.domain.configuration import ActivityClass, Configuration, EvidenceKind

FILE: Final = Path(__file__).parents[1] / "configuration.yaml"
DAYS: Final = ("escalation_days", "overdue_days", "claimable_days", "longest_days")


@lru_cache(maxsize=1)
def delivered() -> Configuration:
    configuration = configuration_of(yaml.safe_load(FILE.read_text("utf-8")))
    configuration.check()
    return configuration


def configuration_of(document: dict[str, Any], **published: Any) -> Configuration:
    """`published`: version, publisher and time, of one that was."""
    return Configuration(
        classes=tuple(map(_class_of, document["classes"])),
        reminder_days=tuple(document["reminder_days"]),
        **{name: document[name] for name in DAYS},
        **published,
    )


def document_of(configuration: Configuration) -> dict[str, Any]:
    return {
        "classes": list(map(_class_document, configuration.classes)),
        "reminder_days": list(configuration.reminder_days),
        **{name: getattr(configuration, name) for name in DAYS},
    }


def _class_of(document: dict[str, Any]) -> ActivityClass:
    limit = document.get("limit")
    return ActivityClass(
        document["key"],
        Text(document["zh"], document["en"]),
        document.get("parent", ""),
        tuple((EvidenceKind(kind), least) for kind, least in document.get("evidence", {}).items()),
        Money.of(limit["amount"], limit["currency"]) if limit else None,
    )


def _class_document(one: ActivityClass) -> dict[str, Any]:
    limit = one.limit
    return {
        "key": one.key,
        "parent": one.parent,
        "zh": one.label.zh,
        "en": one.label.en,
        "evidence": {kind.value: least for kind, least in one.evidence},
        "limit": {"amount": str(limit.amount), "currency": limit.currency} if limit else None,
    }
