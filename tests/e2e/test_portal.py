"""The portal in a browser without scripts: signing in, the inbox, a document, a decision."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest

from tests.builders.visitor import Visitor, forms_of, words_of
from tests.e2e.conftest import NewClaim
from tests.e2e.running import Zhupi, approver_of, until


@pytest.fixture
def address(zhupi: Zhupi) -> str:
    return zhupi.addresses["portal"]


@pytest.fixture
def visitor(address: str) -> Iterator[Visitor]:
    with Visitor(address) as visitor:
        yield visitor


def test_the_portal_is_the_first_address_that_up_says(zhupi: Zhupi) -> None:
    first = next(iter(zhupi.addresses.items()))

    assert first[0] == "portal"
    assert first[1].startswith("http://127.0.0.1:")


def test_a_claim_is_approved_by_whom_it_waits_for_and_leaves_their_inbox(
    zhupi: Zhupi, visitor: Visitor, submitted: NewClaim
) -> None:
    number = submitted()
    inbox = visitor.sign_in(approver_of(zhupi, number))
    assert f"/documents/claims/{number}" in inbox.text
    page = visitor.open(f"/documents/claims/{number}")
    for said in ("办公用品", "¥100.00", "打印纸", "审批路线", "李华"):
        assert said in words_of(page)

    after = visitor.send(page, "/approve", comment="同意，<b>尽快</b>")

    assert after.status_code == 200
    assert number not in visitor.open("/inbox").text
    assert number in visitor.open("/inbox/done").text
    told = visitor.open(f"/documents/claims/{number}")
    assert "&lt;b&gt;尽快&lt;/b&gt;" in told.text
    assert "<b>尽快</b>" not in told.text


def test_a_return_without_a_reason_is_refused_at_the_document_and_with_one_it_goes_back(
    zhupi: Zhupi, visitor: Visitor, submitted: NewClaim
) -> None:
    number = submitted()
    visitor.sign_in(approver_of(zhupi, number))
    page = visitor.open(f"/documents/claims/{number}")

    refused = visitor.send(page, "/return")
    assert refused.status_code == 422
    assert "未能完成" in words_of(refused)
    written = visitor.send(page, "/return", comment=" ")
    assert written.status_code == 422

    visitor.send(refused, "/return", comment="请补发票")
    until(lambda: zhupi.claim(number)["state"] == "STATE_DRAFT", "the claim went back")


def test_whoever_comes_second_is_told_who_was_first_and_when(
    zhupi: Zhupi, address: str, submitted: NewClaim
) -> None:
    number = submitted()
    who = approver_of(zhupi, number)
    with Visitor(address) as desk, Visitor(address) as phone:
        desk.sign_in(who)
        phone.sign_in(who)
        seen = phone.open(f"/documents/claims/{number}")
        desk.send(desk.open(f"/documents/claims/{number}"), "/approve")

        late = phone.send(seen, "/reject", comment="不同意")

    assert late.status_code == 409
    assert "未能完成" in words_of(late)
    assert re.search(r"已于 \d{4}-\d\d-\d\d \d\d:\d\d 决定：同意", words_of(late))


def test_nobody_reads_a_document_that_is_not_theirs_to_see(address: str, submitted: NewClaim) -> None:
    number = submitted()
    with Visitor(address) as stranger:
        stranger.sign_in("baijiaqi")

        page = stranger.client.get(f"/documents/claims/{number}")

    assert page.status_code == 404
    assert "办公用品" not in page.text


def test_a_post_that_was_not_made_on_our_page_does_nothing(
    zhupi: Zhupi, visitor: Visitor, submitted: NewClaim
) -> None:
    number = submitted()
    visitor.sign_in(approver_of(zhupi, number))
    page = visitor.open(f"/documents/claims/{number}")
    place = f"/documents/claims/{number}/approve"
    fields = next(form.fields for form in forms_of(page) if form.action == place)

    elsewhere = visitor.post(place, fields, origin="http://evil.example")
    cross = visitor.post(place, fields, **{"sec-fetch-site": "cross-site"})
    forged = visitor.post(place, {**fields, "_csrf": "guess"})
    silent = visitor.client.post(place, data=fields)

    assert [answer.status_code for answer in (elsewhere, cross, forged, silent)] == [403] * 4
    assert number in visitor.open("/inbox").text


def test_after_signing_out_a_copy_of_the_cookie_opens_nothing(visitor: Visitor) -> None:
    inbox = visitor.sign_in("lihua")
    kept = dict(visitor.client.cookies)

    left = visitor.send(inbox, "/sign-out")
    assert "已退出登录" in words_of(left)

    visitor.client.cookies.update(kept)
    again = visitor.client.get("/inbox", follow_redirects=False)
    assert again.status_code == 303
    assert again.headers["location"].startswith("/sign-in")


def test_what_a_script_asks_without_a_session_is_refused_and_not_led_elsewhere(visitor: Visitor) -> None:
    answer = visitor.client.get("/inbox", headers={"hx-request": "true"}, follow_redirects=False)

    assert answer.status_code == 401


def test_every_page_says_what_browsers_have_to_keep_to(visitor: Visitor) -> None:
    for page in (visitor.sign_in("lihua"), visitor.client.get("/nowhere"), visitor.client.get("/signed-out")):
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "<script>" not in page.text
        assert " style=" not in page.text
        assert " onclick=" not in page.text


def test_the_page_speaks_the_readers_language_and_the_other_when_asked(visitor: Visitor) -> None:
    inbox = visitor.sign_in("lihua")
    assert "待办" in words_of(inbox)

    english = visitor.send(inbox, "/language")

    assert "To do" in words_of(english)
    assert 'lang="en"' in english.text


def test_the_first_page_with_all_that_it_needs_weighs_less_than_100_kilobytes(visitor: Visitor) -> None:
    inbox = visitor.sign_in("lihua")
    parts = [part for part in inbox.text.split('"') if part.startswith("/assets/")]
    weight = len(gzip.compress(inbox.content)) + sum(
        int(visitor.client.get(part).headers["content-length"]) for part in parts
    )

    assert len(parts) >= 4
    assert weight < 100_000
