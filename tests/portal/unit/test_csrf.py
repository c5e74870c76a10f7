"""Only our own pages post."""

from __future__ import annotations

import pytest

from portal.http.csrf import NotFromOurPage, refuse_forged, refuse_strangers

HERE = "https://zhupi.example"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://zhupi.example"},
        {"origin": HERE, "sec-fetch-site": "cross-site"},
    ],
)
def test_a_post_from_elsewhere_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(NotFromOurPage):
        refuse_strangers("POST", headers, HERE)


@pytest.mark.parametrize("headers", [{"origin": HERE}, {"sec-fetch-site": "same-origin"}])
def test_a_post_from_here_comes_in(headers: dict[str, str]) -> None:
    refuse_strangers("POST", headers, HERE)


def test_links_from_elsewhere_may_be_followed() -> None:
    refuse_strangers("GET", {"sec-fetch-site": "cross-site"}, HERE)


@pytest.mark.parametrize("given", ["", "other", "秘密"])
def test_a_post_without_the_sessions_secret_is_refused(given: str) -> None:
    with pytest.raises(NotFromOurPage):
        refuse_forged(given, "secret")
