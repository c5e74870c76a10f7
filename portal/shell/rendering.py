"""Templates, and how a page becomes an answer: whole, or the part that htmx asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import uuid4

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kernel.clock import SystemClock
from kernel.text import Text
from portal.http import csrf
from portal.services.channels import Services
from portal.shell.assets import Assets
from portal.shell.pages import Folder, Link
from portal.shown.reader import Reader
from portal.words.catalogue import PORTAL, word
from reading.names import bare

GROUPS: Final = ("lists", "start", "work", "operations")


class Pages:
    """`language` is for whoever has not said which they read."""

    def __init__(
        self,
        services: Services,
        assets: Assets,
        *,
        language: str,
        now: Callable[[], datetime] = SystemClock().now,
    ) -> None:
        self._services = services
        self._language = language
        self._now = now
        self.links: Sequence[Link] = ()
        self._templates = Environment(
            loader=FunctionLoader(source),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.filters["bare"] = bare
        self._templates.globals.update(
            asset=assets.address, new_id=lambda: str(uuid4()), csrf_field=csrf.FIELD
        )

    def show(self, folders: Sequence[Folder]) -> None:
        """These stand in the navigation, in this order."""
        self.links = tuple(link for folder in folders for link in folder.links)

    def reader(self, request: Request) -> Reader:
        session = request.state.session
        return Reader(
            language=self.language(request),
            now=self._now(),
            known=self._services.known,
            person=f"people/{session.person}" if session is not None else "",
        )

    def language(self, request: Request) -> str:
        session = request.state.session
        if session is not None and session.language:
            return str(session.language)
        asked = request.headers.get("accept-language", "").lower()
        return asked[:2] if asked[:2] in ("zh", "en") else self._language

    def page(self, request: Request, template: str, status: int = 200, **content: Any) -> HTMLResponse:
        """The answer to `request`: all of the page, or its main part where htmx swaps that alone."""
        reader = content.pop("reader", None) or self.reader(request)
        session = request.state.session
        whole = request.headers.get("hx-request") != "true" or request.headers.get("hx-boosted") == "true"
        around = {
            "layout": "shell/base.html" if whole else "shell/part.html",
            "lang": "en" if reader.language == "en" else "zh-CN",
            "t": partial(_said, reader),
            "text": reader.text,
            "who": reader.name,
            "me": session,
            "links": self.links,
            "here": request.url.path,
            "counts": None,
        }
        html = self._templates.get_template(template).render({**around, **content})
        return HTMLResponse(html, status, headers={"vary": "hx-request, accept-language, cookie"})


def _said(reader: Reader, key: str, **values: object) -> str:
    text: Text = word(key)
    return reader.text(text.format(**values) if values else text)


def source(name: str) -> tuple[str, str, Callable[[], bool]] | None:
    """`inbox/list.html` is portal/inbox/templates/list.html."""
    folder, _, rest = name.partition("/")
    path = PORTAL / folder / "templates" / rest
    return (path.read_text("utf-8"), str(path), lambda: True) if path.is_file() else None
