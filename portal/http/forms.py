"""What a page posts: small texts, proven to come from the page."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request

from kernel.errors import InvalidArgument
from portal.http import csrf

MOST_FIELDS: Final = 2000
LARGEST: Final = 2 << 20


class FormTooLarge(InvalidArgument):
    zh = "提交的内容过大"
    en = "What was posted is too large"


class Form:
    def __init__(self, content: FormData) -> None:
        self._content = content

    def get(self, name: str, otherwise: str = "") -> str:
        value = self._content.get(name)
        return value if isinstance(value, str) else otherwise

    def all(self, name: str) -> list[str]:
        return [value for value in self._content.getlist(name) if isinstance(value, str)]


async def form_of(request: Request) -> Form:
    """Raises FormTooLarge, NotFromOurPage. There is no other way to read what was posted, and so none without the proof."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST:
        raise FormTooLarge
    form = Form(await request.form(max_files=0, max_fields=MOST_FIELDS))
    session = request.state.session
    if session is not None:
        csrf.refuse_forged(request.headers.get(csrf.HEADER) or form.get(csrf.FIELD), session.csrf)
    return form
