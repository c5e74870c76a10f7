"""Refusals by a callee as the engine's failures: which may pass by themselves in a moment, and which do not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from kernel.errors import Code, Refusal

# ABORTED for no reason of ours: two transactions met, and the loser was asked to try again.
PASSING: Final = (Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED, Code.INTERNAL)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Told:
    """A refusal as a workflow sees it: the sentence in both languages, and its values."""

    zh: str = ""
    en: str = ""
    values: dict[str, str] = field(default_factory=dict)


@contextmanager
def told_to_the_workflow() -> Iterator[None]:
    """Raise refusals inside the block as ApplicationError: `type` is the reason, the one detail is Told."""
    try:
        yield
    except Refusal as refusal:
        values = {key: str(value) for key, value in refusal.values.items()}
        call, attempt = activity.info().activity_type, activity.info().attempt
        log.warning("a callee has refused", call=call, reason=refusal.reason, attempt=attempt)
        raise ApplicationError(
            refusal.text.en,
            Told(refusal.text.zh, refusal.text.en, values),
            type=refusal.reason,
            non_retryable=not passes(refusal),
            category=ApplicationErrorCategory.BENIGN,  # said above in one line, without a trace
        ) from refusal


def passes(refusal: Refusal) -> bool:
    """Whether the same call may well succeed in a moment."""
    return refusal.code in PASSING or (refusal.code is Code.ABORTED and refusal.reason in ("ABORTED", ""))
