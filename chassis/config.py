"""Settings that every component reads, from the environment (`ZHUPI_…`); `zhupi up` sets them for its children."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where things are and who may call. A service adds its own settings in a subclass in its `settings.py`."""

    model_config = SettingsConfigDict(env_prefix="ZHUPI_", frozen=True, extra="ignore")

    listen: str = Field("127.0.0.1:0", description="host:port of this component's gRPC server")
    database_url: SecretStr = Field(
        SecretStr(""), description="postgresql://user:password@host:port/name of this component"
    )
    nats_url: str = Field("", description="nats://host:port")
    temporal_address: str = Field("", description="host:port of the Temporal frontend")
    temporal_namespace: str = "zhupi"
    peers: dict[str, str] = Field(
        default_factory=dict, description='JSON: component name to host:port, {"expense": "…"}'
    )

    token_issuer: str = Field("zhupi-local", description="`iss` that people's tokens must carry")
    token_audience: str = "zhupi"  # noqa: S105 - a name, no secret
    token_jwks: str = Field("", description="file path or https URL of the issuer's public keys (JWKS)")
    token_person_claim: str = Field("sub", description="the claim that holds a person's id")
    token_leeway_seconds: int = 30
    service_jwks: str = Field(
        "", description="file path of the public keys by which services know each other (JWKS)"
    )
    service_key: str = Field("", description="file path of this component's own private key (JWK), mode 600")

    attachments_url: str = Field("", description="file:///folder or s3://bucket/prefix")
    traces: str = Field("", description="host:port of an OTLP/gRPC receiver; empty: no spans are exported")
    trace_ratio: float = Field(
        1.0, ge=0, le=1, description="share of the requests from outside that are traced"
    )
    metrics: str = Field("", description="host:port where Prometheus may ask; empty: nowhere")
    log_level: str = "INFO"
    log_json: bool = True
    home: Path | None = Field(None, description="the folder of `zhupi up`, where there is one")
