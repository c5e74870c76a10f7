"""A walked seed in words: what was killed how often, what the checker counted, what it found."""

from __future__ import annotations

from tests.chaos.checker.checking import counted
from tests.chaos.walk import Walked

MOST, LONGEST = 40, 400


def summary(seed: int, walked: Walked) -> str:
    acts = ", ".join(f"{name} {times}" for name, times in sorted(walked.acts.items())) or "nothing"
    seen = ", ".join(f"{count} {what}" for what, count in counted(walked.state).items())
    lines = [
        f"seed {seed}: {walked.seconds:.0f} s, {walked.acts.total()} acts, {walked.asked_again} requests repeated",
        f"  done: {acts}",
        f"  checked: {seen}",
        f"  findings: {len(walked.findings)}",
    ]
    return "\n".join([*lines, *(f"    {finding}"[:LONGEST] for finding in walked.findings[:MOST])])
