"""What a component is told: the variables of chassis.config, from the home and the addresses of everything."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from chassis.launcher.home import Home
from chassis.launcher.servers import Servers
from chassis.security.local_issuer import issuer_jwks, service_key, services_jwks

TRACES = "traces"


def environment_of(
    name: str, home: Home, servers: Servers, addresses: Mapping[str, str], here: Collection[str]
) -> dict[str, str]:
    """The `ZHUPI_…` variables of component `name`.

    `addresses` are those of all components, those started elsewhere included. Servers that are not `here` are left
    out, so that the caller's own variables can say where they are.
    """
    told = {
        "ZHUPI_HOME": str(home.path),
        "ZHUPI_LISTEN": addresses[name],
        "ZHUPI_PEERS": json.dumps({peer: address for peer, address in addresses.items() if peer != name}),
        "ZHUPI_TOKEN_JWKS": str(issuer_jwks(home.path)),
        "ZHUPI_SERVICE_JWKS": str(services_jwks(home.path)),
        "ZHUPI_SERVICE_KEY": str(service_key(home.path, name)),
        "ZHUPI_ATTACHMENTS_URL": (home.path / "attachments" / name).as_uri(),
    }
    if "postgres" in here:
        told["ZHUPI_DATABASE_URL"] = servers.postgres.url(name, user=name, password=home.password(name))
    if "nats" in here:
        told["ZHUPI_NATS_URL"] = servers.nats.url
    if "temporal" in here:
        told["ZHUPI_TEMPORAL_ADDRESS"] = servers.temporal.address
        told["ZHUPI_TEMPORAL_NAMESPACE"] = servers.temporal.namespace
    if TRACES in here and name != TRACES:
        told["ZHUPI_TRACES"] = addresses[TRACES]
    return told
