"""Which document and case a message is about, by the names that it carries: for traces and logs."""

from __future__ import annotations

import re
from typing import Final

from chassis.observability import telemetry

NAME: Final = re.compile(r"[a-z][A-Za-z-]*/[A-Za-z0-9_./#-]{1,200}")


def concerns(message: object) -> None:
    """Note what `message`, a request or an answer, is about. What is no resource name is nobody's."""
    name, document, case = (_name(message, field) for field in ("name", "document", "case"))
    telemetry.concerns(document=name)
    telemetry.concerns(document=document, case=case)


def _name(message: object, field: str) -> str:
    value = getattr(message, field, "")
    return value if isinstance(value, str) and NAME.fullmatch(value) else ""
