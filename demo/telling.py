"""How a story is told: numbered steps, the command that does the same, and a pause where somebody reads along."""

from __future__ import annotations

import sys

from rich.text import Text as Styled

from cli.output import Output
from kernel.errors import Refusal
from kernel.text import Text


class Teller:
    """Tells in one language. `pauses`: after each step the reader asks for the next one."""

    def __init__(self, out: Output, *, pauses: bool) -> None:
        self.out = out
        self._pauses = pauses and not out.as_json and sys.stdin.isatty()
        self._steps = 0

    def step(self, zh: str, en: str) -> None:
        if self._steps and self._pauses:
            self.out.say("按回车继续…", "Press Enter to go on…", style="dim")
            sys.stdin.readline()
        self._steps += 1
        if not self.out.as_json:
            title = Text(zh, en).in_language(self.out.language)
            self.out.console.print(Styled(f"\n── {self._steps} ── {title}", style="bold"))

    def aside(self, zh: str, en: str) -> None:
        self.out.say(zh, en)

    def refused(self, refusal: Refusal) -> None:
        """What a person would read where they typed it."""
        text = refusal.text
        self.out.say(f"✗ {text.zh} {refusal.reason}", f"✗ {text.en} {refusal.reason}", style="red")

    def command(self, line: str) -> None:
        """What a person would type for it."""
        self.out.say(f"$ zhupi {line}", f"$ zhupi {line}", style="dim")
