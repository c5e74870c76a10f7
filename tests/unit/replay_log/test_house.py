"""What a log needs is brought in beside what is there: nobody else's people and routes change by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.files.sheets import SheetFormat
from replay import mappings
from replay.house.directory import with_people
from replay.house.policy import with_routes
from replay.mapping import Mapping, read_mapping
from services.approval.directory_sheets import read_directory, write_directory
from services.approval.domain.people.directory import Directory
from services.approval.domain.planning.planner import plan
from services.approval.domain.planning.route import Route
from services.approval.domain.policies.facts import Fact, FactType
from services.approval.domain.policies.policy import Policy
from services.approval.policy_text.reading import policy_to_publish
from tests.builders.approval import TODAY, a_directory, yuan
from tests.builders.logs import a_mapping, a_role, mapped

POLICY_FILES = Path(__file__).parents[3] / "services/approval/policy_files"
PRESENT = yaml.load((POLICY_FILES / "expense-claim.yaml").read_text("utf-8"), yaml.BaseLoader)
BARE: dict[str, Any] = {
    "process": "expense-claim",
    "title": {"zh": "费用报销", "en": "Expense claim"},
    "stages": {
        "claim": {"title": {"zh": "业务审批", "en": "Approval"}},
        "finance": {"title": {"zh": "财务审核", "en": "Finance review"}},
    },
}
SHIPPED = read_mapping(next(Path(mappings.__path__[0]).glob("bpi2020*.yaml")))
# In which routes disagree about who comes first.
CONTRARY = mapped(
    roles={**a_mapping()["roles"], "CLERK": a_role("clerk", "文员")},
    routes=[
        {"cost_centre": "1", "steps": ["ADMIN", "BOSS"]},
        {"cost_centre": "2", "steps": ["BOSS", "ADMIN"]},
        {"cost_centre": "3", "steps": ["BOSS", "CLERK", "ADMIN"]},
        {"cost_centre": "4", "steps": ["BOSS"]},
    ],
)


async def housing(mapping: Mapping, directory: Directory | None = None) -> Directory:
    """The directory after the log's people were brought in."""
    exported = write_directory(directory or a_directory(), SheetFormat.CSV)
    found = await read_directory(with_people(exported, mapping), SheetFormat.CSV, 8)
    assert isinstance(found, Directory), found
    return found


def published(present: dict[str, Any], mapping: Mapping, directory: Directory) -> Policy:
    text = yaml.safe_dump(with_routes(present, mapping), allow_unicode=True, sort_keys=False)
    return policy_to_publish(text, directory.as_of(TODAY))


def planned(
    policy: Policy, directory: Directory, who: str, cost_centre: str = "", stage: str = "claim"
) -> Route:
    person = directory.as_of(TODAY).person(who)
    assert person is not None
    facts = {
        "amount": yuan(6000),
        "organisation": Fact(FactType.ORGANISATION, person.organisation),
        "cost_centre": Fact(FactType.TEXT, cost_centre),
    }
    return plan(policy, stage, facts=facts, directory=directory, requester=who, as_of=TODAY)


def asked(route: Route) -> list[str]:
    return [person for step in route.steps for person in step.people]


@pytest.mark.parametrize("mapping", [mapped(), SHIPPED, CONTRARY], ids=["school", "shipped", "contrary"])
@pytest.mark.parametrize("present", [BARE, PRESENT], ids=["nothing before", "a policy before"])
async def test_a_claim_of_the_log_is_decided_as_its_cost_centre_says(
    mapping: Mapping, present: dict[str, Any]
) -> None:
    directory = await housing(mapping)
    policy = published(present, mapping, directory)
    claimant = mapping.roles[mapping.claimant].login

    for route in mapping.routes:
        expected = [mapping.roles[role].login for role in route.steps]
        assert asked(planned(policy, directory, claimant, route.cost_centre)) == expected
        finance = planned(policy, directory, claimant, route.cost_centre, "finance")
        assert asked(finance) == [mapping.roles[mapping.finance].login]


async def test_everybody_else_is_decided_on_as_before() -> None:
    before, directory = a_directory(), await housing(SHIPPED)
    old = policy_to_publish(yaml.safe_dump(PRESENT, allow_unicode=True), before.as_of(TODAY))
    new = published(PRESENT, SHIPPED, directory)

    for who in ("wangfang", "zhaoqiang", "sunli"):
        for stage in ("claim", "finance"):
            there = asked(planned(old, before, who, stage=stage))
            assert asked(planned(new, directory, who, "1100", stage)) == there


async def test_the_directory_keeps_everybody_who_is_there() -> None:
    before, after = a_directory(), await housing(SHIPPED)

    assert {row.id for row in before.people} < {row.id for row in after.people}
    assert set(before.assignments) < set(after.assignments)
    assert set(before.reporting_lines) == set(after.reporting_lines)
    assert set(before.posts) < set(after.posts)


async def test_people_are_brought_into_an_empty_directory() -> None:
    directory = await housing(mapped(), Directory(0))
    assert {row.id for row in directory.organisations} == {"school"}


async def test_a_second_time_changes_nothing() -> None:
    directory = await housing(SHIPPED)
    assert with_people(write_directory(directory, SheetFormat.CSV), SHIPPED) == b""

    once = with_routes(PRESENT, SHIPPED)
    assert with_routes(once, SHIPPED) == once
    both = with_routes(once, mapped())
    assert with_routes(with_routes(both, SHIPPED), mapped()) == both


async def test_two_logs_live_side_by_side() -> None:
    directory = await housing(mapped(), await housing(SHIPPED))
    policy = published(with_routes(PRESENT, SHIPPED), mapped(), directory)

    assert asked(planned(policy, directory, "school-staff", "2000")) == ["school-boss"]
    assert asked(planned(policy, directory, "university-employee", "2000")) == ["university-supervisor"]
    assert asked(planned(policy, directory, "wangfang", "2000")) == ["lihua", "zhaoqiang"]
