"""Who buys from whom: a ladder, never a circle."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.errors import FailedPrecondition


class UpstreamCycle(FailedPrecondition):
    zh = "上下游关系形成循环：{chain}"
    en = "They would buy from each other in a circle: {chain}"


def refuse_cycle(number: str, above: Sequence[str]) -> None:
    """`above` is a new upstream customer and whom it buys from in turn. Raises UpstreamCycle, naming the circle."""
    if number in above:
        circle = [number, *above[: list(above).index(number) + 1]]
        raise UpstreamCycle(field="upstream", chain=" → ".join(f"customers/{one}" for one in circle))
