"""What a text may be made of: the one rule for whatever people write, wherever it comes in.

White space and zero-width characters at its ends mean nothing and are taken off; a text of nothing else says nothing.
Control characters and those that turn the direction of what follows show a reader something else than what is there.
"""

from __future__ import annotations

import re
from typing import Final

_SPACES: Final = (
    "".join(map(chr, range(0x2000, 0x200B)))
    + "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
)
_ZERO_WIDTH: Final = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
_ENDS: Final = _SPACES + _ZERO_WIDTH
# Drawn as nothing, but part of what stands before them: an emoji's variation, a joined pair, a blank of its script.
_UNSEEN: Final = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0000-\U000e0fff"
_TURNS: Final = "\u202a-\u202e\u2066-\u2069"
_CONTROLS: Final = "\x00-\x1f\x7f-\x9f"

_VISIBLE: Final = re.compile(f"[^{_ENDS}{_UNSEEN}{_TURNS}{_CONTROLS}]")
_NOT_IN_A_LINE: Final = re.compile(f"[{_CONTROLS}\u2028\u2029{_TURNS}\ud800-\udfff]")
_NOT_IN_LINES: Final = re.compile(f"(?![\t\n])[{_CONTROLS}{_TURNS}\ud800-\udfff]")


def trimmed(text: str) -> str:
    """The text without what means nothing at its ends."""
    return text.strip(_ENDS)


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing at all."""
    return not _VISIBLE.search(text)


def forbidden_in(text: str, *, lines: bool = False) -> str:
    """The first character that no text may contain, written `U+202E`; empty where there is none.

    `lines`: the text may have several lines and tabs.
    """
    found = (_NOT_IN_LINES if lines else _NOT_IN_A_LINE).search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def cleaned(text: str, longest: int) -> str:
    """A text of somebody who cannot be asked to write it again (another system's error), made fit to be kept."""
    kept = trimmed(_NOT_IN_LINES.sub(" ", text.replace("\r\n", "\n"))[:longest])
    return "" if is_blank(kept) else kept
