"""Which cases of a log are taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from replay.script import Scripted


def first(cases: Iterable[Scripted], n: int) -> list[Scripted]:
    """The first `n` in the order of the log, 0 for all. Reads no further than it must."""
    return list(islice(cases, n or None))


def spread(cases: Iterable[Scripted], n: int) -> list[Scripted]:
    """`n` cases of as many variants as there can be, the common and the rare alike; the same ones every time."""
    variants: defaultdict[tuple[str, ...], list[Scripted]] = defaultdict(list)
    for case in cases:
        variants[case.variant].append(case)
    common_first = sorted(variants.values(), key=len, reverse=True)
    if not 0 < n < len(common_first):
        # One of each variant, then the second of each, and so on: each variant has its share.
        rounds = (n for kind in common_first for n in enumerate(kind))
        in_turn = [case for _, case in sorted(rounds, key=lambda one: one[0])]
        return in_turn[: n or None]
    step = (len(common_first) - 1) / max(n - 1, 1)
    return [common_first[round(place * step)][0] for place in range(n)]
