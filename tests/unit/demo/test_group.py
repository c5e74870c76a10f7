"""The demo group is what it says, small and whole, and the services would take it."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.files.sheets import SheetFormat
from cli.files import zipped
from demo import sheets
from demo.group import CAST, HEAD_OFFICE, OFFICES, POSTS, REGIONS, Group, Size, build, offices, regions
from demo.load import ONBOARDING, POLICY_FILES, PROCESS, RENEWAL
from demo.money import EXPENSE_TYPES, LIMITS, budgets, closed_month, months
from services.approval.directory_sheets import read_directory
from services.approval.domain.people.directory import Directory
from services.approval.policy_text.reading import examine_policy

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def group() -> Group:
    return build()


def test_there_are_three_regions_twelve_offices_and_a_hundred_and_twenty_people(group: Group) -> None:
    assert len(REGIONS) == 3
    assert sum(map(len, OFFICES.values())) == 12
    assert len(group.people) == 120
    assert {person.organisation for person in group.people} == set(group.organisations)


def test_the_whole_group_has_six_regions_forty_offices_four_hundred_people_and_the_small_one_within(
    group: Group,
) -> None:
    whole = build(Size.WHOLE)
    assert len(regions(Size.WHOLE)) == 6
    assert sum(map(len, offices(Size.WHOLE).values())) == 40
    assert len({person.login for person in whole.people}) == len({p.name for p in whole.people}) == 400
    assert whole.people[:120] == group.people
    assert {person.organisation for person in whole.people} == set(whole.organisations)


def test_no_two_people_share_a_login_or_a_name(group: Group) -> None:
    assert len({person.login for person in group.people}) == 120
    assert len({person.name for person in group.people}) == 120
    assert all(person.login.isascii() and person.login.isalpha() for person in group.people)


def test_it_is_the_same_group_every_time(group: Group) -> None:
    assert build() == group
    assert build(seed=7) != group


def test_everybody_of_the_cast_has_their_part(group: Group) -> None:
    for login, (name, organisation, post) in CAST.items():
        person = group.by_login[login]
        assert (person.name, person.organisation, person.post) == (name, organisation, post)


def test_every_reporting_line_ends_at_the_general_manager(group: Group) -> None:
    top = next(person.login for person in group.people if person.post == "general-manager")
    for person in group.people:
        seen: list[str] = []
        while person.manager:
            assert person.login not in seen
            seen.append(person.login)
            person = group.by_login[person.manager]
        assert person.login == top


@pytest.mark.parametrize("process", [PROCESS, ONBOARDING, RENEWAL])
def test_every_post_that_a_policy_asks_for_is_held(group: Group, process: str) -> None:
    held = {person.post for person in group.people}
    asked = {
        line.partition("post:")[2].strip()
        for line in (POLICY_FILES / f"{process}.yaml").read_text("utf-8").splitlines()
        if "post:" in line
    }
    assert asked
    assert asked <= held
    assert held <= {post.key for post in POSTS}


@pytest.mark.parametrize("size", Size)
async def test_the_policies_fit_either_size(size: Size) -> None:
    directory = await read_directory(sheets.directory(build(size)), SheetFormat.CSV, 1)
    assert isinstance(directory, Directory), directory
    for process in (PROCESS, ONBOARDING, RENEWAL):
        written = (POLICY_FILES / f"{process}.yaml").read_text("utf-8")
        assert examine_policy(written, directory.as_of(TODAY))[1] == ()


async def test_the_approval_service_takes_the_directory(group: Group) -> None:
    directory = await read_directory(sheets.directory(group), SheetFormat.CSV, 1)

    assert isinstance(directory, Directory), directory
    today = directory.as_of(TODAY)
    assert len(directory.people) == 120
    assert list(today.managers("lihua"))[:3] == ["zhangwei", "wangqiang", "chenzhiyuan"]
    assert today.roles("sunli") == {"finance"}
    assert {"henan", "hubei"} < today.responsible_for("chenzhiyuan")
    assert HEAD_OFFICE not in today.responsible_for("chenzhiyuan")


def test_there_is_a_budget_for_everyone_and_every_type_in_the_months_around_today(group: Group) -> None:
    rows = budgets(group, TODAY)

    assert months(TODAY) == ["2026-09", "2026-10", "2026-11", "2026-12"]
    assert closed_month(TODAY) == "2026-09"
    assert len({(row.organisation, row.month, row.expense_type) for row in rows}) == len(rows) == 20 * 4 * 6
    assert all(row.amount > 0 for row in rows)


def test_a_budget_is_the_same_whenever_it_is_planned(group: Group) -> None:
    earlier = {
        (r.organisation, r.month, r.expense_type): r.amount for r in budgets(group, date(2026, 10, 31))
    }
    later = {(r.organisation, r.month, r.expense_type): r.amount for r in budgets(group, TODAY)}

    shared = earlier.keys() & later.keys()
    assert shared
    assert all(earlier[key] == later[key] for key in shared)


def test_every_limit_is_for_a_type_and_a_grade_that_exist(group: Group) -> None:
    assert {kind for kind, *_ in LIMITS} <= {kind.code for kind in EXPENSE_TYPES}
    assert {grade for _, grade, *_ in LIMITS} - {""} <= {person.grade for person in group.people}


def test_sheets_agree_whatever_the_order_of_rows_and_columns_and_whatever_stands_beside() -> None:
    wanted = zipped({"people.csv": b"id,name\na,A\nb,B\n"})

    assert sheets.agree(
        zipped({"people.csv": b"pinyin,name,id\nbb,B,b\naa,A,a\n", "more.csv": b"x\n"}), wanted
    )
    assert sheets.agree(zipped({"people.csv": b"id,name\nb,B\nother,O\na,A\n"}), wanted)
    assert not sheets.agree(zipped({"people.csv": b"id,name\na,A\n"}), wanted)
    assert not sheets.agree(zipped({"people.csv": b"id,name\na,A\nb,C\n"}), wanted)
    assert not sheets.agree(zipped({}), wanted)


def test_the_same_group_makes_the_same_file(group: Group) -> None:
    assert sheets.directory(group) == sheets.directory(build())
