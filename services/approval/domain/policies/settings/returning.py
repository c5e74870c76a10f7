"""How a step may be left backwards, and walked again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kernel.errors import FailedPrecondition
from kernel.text import Text


class Returns(StrEnum):
    """How it goes on once what was returned has been mended."""

    WALK_AGAIN = "walk_again"
    """Everything from there on is asked again."""
    COME_BACK = "come_back"
    """It comes straight back to whoever returned it."""
    CHOICE = "choice"
    """Whoever returns it says which."""


class Resume(StrEnum):
    """How it goes on after one return."""

    WALK_AGAIN = "walk_again"
    COME_BACK = "come_back"


class ResumeNotAllowed(FailedPrecondition):
    zh = "按策略，从此步骤退回后只能：{allowed_zh}"
    en = "By its policy, what this step returns can only {allowed_en}"


WORDS: Final = {
    Resume.WALK_AGAIN: Text("重新逐级审批", "be walked again from there"),
    Resume.COME_BACK: Text("直接回到本步骤", "come straight back"),
}


@dataclass(frozen=True, slots=True)
class Returning:
    """`redo`: who decided it may ask, while the stage runs, to decide it again."""

    returns: Returns = Returns.CHOICE
    redo: bool = False

    def resume(self, asked: Resume | None) -> Resume:
        """How it goes on after a return by somebody who asks for that, None for whatever is usual. Raises ResumeNotAllowed."""
        if self.returns is Returns.CHOICE:
            return asked or Resume.WALK_AGAIN
        allowed = Resume(self.returns.value)
        if asked not in (None, allowed):
            words = WORDS[allowed]
            raise ResumeNotAllowed(
                field="resume", resume=asked, allowed=allowed, allowed_zh=words.zh, allowed_en=words.en
            )
        return allowed


USUAL_RETURNING: Final = Returning()
