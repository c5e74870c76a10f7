"""Who is asked in a route in place of somebody who leaves."""

from __future__ import annotations

import pytest

from services.approval.domain.planning.handing_over import asked_in_place
from services.approval.domain.planning.route import Approver, Route
from services.approval.domain.policies.ballot import Mode
from tests.builders.approval import a_route_step, an_approver, asked, text

SAID = text("handed over")


def after(to: str, *approvers: Approver) -> list[tuple[str, ...]]:
    step = a_route_step(*approvers, mode=Mode.ALL)
    route = Route("claim", text("claim"), "policies/expense-claim/versions/1", 1, (step,))
    (changed,) = asked_in_place(route, "lihua", to, "wangfang", SAID).steps
    assert (changed.override == SAID) == (changed != step)
    return asked(changed)


@pytest.mark.parametrize(
    ("to", "approvers", "expected"),
    [
        ("sunli", [("lihua",)], [("sunli",)]),
        ("sunli", [("lihua", "zhoumin")], [("sunli", "zhoumin")]),
        ("zhoumin", [("lihua", "zhoumin")], [("zhoumin",)]),
        ("sunli", [("lihua", "zhoumin"), ("sunli",)], [("zhoumin",), ("sunli",)]),
        ("sunli", [("lihua",), ("sunli",)], [("lihua",), ("sunli",)]),
        ("wangfang", [("lihua",)], [("lihua",)]),
        ("sunli", [("zhoumin",)], [("zhoumin",)]),
    ],
)
def test_the_successor_is_asked_where_they_may_be(
    to: str, approvers: list[tuple[str, ...]], expected: list[tuple[str, ...]]
) -> None:
    assert after(to, *(an_approver(*group) for group in approvers)) == expected
