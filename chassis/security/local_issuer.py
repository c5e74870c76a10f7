"""The issuer of `zhupi up`: keys in the home, and tokens for people, where no OpenID Connect provider is at hand.

HOME/keys/issuer.jwk            signs people's tokens (600)        HOME/keys/issuer.jwks    its public half
HOME/keys/services/<name>.jwk   signs the tokens of one service (600)   HOME/keys/services.jwks  their public halves
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from joserfc.jwk import OKPKey

from chassis.security.identity import ALGORITHM, PREFIX, read_key, sign

ISSUER: Final = "zhupi-local"
AUDIENCE: Final = "zhupi"
WORKING_DAY: Final = 12 * 3600


def issuer_jwks(home: Path) -> Path:
    return home / "keys" / "issuer.jwks"


def services_jwks(home: Path) -> Path:
    return home / "keys" / "services.jwks"


def service_key(home: Path, name: str) -> Path:
    return home / "keys" / "services" / f"{name}.jwk"


def ensure_keys(home: Path, component_names: Iterable[str]) -> None:
    """Make what is missing, keep what is there, publish the public halves of all of it."""
    for folder in (home / "keys", home / "keys" / "services"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    issuer = _ensure_key(_issuer_key(home), ISSUER)
    for name in component_names:
        _ensure_key(service_key(home, name), PREFIX + name)
    _publish(issuer_jwks(home), [issuer])
    # Those of components that are started elsewhere too.
    _publish(
        services_jwks(home), [read_key(path) for path in sorted((home / "keys" / "services").glob("*.jwk"))]
    )


def person_token(
    home: Path,
    person: str,
    roles: Iterable[str] = (),
    *,
    ttl: float = WORKING_DAY,
    device: str = "",
    audience: str = AUDIENCE,
) -> str:
    """A token by which `person` calls, valid for `ttl` seconds."""
    claims: dict[str, object] = {"iss": ISSUER, "aud": audience, "sub": person, "roles": sorted(roles)}
    if device:
        claims["device"] = device
    return sign(read_key(_issuer_key(home)), claims, lifetime=ttl)


def _issuer_key(home: Path) -> Path:
    return home / "keys" / "issuer.jwk"


def _ensure_key(path: Path, owner: str) -> OKPKey:
    if not path.exists():
        key = OKPKey.generate_key("Ed25519", {"alg": ALGORITHM, "use": "sig"}, private=True)
        document = {**key.as_dict(private=True), "kid": f"{owner}#{key.thumbprint()[:16]}"}
        _write(path, document, mode=0o600)
    return read_key(path)


def _publish(path: Path, keys: list[OKPKey]) -> None:
    document = {"keys": [key.as_dict(private=False) for key in keys]}
    if not path.exists() or json.loads(path.read_text("utf-8")) != document:
        _write(path, document, mode=0o644)


def _write(path: Path, document: object, *, mode: int) -> None:
    # Readable by nobody else at any moment, and never half written.
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(
        os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8"
    ) as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    scratch.rename(path)
