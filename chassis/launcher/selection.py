"""Which parts are started: all, some with what they need, or all but some."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from chassis.launcher.refusals import NeedsGoInACircle, UnknownPart


def refuse_unknown(asked: Iterable[str], known: Collection[str]) -> None:
    """Raises UnknownPart for the first name that is no part."""
    for name in asked:
        if name not in known:
            raise UnknownPart(name=name, known=", ".join(known))


def selected(
    needs: Mapping[str, Iterable[str]], only: Collection[str] = (), without: Collection[str] = ()
) -> set[str]:
    """`only` these and what they need, all but those `without`; everything by default."""
    return closure(only or needs, needs) - set(without)


def closure(wanted: Iterable[str], needs: Mapping[str, Iterable[str]]) -> set[str]:
    """`wanted` and all that they need, directly or not."""
    found: set[str] = set()
    open_ = list(wanted)
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            open_ += needs.get(name, ())
    return found


def dependants(needs: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Who needs whom, turned round. Raises NeedsGoInACircle."""
    for name in needs:
        if name in closure(needs[name], needs):
            raise NeedsGoInACircle(name=name)
    return {name: {other for other in needs if name in needs[other]} for name in needs}
