"""Names that lead back to where they come from."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter


def find_cycle(graph: dict[str, tuple[str, ...]]) -> list[str]:
    """The nodes of one cycle, the first written first and again at the end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # Found against the arrows, told along them.
        nodes = list(reversed(error.args[1][1:]))
        first = nodes.index(min(nodes, key=list(graph).index))
        return [*nodes[first:], *nodes[: first + 1]]
    return []
