"""What is shown of what was measured."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from bench.accounting import part_of, used_between
from bench.load import Seen
from bench.machine import Machine
from bench.plan import CASES, parsed
from bench.report import Figures, as_json, tables
from bench.rounds import Level, Measured
from bench.sampling import by_place, file_of, stacks, within
from bench.spread import Spread
from bench.tables import BEGIN, END, Table, markdown, put_into, show
from chassis.project import PROJECT

SEEN = Seen([0.1], [0.01, 0.02], [0.1], [0.2], [0.9])


def a_measurement(*rates: float) -> Measured:
    return Measured(10, list(rates), SEEN, {"approval": 1.0, "driver": 0.5}, [0.0, 0.1])


FIGURES = Figures(
    machine=Machine("a processor", 2, 8 << 30, "Linux", "3.11", {"NATS": "2.1"}, "0.1.0", 0.4),
    cold_start=5.0,
    warm_start=4.0,
    memory={"approval": 90 << 20, "postgres": 60 << 20},
    idle_cpu={"approval": 0.01},
    levels=[Level(10, a_measurement(30, 20), a_measurement(15, 10))],
    half_load_rate=7.5,
    half_load=SEEN,
    inbox_items=1000,
    inbox=Spread(100, 4.0, 9.0),
)


def test_the_ratio_is_that_of_rounds_side_by_side() -> None:
    (level,) = as_json(FIGURES)["levels"]

    assert level["ratio"] == pytest.approx(0.5)
    assert level["floor"]["rate"] == pytest.approx(25)
    assert level["zhupi"]["cpu_per_case"] == {"approval": 0.1, "driver": 0.05}


def test_all_figures_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(as_json(FIGURES)))["half_load"]["acknowledged"]["count"] == 2


def test_every_table_has_as_many_cells_as_columns() -> None:
    for table in tables(FIGURES):
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_what_the_terminal_shows_the_markdown_has() -> None:
    shown = io.StringIO()
    show(tables(FIGURES), Console(file=shown, width=200))
    kept = markdown(tables(FIGURES))

    for figure in ("0.50", "a processor", "15 / 20", "share of the floor"):
        assert figure in shown.getvalue()
        assert figure in kept


def test_a_markdown_table_begins_with_text_and_goes_on_with_figures() -> None:
    table = Table("Speed", ("what", "ms"), [("floor", "1")], "A note.")

    assert markdown([table]) == "### Speed\n\n| what | ms |\n| --- | ---: |\n| floor | 1 |\n\nA note.\n"


def test_tables_take_the_place_of_those_that_a_page_had() -> None:
    page = put_into(f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n", "new")

    assert page == f"Before.\n{BEGIN}\n\nnew\n{END}\nAfter.\n"
    assert put_into(page, "newer").count("new") == 1
    assert put_into("a page without marks", "new") == "new"


def test_a_plan_says_how_many_cases_each_round_has() -> None:
    assert parsed([]).cases == CASES
    assert parsed(["--in-flight", "2,10", "--scale", "0.5"]).cases == {2: 8, 10: 40}


@pytest.mark.parametrize(
    ("process", "part"),
    [
        ("zhupi approval", "approval"),
        ("postgres", "postgres"),
        ("nats-server", "nats"),
        ("python", "launcher"),
    ],
)
def test_a_process_belongs_to_a_part_by_its_name(process: str, part: str) -> None:
    assert part_of(process) == part


def test_a_process_that_ended_meanwhile_takes_nothing_back() -> None:
    assert used_between({"postgres": 5.0}, {"postgres": 4.0, "erp": 1.5}) == {"postgres": 0.0, "erp": 1.5}


def test_stacks_are_counted_by_library_and_by_function_of_ours() -> None:
    found = list(
        stacks(
            [
                f"main (/x/lib/python3.11/asyncio/runners.py:1);answer ({PROJECT}/chassis/rpc/serving.py:7) 3",
                f"answer ({PROJECT}/chassis/rpc/serving.py:9);execute (/x/site-packages/psycopg/cursor.py:2) 1",
            ]
        )
    )

    assert by_place(found) == [("chassis/rpc/serving", 0.75), ("psycopg", 0.25)]
    assert within(found) == [("answer (chassis/rpc/serving.py)", 1.0)]
    assert file_of("<module> (<string>:1)") == "<string>"
