"""What the portal is told, beside what every component is."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from chassis.config import Settings
from chassis.security.local_issuer import ISSUER

DEMO_PATH: Final = "/issuer"


class PortalSettings(Settings):
    portal_address: str = Field(
        "", description="where people open the portal, https://…; empty: http:// and where it listens"
    )
    portal_issuer: str = Field(
        "", description="address of the OpenID Connect provider; empty: the demo's own, in `zhupi up` only"
    )
    portal_client: str = Field("zhupi-portal", description="our client id there")
    portal_client_secret: str = Field(
        "", description="file path of our client secret; empty: a public client"
    )
    portal_cookie_keys: str = Field(
        "",
        description="file path of symmetric keys of 256 bits (JWKS): the first seals cookies, all open them; empty: those of the home",
    )
    portal_language: str = Field("zh", description="for whoever has not said: zh or en")

    @property
    def address(self) -> str:
        return self.portal_address.rstrip("/") or f"http://{self.listen}"

    @property
    def is_demo(self) -> bool:
        """Whether anybody may be anybody: only on the machine of `zhupi up`, and only where no provider is named."""
        here = self.listen.rpartition(":")[0] in ("127.0.0.1", "localhost", "[::1]")
        return self.home is not None and here and not self.portal_issuer and self.token_issuer == ISSUER

    @property
    def issuer(self) -> str:
        """Where people sign in."""
        if self.portal_issuer:
            return self.portal_issuer.rstrip("/")
        return self.address + DEMO_PATH if self.is_demo else self.token_issuer.rstrip("/")
