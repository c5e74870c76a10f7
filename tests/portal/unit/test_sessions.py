"""Cookies that only we can make, sessions that end, and tokens that are got anew once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from starlette.requests import Request
from starlette.responses import Response

from portal.sign_in.oidc import Provider, SignInFailed, Tokens
from portal.sign_in.routes import own_path
from portal.sign_in.sealing import Sealer, fresh_keys
from portal.sign_in.sessions import IDLE, LONGEST, Session, Sessions


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Refreshing:
    """A provider that gives a new refresh token each time, and takes each but once."""

    clock: Clock
    good: str = "refresh-0"
    asked: list[str] = field(default_factory=list)

    async def refreshed(self, refresh: str) -> Tokens:
        self.asked.append(refresh)
        await asyncio.sleep(0)
        if refresh != self.good:
            raise SignInFailed
        self.good = f"refresh-{len(self.asked)}"
        return Tokens(f"access-{len(self.asked)}", self.good, self.clock.now + 600)


class House:
    def __init__(self) -> None:
        self.clock = Clock()
        self.provider = Refreshing(self.clock)
        self.sealer = Sealer(fresh_keys(), now=self.clock)
        self.sessions = self.another()

    def another(self, *, secure: bool = False) -> Sessions:
        """As after a restart: the cookies are the same, what was in memory is gone."""
        return Sessions(self.sealer, cast(Provider, self.provider), secure=secure, now=self.clock)

    def begin(self) -> Session:
        return self.sessions.begin(Tokens("access-0", "refresh-0", self.clock.now + 600, "lihua", "李华"))


def cookie_of(response: Response) -> str:
    return response.headers["set-cookie"]


def bringing(cookie: str) -> Request:
    scope: dict[str, Any] = {"type": "http", "headers": [(b"cookie", cookie.partition(";")[0].encode())]}
    return Request(scope)


def written(sessions: Sessions, session: Session) -> str:
    response = Response()
    sessions.write(response, session)
    return cookie_of(response)


@pytest.fixture
def house() -> House:
    return House()


def test_a_session_is_read_from_its_cookie_which_scripts_and_strangers_cannot_read(house: House) -> None:
    session = house.begin()
    cookie = written(house.sessions, session)

    read = house.sessions.read(bringing(cookie))

    assert read
    assert (read.person, read.name, read.csrf) == ("lihua", "李华", session.csrf)
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "lihua" not in cookie
    assert "refresh-0" not in cookie


def test_over_https_the_cookie_is_for_this_host_and_https_only(house: House) -> None:
    cookie = written(house.another(secure=True), house.begin())

    assert cookie.startswith("__Host-zhupi=")
    assert "Secure" in cookie


def test_a_cookie_that_was_changed_or_sealed_for_something_else_is_none(house: House) -> None:
    cookie = written(house.sessions, house.begin())
    other = house.sealer.sealed("signing-in", {"id": "x"}, lifetime=60)

    for given in (cookie.replace("zhupi=", "zhupi=e"), f"zhupi={other}", "zhupi=", "zhupi=a.b.c.d.e"):
        assert house.sessions.read(bringing(given)) is None


def test_a_session_ends_when_it_rests_too_long_and_at_the_latest_after_thirty_days(house: House) -> None:
    session = house.begin()
    cookie = written(house.sessions, session)

    house.clock.now += IDLE + 1
    assert house.sessions.read(bringing(cookie)) is None

    house.clock.now = session.began + LONGEST - 60
    last = written(house.sessions, session)
    assert "Max-Age=60" in last
    house.clock.now += 61
    assert house.sessions.read(bringing(last)) is None


def test_a_new_key_seals_while_the_old_one_still_opens() -> None:
    old, new = fresh_keys(), fresh_keys()
    sealed = Sealer(old).sealed("p", {"a": 1}, lifetime=60)

    assert Sealer([*new, *old]).opened("p", sealed)
    assert Sealer(new).opened("p", sealed) is None


async def test_requests_at_the_same_time_get_one_new_token_and_a_rotated_refresh_token_is_kept(
    house: House,
) -> None:
    session = house.begin()
    house.clock.now += 600

    answers = await asyncio.gather(*(house.sessions.access(session) for _ in range(5)))

    assert house.provider.asked == ["refresh-0"]
    assert {access for access, _ in answers} == {"access-1"}
    assert {now.refresh for _, now in answers} == {"refresh-1"}


async def test_after_a_restart_the_cookies_refresh_token_gets_a_new_one(house: House) -> None:
    session = house.begin()

    access, now = await house.another().access(session)

    assert (access, now.refresh) == ("access-1", "refresh-1")


async def test_whom_the_provider_knows_no_more_signs_in_again(house: House) -> None:
    session = house.begin()
    house.provider.good = "another"
    house.clock.now += 600

    with pytest.raises(SignInFailed):
        await house.sessions.access(session)


def test_a_session_that_was_ended_is_over_for_every_copy_of_its_cookie(house: House) -> None:
    session = house.begin()
    cookie = written(house.sessions, session)

    house.sessions.end(session, Response())

    assert house.sessions.read(bringing(cookie)) is None


@pytest.mark.parametrize(
    "given",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nb"],
)
def test_nobody_is_led_away_from_the_portal(given: str) -> None:
    assert own_path(given) == "/inbox"


def test_one_comes_back_to_where_one_was() -> None:
    assert own_path("/documents/claims/EC-2026-000123?x=1") == "/documents/claims/EC-2026-000123?x=1"
