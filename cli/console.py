"""The terminal, on which what people have typed is shown and never obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

# Escape sequences move cursors and rename windows; overrides of direction make a text read as another one.
COMMANDING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
REPLACEMENT: Final = "\ufffd"


class SafeConsole(Console):
    """A console on which no title, comment or reason can command the terminal: such characters are shown as U+FFFD."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=shown(segment.text))


def shown(text: str) -> str:
    return COMMANDING.sub(REPLACEMENT, text)
