"""The composition root: from settings to one ASGI application."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from joserfc.jwk import OctKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kernel.errors import Refusal
from portal.document.routes import folder as document
from portal.http.headers import Headers
from portal.inbox.routes import folder as inbox
from portal.issuer.routes import DemoIssuer
from portal.services.channels import Services
from portal.settings import PortalSettings
from portal.shell.assets import Assets
from portal.shell.errors import Errors
from portal.shell.gate import Gate
from portal.shell.rendering import Pages
from portal.sign_in.oidc import Provider
from portal.sign_in.routes import HOME, SignIn
from portal.sign_in.sealing import Sealer, ensure_keys, fresh_keys, read_keys
from portal.sign_in.sessions import Sessions


class Portal:
    """A context manager; `app` answers from the start, whatever else is up."""

    def __init__(self, settings: PortalSettings) -> None:
        secure = settings.address.startswith("https://")
        self._services = Services(settings)
        assets = Assets()
        pages = Pages(self._services, assets, language=settings.portal_language)
        sealer = Sealer(_cookie_keys(settings))
        provider = Provider(settings)
        sessions = Sessions(sealer, provider, secure=secure)
        errors = Errors(pages)
        # In the order of the navigation. A new folder of pages is named here, and nowhere else.
        folders = (inbox(pages, self._services), document(pages, self._services))
        pages.show(folders)
        open_to_all: list[BaseRoute] = [
            Route("/healthz", healthy),
            assets.route,
            *SignIn(provider, sealer, sessions, secure=secure).routes,
            Route("/signed-out", lambda request: pages.page(request, "sign_in/signed_out.html")),
        ]
        if settings.is_demo:
            open_to_all += DemoIssuer(settings, self._services, pages).routes
        self.app = Starlette(
            routes=[
                *open_to_all,
                Route("/", lambda request: RedirectResponse(HOME, 303)),
                *(route for folder in folders for route in folder.routes),
            ],
            middleware=[
                Middleware(Headers, secure=secure, provider="" if settings.is_demo else settings.issuer),
                Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
                Middleware(Gate, sessions=sessions, address=settings.address, errors=errors),
            ],
            exception_handlers={Refusal: errors.refusal, 404: errors.missing, 405: errors.missing},
        )

    async def __aenter__(self) -> Portal:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._services.close()


async def healthy(request: Request) -> Response:
    return PlainTextResponse("ok")


def _cookie_keys(settings: PortalSettings) -> list[OctKey]:
    if settings.portal_cookie_keys:
        return read_keys(Path(settings.portal_cookie_keys))
    return ensure_keys(settings.home / "keys" / "portal.jwks") if settings.home is not None else fresh_keys()
