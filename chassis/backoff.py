"""How long to wait before trying again."""

from __future__ import annotations

import random


def backoff(first: float, longest: float, failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubling, and spread so that many do not come at once."""
    return min(longest, first * 2.0 ** min(failures, 30)) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
