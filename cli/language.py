"""Which language a person is spoken to in: `--lang`, else the environment, else Chinese."""

from __future__ import annotations

import os
from collections.abc import Mapping

from chassis.terminal import VARIABLES


def language(given: str | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """`zh` or `en`. The locale `C` says nothing about a language."""
    asked = given or next((environ[name] for name in VARIABLES if environ.get(name)), "")
    return "en" if asked.lower().startswith("en") else "zh"
