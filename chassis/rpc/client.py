"""Channels to other components: a service calls as itself, and says for whom; a person's program calls with their token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import grpc

from chassis.rpc.errors import LARGEST_METADATA
from chassis.rpc.interceptors.calling import Outgoing, interceptors
from chassis.transaction.requests import current_request

# Signing and settings are for services: a person's program has its token, and should not wait for what it does not use.
if TYPE_CHECKING:
    from chassis.config import Settings
    from chassis.security.identity import ServiceIdentity

TIMEOUT: Final = 10.0
OPTIONS: Final = (
    ("grpc.max_receive_message_length", 16 << 20),
    ("grpc.max_send_message_length", 4 << 20),
    ("grpc.max_metadata_size", LARGEST_METADATA),
    ("grpc.absolute_max_metadata_size", LARGEST_METADATA),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 0),
    # A peer that restarts is found again in moments; the defaults wait for seconds, then for minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    # How long an attempt to connect may take, whatever its name says: a busy machine needs more than the first pause.
    ("grpc.min_reconnect_backoff_ms", 5_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    # Retries are ours: only we know what is safe.
    ("grpc.enable_retries", 0),
    ("grpc.enable_http_proxy", 0),
)


class UnknownPeer(LookupError):
    """The settings name no address for this component (ZHUPI_PEERS)."""


def channel(
    settings: Settings, peer: str, *, identity: ServiceIdentity | None = None, timeout: float = TIMEOUT
) -> grpc.aio.Channel:
    """A channel to the component `peer`, with this component's own tokens.

    While a request is being handled, calls are made on behalf of its person; otherwise on the service's own account.
    Calls raise kernel refusals: RemoteRefusal, Unavailable, DeadlineExceeded. Raises UnknownPeer.
    """
    address = settings.peers.get(peer)
    if address is None:
        raise UnknownPeer(peer)
    from chassis.security.identity import ServiceIdentity

    known = identity or ServiceIdentity.load(settings.service_key)

    def token() -> str:
        request = current_request()
        return known.token(peer, request.caller if request is not None else None)

    return _open(address, Outgoing(peer, token, timeout))


def person_channel(
    address: str,
    token: str | Callable[[], str],
    *,
    peer: str = "",
    timeout: float = TIMEOUT,
    around: Sequence[grpc.aio.ClientInterceptor] = (),
) -> grpc.aio.Channel:
    """A channel to `address` (host:port) with a person's token.

    `peer` is how refusals name the other side; `around` are interceptors that see calls and answers as whoever calls does.
    """
    outgoing = Outgoing(peer or address, token if callable(token) else lambda: token, timeout)
    return _open(address, outgoing, around)


def _open(
    address: str, outgoing: Outgoing, around: Sequence[grpc.aio.ClientInterceptor] = ()
) -> grpc.aio.Channel:
    layers = (*around, *interceptors(outgoing))
    return grpc.aio.insecure_channel(address, options=OPTIONS, interceptors=layers)
