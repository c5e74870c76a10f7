"""Licences that expire and are renewed, through the command line of a running installation and a watch that is ahead of its time."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from google.type.date_pb2 import Date

from chassis.config import Settings
from chassis.rpc.client import channel
from chassis.security.local_issuer import service_key
from kernel.clock import SystemClock, local_date
from tests.e2e.running import Zhupi, approver_of, case_of, until
from tests.e2e.test_onboarding import all_agree
from zhupi.customer.v1.licence_service_pb2 import WatchLicencesRequest
from zhupi.customer.v1.licence_service_pb2_grpc import LicenceWatchServiceStub

ENDS = local_date(SystemClock().now()) + timedelta(days=400)


@pytest.fixture(scope="module")
def hospital(zhupi: Zhupi) -> str:
    """The number of a registered customer with the one licence that it needs."""
    number = bare(
        zhupi.ask(
            "customer", "new", "登封市颍阳镇卫生院", "--kind", "hospital", "--trade", "direct", who="lihua"
        )
    )
    said = ("--type", "medical-institution", "--number", "PDY-1", "--expiry", ENDS.isoformat())
    zhupi.ask("licence", "record", number, *said, who="lihua")
    onboarding = bare(zhupi.ask("onboarding", "new", number, who="lihua"))
    zhupi.ask("onboarding", "submit", onboarding, who="lihua")
    all_agree(zhupi, onboarding)
    return number


def bare(made: dict[str, Any]) -> str:
    name: str = made["name"]
    return name.partition("/")[2]


def watch(zhupi: Zhupi, day: date, customer: str) -> None:
    """As the worker would on that day; it begins with this customer."""
    asyncio.run(_watch(zhupi, day, f"customers/C{int(customer.removeprefix('C')) - 1:06}"))


async def _watch(zhupi: Zhupi, day: date, after: str) -> None:
    peers = {"customer": zhupi.addresses["customer"]}
    settings = Settings(peers=peers, service_key=str(service_key(zhupi.home, "worker")))
    request = WatchLicencesRequest(
        request_id=str(uuid4()), day=Date(year=day.year, month=day.month, day=day.day), after=after
    )
    async with channel(settings, "customer") as opened:
        await LicenceWatchServiceStub(opened).WatchLicences(request)


def news(zhupi: Zhupi, who: str, customer: str) -> list[str]:
    """What somebody has not read yet about the customer."""
    notices = zhupi.ask("inbox", "--folder", "to-read", "--find", customer, who=who)
    return [notice["title"]["zh"] for notice in notices if notice["about"] == f"customers/{customer}"]


def blocked(zhupi: Zhupi, customer: str) -> str:
    why: str = zhupi.ask("customer", "show", customer, who="lihua")["customer"]["blockedForOrders"]
    return why


def renewed(zhupi: Zhupi, number: str, state: str) -> dict[str, Any]:
    def there() -> dict[str, Any] | None:
        renewal: dict[str, Any] = zhupi.ask("renewal", "show", number, who="lihua")["renewal"]
        return renewal if renewal["state"] == f"STATE_{state}" else None

    return until(there, f"{number} is {state}")


def test_what_expires_is_said_until_it_is_renewed_and_orders_stop_in_between(
    zhupi: Zhupi, hospital: str
) -> None:
    watch(zhupi, ENDS - timedelta(days=20), hospital)
    said = "登封市颍阳镇卫生院：医疗机构执业许可证将于 20 天后到期"
    assert until(lambda: news(zhupi, "lihua", hospital), "lihua is told") == [said]
    assert said in zhupi.say("inbox", "--folder", "to-read", "--find", hospital, who="lihua")

    watch(zhupi, ENDS + timedelta(days=1), hospital)
    assert blocked(zhupi, hospital) == "ORDER_BLOCK_LICENCE_EXPIRED"
    until(lambda: len(news(zhupi, "lihua", hospital)) == 2, "lihua is told that orders stop")
    watch(zhupi, ENDS + timedelta(days=2), hospital)

    until_then = (ENDS + timedelta(days=1800)).isoformat()
    refused = zhupi.refused(
        "renewal", "new", f"{hospital}/1", "--expiry", ENDS.isoformat(), who="lihua", code=3
    )
    assert refused["reason"] == "NOTHING_RENEWED"
    number = bare(zhupi.ask("renewal", "new", f"{hospital}/1", "--expiry", until_then, who="lihua"))
    zhupi.ask("renewal", "submit", number, who="lihua")
    zhupi.ask("return", number, "--comment", "请填新编号", who=approver_of(zhupi, number))
    renewed(zhupi, number, "DRAFT")
    zhupi.ask("renewal", "edit", number, "--number", "PDY-2", who="lihua")
    zhupi.ask("renewal", "submit", number, who="lihua")
    quality = approver_of(zhupi, number)
    assert said in news(zhupi, quality, hospital)
    zhupi.ask("approve", number, who=quality)
    assert renewed(zhupi, number, "RENEWED")["previous"]["number"] == "PDY-1"
    until(lambda: case_of(zhupi, number).get("state") == "STATE_CLOSED", f"{number} is closed")

    (licence,) = zhupi.ask("licence", "list", "--customer", hospital, who="lihua")
    assert licence["licence"]["number"] == "PDY-2"
    assert blocked(zhupi, hospital) == "ORDER_BLOCK_UNSPECIFIED"
    assert "换证" in zhupi.say("timeline", hospital, who="lihua")
    assert len(news(zhupi, "lihua", hospital)) == 2
