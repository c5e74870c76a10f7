"""The page of what people can do: no act is missing, and every command on it, and in the README, can be given."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import typer
from google.protobuf.descriptor import ServiceDescriptor
from typer.main import get_command

from chassis.project import PROJECT
from zhupi.approval.v1 import (
    absence_pb2,
    act_pb2,
    attachment_pb2,
    calendar_pb2,
    case_pb2,
    directory_pb2,
    document_pb2,
    inbox_pb2,
    policy_pb2,
    process_pb2,
    upcoming_pb2,
    work_item_pb2,
)

PAGE = (PROJECT / "docs" / "acts.md").read_text("utf-8")
CUSTOMERS = (PROJECT / "docs" / "customers.md").read_text("utf-8")
ACTIVITIES = (PROJECT / "docs" / "activities.md").read_text("utf-8")
README = (PROJECT / "README.md").read_text("utf-8")
FILES = (absence_pb2, act_pb2, attachment_pb2, calendar_pb2, case_pb2, directory_pb2, document_pb2, inbox_pb2, policy_pb2, process_pb2, upcoming_pb2, work_item_pb2)  # fmt: skip
# Which services call for people; those calls belong to nobody's page.
FOR_SERVICES = {"DocumentCaseService"}
COMMANDS = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][
    "zhupi.commands"
]


def rpcs() -> Iterator[str]:
    for file in FILES:
        services: dict[str, ServiceDescriptor] = file.DESCRIPTOR.services_by_name
        for service in services.values():
            if service.name not in FOR_SERVICES:
                yield from (method.name for method in service.methods)


def lines() -> list[str]:
    """Every command that is written out: in backquotes on the pages, indented in the README."""
    written = re.findall(r"`(zhupi [^`|…]+)`", PAGE + CUSTOMERS + ACTIVITIES)
    written += re.findall(r"^    (zhupi [^#\n…]+)", README, re.MULTILINE)
    written += [line for line in re.findall(r"`(zhupi [^`|…]+)`", README) if len(line.split()) > 1]
    found = {line.strip().removesuffix(" --help") for line in written}
    return sorted(found - {"zhupi up"})


def given(line: str) -> None:
    """Read the words as the command line would, and do nothing. Raises what it would be refused with."""
    _, name, *words = shlex.split(line)
    command: Any = get_command(loaded(name))
    parent = None
    while words or not hasattr(command, "resolve_command"):
        parent = command.make_context(name, words, parent=parent)
        if not hasattr(command, "resolve_command"):
            return
        name, command, words = command.resolve_command(parent, [*parent._protected_args, *parent.args])


def loaded(name: str) -> typer.Typer:
    module, _, attribute = COMMANDS[name].partition(":")
    app: typer.Typer = getattr(import_module(module), attribute)
    return app


@pytest.mark.parametrize("rpc", sorted(set(rpcs())))
def test_every_act_is_on_the_page(rpc: str) -> None:
    assert f"`{rpc}`" in PAGE


@pytest.mark.parametrize("line", lines())
def test_a_command_that_is_written_down_can_be_given(line: str) -> None:
    given(line)


def test_a_command_that_cannot_be_given_is_found() -> None:
    with pytest.raises(Exception, match="No such option"):
        given("zhupi approve EC-2026-000001 --cheerfully")
    with pytest.raises(Exception, match="No such command"):
        given("zhupi case sing EC-2026-000001")
