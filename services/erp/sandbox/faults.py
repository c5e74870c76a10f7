"""What goes wrong in the sandbox, and whom it strikes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Faults:
    """Faults that are switched on. `only_next` counts the calls that are still to be struck, 0 for all of them."""

    delay: timedelta = timedelta()
    unavailable: bool = False
    refuse_reason: str = ""
    lose_answers: bool = False
    never_settle: bool = False
    only_next: int = 0
    only_document: str = ""

    @property
    def anything(self) -> bool:
        return bool(
            self.delay or self.unavailable or self.refuse_reason or self.lose_answers or self.never_settle
        )

    def on_asking(self, document: str) -> Faults:
        """What strikes what is asked for this document."""
        return self if self.only_document in ("", document) else NONE

    def on_looking(self, document: str) -> Faults:
        """What strikes a look at what has become of it: its answer is neither refused nor lost."""
        return replace(self.on_asking(document), refuse_reason="", lose_answers=False)

    def after_a_strike(self) -> Faults:
        """What remains switched on after one more call was struck."""
        if self.only_next == 0:
            return self
        return replace(self, only_next=self.only_next - 1) if self.only_next > 1 else NONE


NONE = Faults()
