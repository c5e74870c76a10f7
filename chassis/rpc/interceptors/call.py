"""One incoming call on its way through the layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import grpc

from kernel.actor import Actor

# The receiver of spans would otherwise trace the arrival of traces, and write a line for each.
TELEMETRY: Final = "/opentelemetry.proto.collector."

Context = grpc.aio.ServicerContext[Any, Any]


@dataclass(slots=True)
class Call:
    """`request` is the message, or the iterator of messages where the caller streams. Layers fill in the rest."""

    method: str
    context: Context
    request: Any
    client_streams: bool
    server_streams: bool
    metadata: dict[str, str] = field(default_factory=dict)
    request_id: str = ""
    actor: Actor | None = None
    code: grpc.StatusCode = grpc.StatusCode.OK
    reason: str = ""

    def __post_init__(self) -> None:
        received = self.context.invocation_metadata() or ()
        self.metadata = {key: value for key, value in received if isinstance(value, str)}

    @property
    def is_telemetry(self) -> bool:
        return self.method.startswith(TELEMETRY)
