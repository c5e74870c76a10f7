"""What a terminal shows: sentences in the reader's language."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final

from kernel.errors import Refusal
from kernel.text import Text

VARIABLES: Final = ("ZHUPI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language(given: str | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """`zh` or `en`: what was asked for, else the environment's, else Chinese. The locale `C` names no language."""
    asked = given or next((environ[name] for name in VARIABLES if environ.get(name)), "")
    return "en" if asked.lower().startswith("en") else "zh"


def say(text: Text) -> None:
    """One sentence for a person, if anybody still listens. On stderr: stdout belongs to answers that programs read."""
    try:
        print(text.in_language(language()), file=sys.stderr, flush=True)
    except OSError:
        # A terminal that was closed must not keep anything from draining, nor spoil the exit code when Python flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def say_refusal(refusal: Refusal) -> None:
    say(Text("✗ {text}", "✗ {text}").format(text=refusal.text.in_language(language())))
    for violation in refusal.violations:
        if violation.field:
            say(
                Text(f"  {violation.field}：{violation.text.zh}", f"  {violation.field}: {violation.text.en}")
            )
