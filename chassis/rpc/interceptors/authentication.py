"""Nobody calls without a token."""

from __future__ import annotations

import structlog

from chassis.rpc.interceptors.call import Call
from chassis.security.auth import TokenMissing, Verifier
from kernel.actor import Actor

SCHEME = "bearer "


async def authenticate(call: Call, verifier: Verifier) -> Actor:
    """The caller, by the `authorization` header. Raises Unauthenticated."""
    header = call.metadata.get("authorization", "")
    if not header.lower().startswith(SCHEME):
        raise TokenMissing
    call.actor = actor = await verifier.actor(header[len(SCHEME) :].strip())
    structlog.contextvars.bind_contextvars(actor=actor.id.replace(" ", "+"))
    return actor
