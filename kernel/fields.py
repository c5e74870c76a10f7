"""Where in a request a refusal belongs: what is wrong with a part is said with the path of the part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from kernel.errors import Refusal


@contextmanager
def within(path: str) -> Iterator[None]:
    """Refusals raised inside name their field below `path`: `tax` becomes `lines[2].tax`."""
    try:
        yield
    except Refusal as refusal:
        _move_below(path, refusal)
        raise


class Faults:
    """Gathers refusals about several parts, so that a form shows at once everything that is wrong with it.

    with faults.within("lines[0]"):
        …
    faults.refuse()
    """

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []

    @contextmanager
    def within(self, path: str) -> Iterator[None]:
        """Like the function, but the refusal is kept for `refuse`."""
        try:
            yield
        except Refusal as refusal:
            _move_below(path, refusal)
            self.refusals.append(refusal)

    def refuse(self) -> None:
        """Raises the first refusal, carrying the violations of all; does nothing where there is none."""
        if self.refusals:
            first, *others = self.refusals
            first.violations += tuple(violation for other in others for violation in other.violations)
            raise first


def _move_below(path: str, refusal: Refusal) -> None:
    if not refusal.field and not refusal.violations:
        refusal.violations = (refusal.violation_at(path),)
        refusal.field = path
        return
    refusal.field = f"{path}.{refusal.field}" if refusal.field else path
    refusal.violations = tuple(replace(v, field=f"{path}.{v.field}") for v in refusal.violations)
