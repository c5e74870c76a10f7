"""What a terminal shows: sentences in the reader's language."""

from __future__ import annotations

import os
import sys

from kernel.errors import Refusal
from kernel.text import Text

# The first that is set decides, as for any other program.
VARIABLES = ("ZHUPI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def language() -> str:
    """`zh` or `en`: Chinese where the terminal's locale is, else English."""
    for variable in VARIABLES:
        if value := os.environ.get(variable):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(text: Text) -> None:
    """One sentence for a person. On stderr: stdout belongs to answers that programs read."""
    print(text.in_language(language()), file=sys.stderr, flush=True)


def say_refusal(refusal: Refusal) -> None:
    say(Text("✗ {text}", "✗ {text}").format(text=refusal.text.in_language(language())))
    for violation in refusal.violations:
        if violation.field:
            say(
                Text(f"  {violation.field}：{violation.text.zh}", f"  {violation.field}: {violation.text.en}")
            )
