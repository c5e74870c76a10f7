"""Somebody at the portal whose browser runs no scripts: follows links, fills in forms, posts them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx2

Fields = dict[str, str]


class Form:
    """A form of a page: where it goes, what it carries, and the buttons that send it."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: Fields = {}
        self.buttons: list[dict[str, str]] = []


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", "")))
        elif tag == "input" and self.forms and said.get("name"):
            self.forms[-1].fields[said["name"]] = said.get("value", "")
        elif tag == "button" and self.forms:
            self.forms[-1].buttons.append(said)
        elif tag == "textarea" and self.forms:
            self._area = said["name"]
            self.forms[-1].fields[self._area] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


def forms_of(page: httpx2.Response) -> list[Form]:
    reading = _Reading()
    reading.feed(page.text)
    return reading.forms


def words_of(page: httpx2.Response) -> str:
    """What stands on it, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


class Visitor:
    """A context manager. `address` is the portal's."""

    def __init__(self, address: str, language: str = "zh-CN") -> None:
        self.address = address
        self.client = httpx2.Client(
            base_url=address,
            follow_redirects=True,
            headers={"accept-language": language},
            timeout=30,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    def sign_in(self, login: str) -> httpx2.Response:
        """By the demo's own page; answers the page that one comes to."""
        page = self.client.get("/")
        assert "演示" in page.text, page.text
        return self.post(str(page.url), {"person": login})

    def open(self, path: str) -> httpx2.Response:
        page = self.client.get(path)
        assert page.status_code == 200, (page.status_code, words_of(page))
        return page

    def post(self, address: str, fields: Fields, **headers: str) -> httpx2.Response:
        said = {"origin": self.address, "sec-fetch-site": "same-origin", **headers}
        return self.client.post(address, data=fields, headers=said)

    def send(self, page: httpx2.Response, button: str, **written: str) -> httpx2.Response:
        """Press the button that leads to a path which ends with `button`."""
        for form in forms_of(page):
            for one in form.buttons:
                action = one.get("formaction", form.action)
                if action.endswith(button):
                    chosen = {one["name"]: one.get("value", "")} if one.get("name") else {}
                    return self.post(urljoin(str(page.url), action), {**form.fields, **chosen, **written})
        raise AssertionError(f"no button leads to {button!r}: {words_of(page)}")
