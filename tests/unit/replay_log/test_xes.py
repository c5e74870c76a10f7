"""Event logs are read trace by trace; what is no log is refused, with what is wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kernel.errors import Refusal
from replay import refusals
from replay.xes import Trace, read_log
from tests.builders.logs import a_trace, write_log

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="a default"/></global>
  <string key="creator" value="somebody"/>
  <trace>
    <string key="concept:name" value="报销 1"/>
    <int key="amount" value="12"/>
    <event>
      <string key="concept:name" value="submitted"><string key="nested" value="no attribute of the event"/></string>
      <date key="time:timestamp" value="2017-01-09T09:49:50.000+01:00"/>
      <list key="people"><values><string key="one" value="nor is this"/></values></list>
    </event>
    <event><string key="concept:name" value="paid"/></event>
  </trace>
  <trace/>
</log>
"""


def test_a_trace_has_its_attributes_and_its_events_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text(LOG, "utf-8")

    first, second = read_log(path)

    assert first == Trace(
        1,
        {"concept:name": "报销 1", "amount": "12"},
        [
            {"concept:name": "submitted", "time:timestamp": "2017-01-09T09:49:50.000+01:00"},
            {"concept:name": "paid"},
        ],
    )
    assert second == Trace(2)


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz", "renamed"])
def test_a_log_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(LOG.encode() if name == "log.xes" else gzip.compress(LOG.encode()))

    assert len(list(read_log(path))) == 2


def test_the_first_traces_of_a_log_are_there_before_its_end_was_read(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.xes", (a_trace(*["step"] * 50, case=str(n)) for n in range(2000)))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"<<<")

    traces = read_log(path)

    assert next(traces).attributes["id"] == "0"
    with pytest.raises(refusals.LogNotXml):
        list(traces)


def test_tags_may_have_a_prefix(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text('<x:log xmlns:x="u"><x:trace><x:string key="a" value="b"/></x:trace></x:log>', "utf-8")

    assert [trace.attributes for trace in read_log(path)] == [{"a": "b"}]


def test_an_attribute_of_the_case_may_stand_at_its_first_event() -> None:
    assert Trace(1, {}, [{"amount": "3"}, {"amount": "4"}]).find("amount") == "3"
    assert Trace(1, {"amount": "2"}, [{"amount": "3"}]).find("amount") == "2"
    assert Trace(1, {}, []).find("amount") is None


ENTITY = '<!DOCTYPE log [<!ENTITY a "aaaa">]><log><trace><string key="x" value="&a;"/></trace></log>'


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"<log><trace></log>", refusals.LogNotXml, {"line": 1}),
        (b"", refusals.LogHasNoCases, {}),
        (b"<html/>", refusals.LogNotXes, {"root": "html"}),
        (b"<log/>", refusals.LogHasNoCases, {}),
        (ENTITY.encode(), refusals.LogDeclaresEntities, {"name": "a"}),
        (gzip.compress(LOG.encode())[:-20], refusals.LogCutOff, {}),
        (gzip.compress(LOG.encode())[:40] + b"rotten", refusals.LogCutOff, {}),
    ],
)
def test_what_is_no_log_is_refused_with_what_is_wrong(
    tmp_path: Path, content: bytes, kind: type[Refusal], said: dict[str, object]
) -> None:
    path = tmp_path / "log.xes"
    path.write_bytes(content)

    with pytest.raises(kind) as refused:
        list(read_log(path))

    assert said.items() <= refused.value.values.items()
    assert str(path) in refused.value.text.zh
    assert str(path) in refused.value.text.en


def test_a_log_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(refusals.LogNotReadable):
        list(read_log(tmp_path / "nowhere.xes"))
    with pytest.raises(refusals.LogNotReadable):
        list(read_log(tmp_path))
