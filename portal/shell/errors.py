"""Refusals as pages: a sentence, what to do now, and never what went wrong inside."""

from __future__ import annotations

from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.errors import Refusal, Unauthenticated
from portal.services.refusals import refused
from portal.shell.rendering import Pages
from portal.words.catalogue import word

log = structlog.get_logger(__name__)


class Errors:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def refusal(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        if isinstance(error, Unauthenticated) and not request.url.path.startswith("/sign-in"):
            return _to_sign_in(request)
        said = refused(error, self._pages.language(request))
        return self._said(request, said.text, said.status)

    async def missing(self, request: Request, error: Exception) -> Response:
        said = word("shell.missing")
        return self._said(request, said.in_language(self._pages.language(request)), 404)

    def _said(self, request: Request, sentence: str, status: int) -> Response:
        return self._pages.page(request, "shell/refused.html", status, sentence=sentence)


def _to_sign_in(request: Request) -> Response:
    """A page leads there and back. What a script or a form has asked stays where it is: nothing that was typed is lost."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET":
        back = request.headers.get("referer", "").removeprefix(str(request.base_url).rstrip("/")) or "/"
    return RedirectResponse(f"/sign-in?next={quote(back, safe='')}", 303)
