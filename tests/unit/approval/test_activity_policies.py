"""Who is asked about an activity, about its closure and about a change of it, by the policies that come with Zhupi."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernel.text import Text
from services.approval.domain.people.directory import Assignment, Directory, Person, Post
from services.approval.domain.planning.planner import plan
from services.approval.domain.policies.facts import Fact, FactType
from services.approval.policy_text.reading import published_policy
from tests.builders.approval import TODAY, a_directory, yuan

POLICIES = Path(__file__).parents[3] / "services/approval/policy_files"
ALWAYS = {
    "activity_class": Fact(FactType.TEXT, "academic-meeting"),
    "organisation": Fact(FactType.ORGANISATION, "henan"),
}


def people() -> Directory:
    known = a_directory()
    return a_directory(
        people=(*known.people, Person("zhaolei", "赵蕾", "hq")),
        posts=(*known.posts, Post("market-manager", Text("市场管理", "Market management"))),
        assignments=(*known.assignments, Assignment("zhaolei", "market-manager", "hq")),
    )


def asked(process: str, stage: str, requester: str, **facts: Fact) -> list[str]:
    policy = published_policy((POLICIES / f"{process}.yaml").read_text("utf-8"), 1)
    route = plan(
        policy,
        stage,
        facts={**ALWAYS, "requester": Fact(FactType.PERSON, requester), **facts},
        directory=people(),
        requester=requester,
        as_of=TODAY,
    )
    return [" ".join(step.people) for step in route.deciding]


def about(closer: str, total: str, overrun_percent: int = 0) -> dict[str, Fact]:
    return {
        "total": yuan(total),
        "closer": Fact(FactType.PERSON, closer),
        "overrun": yuan("0"),
        "overrun_percent": Fact(FactType.WHOLE, overrun_percent),
    }


@pytest.mark.parametrize(
    ("requester", "total", "people"),
    [
        ("wangfang", "4999.99", ["lihua", "zhaolei"]),
        ("wangfang", "5000", ["lihua", "zhaoqiang", "zhaolei"]),
        ("wangfang", "20000", ["lihua", "zhaoqiang", "zhaolei", "sunli zhoumin"]),
        ("wangfang", "100000", ["lihua", "zhaoqiang", "zhaolei", "sunli zhoumin", "qianlei"]),
        ("zhaoqiang", "5000", ["qianlei", "zhaolei"]),
        ("zhaolei", "100", ["zhengnan"]),
    ],
)
def test_a_request_is_decided_by_amount(requester: str, total: str, people: list[str]) -> None:
    found = asked("marketing-activity", "request", requester, **about(requester, total))
    assert found == people


@pytest.mark.parametrize(
    ("closer", "percent", "people"),
    [
        ("wangfang", 10, ["lihua", "zhaolei"]),
        ("wangfang", 11, ["lihua", "zhaolei", "wuhao"]),
        ("lihua", 0, ["qianlei", "zhaolei"]),
        ("zhaolei", 0, ["lihua", "zhengnan"]),
    ],
)
def test_who_requested_or_closes_an_activity_does_not_decide_its_closure(
    closer: str, percent: int, people: list[str]
) -> None:
    found = asked("marketing-activity", "closure", "wangfang", **about(closer, "8000", percent))
    assert found == people


@pytest.mark.parametrize(
    ("more", "total", "people"),
    [
        ("0", "50000", ["lihua", "zhaolei"]),
        ("1", "4000", ["lihua", "zhaolei"]),
        ("1", "50000", ["lihua", "zhaoqiang", "zhaolei", "sunli zhoumin"]),
    ],
)
def test_a_change_that_asks_for_more_is_decided_like_a_request(
    more: str, total: str, people: list[str]
) -> None:
    facts = {"total": yuan(total), "more": yuan(more)}
    assert asked("activity-change", "change", "wangfang", **facts) == people
