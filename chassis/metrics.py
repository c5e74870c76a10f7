"""What Prometheus may ask: how many calls, how they ended, how long they took."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from chassis.config import Settings

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


def offer(settings: Settings) -> None:
    """Answer Prometheus on settings.metrics, from a thread of its own. Raises OSError when the port is taken."""
    if settings.metrics:
        host, _, port = settings.metrics.rpartition(":")
        start_http_server(int(port), addr=host or "127.0.0.1")
