"""Every command that the project names is there."""

from __future__ import annotations

import tomllib
from importlib import import_module

import pytest
import typer

from chassis.project import PROJECT

NAMED = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]


@pytest.mark.parametrize("name", sorted(NAMED["zhupi.commands"]))
def test_a_command_that_is_named_can_be_given(name: str) -> None:
    module, _, attribute = NAMED["zhupi.commands"][name].partition(":")
    assert isinstance(getattr(import_module(module), attribute), typer.Typer)
