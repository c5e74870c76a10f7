"""What Prometheus may ask: how many calls, how they ended, how long they took."""

from __future__ import annotations

from typing import Final
from wsgiref.simple_server import WSGIServer

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from chassis.config import Settings
from kernel.errors import FailedPrecondition

SERVED: Final = Histogram(
    "zhupi_rpc_served_seconds",
    "Calls answered by this component, by method and status code.",
    ("method", "code"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
STREAMS: Final = Gauge("zhupi_rpc_streams_open", "Answer streams that are open now.", ("method",))
RETRIES: Final = Counter(
    "zhupi_rpc_retries_total", "Calls to others that were made again.", ("peer", "method")
)
SPANS_LOST: Final = Counter("zhupi_spans_lost_total", "Spans that no receiver took.")


class CannotOffer(FailedPrecondition):
    zh = "无法在 {address} 提供指标：地址已被占用，或不属于本机"
    en = "Cannot offer metrics on {address}: it is in use or not this machine's"


SENT: Final = Counter(
    "zhupi_outbox_attempts_total", "Outbox rows by what came of sending them.", ("destination", "outcome")
)
OUTBOX: Final = Gauge(
    "zhupi_outbox_rows", "Outbox rows that are not sent: waiting, or parked.", ("destination", "state")
)
RECEIVED: Final = Counter(
    "zhupi_messages_received_total", "Messages by what came of handling them.", ("consumer", "outcome")
)


def offer(settings: Settings) -> WSGIServer | None:
    """Answer Prometheus on settings.metrics, from a thread of its own, until the process ends. Raises CannotOffer."""
    if not settings.metrics:
        return None
    host, _, port = settings.metrics.rpartition(":")
    try:
        server, _thread = start_http_server(int(port), addr=host or "127.0.0.1")
    except OSError as error:
        raise CannotOffer(address=settings.metrics) from error
    return server
