"""What an act takes becomes the arguments and options of its command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from cli.command import command
from cli.help import group
from cli.session import Session


@dataclass(frozen=True)
class Parcel:
    sort: Annotated[str, typer.Option("--sort")]
    weight: Annotated[int, typer.Option("--weight")] = 1


SENT: list[tuple[str, Parcel]] = []
parcels = group("包裹", "Parcels")


@command(parcels, "send", "寄", "Send one", identified=False)
async def send(session: Session, to: Annotated[str, typer.Argument()], parcel: Parcel) -> None:
    SENT.append((to, parcel))


@pytest.mark.parametrize(
    ("words", "parcel"),
    [(["--sort", "box"], Parcel("box")), (["--weight", "3", "--sort", "bag"], Parcel("bag", 3))],
)
def test_the_fields_of_a_dataclass_are_options_of_the_command(words: list[str], parcel: Parcel) -> None:
    SENT.clear()
    result = CliRunner().invoke(parcels, ["send", "lihua", *words])
    assert result.exit_code == 0, result.output
    assert [("lihua", parcel)] == SENT


def test_a_field_without_default_must_be_said() -> None:
    result = CliRunner().invoke(parcels, ["send", "lihua"])
    assert result.exit_code == 2
    assert "--sort" in result.output
