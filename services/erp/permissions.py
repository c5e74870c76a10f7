"""Who may ask the ERP for what, by the Cedar policies in `authorisation`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from chassis.security.authorisation import INSTALLATION, Policies
from kernel.actor import Actor


@lru_cache(maxsize=1)
def policies() -> Policies:
    """Raises PoliciesInvalid; the service asks for them before it serves."""
    return Policies(Path(__file__).parent / "authorisation")


def require(actor: Actor, action: str) -> None:
    """Raises NotPermitted."""
    policies().require(actor, action, INSTALLATION, "erp")
