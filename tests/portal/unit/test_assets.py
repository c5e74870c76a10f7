"""What is vendored is what its makers have published; colours can be told from what they stand on."""

from __future__ import annotations

import hashlib
import re
from itertools import product

import pytest

from portal.shell.assets import FOLDER, Assets

VENDORED = {
    "htmx.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",  # htmx.org 2.0.11
    "htmx-sse.min.js": "98a46496de0c3605fbffdce9167ba427bdd9553184f83f149c261891a92c0136",  # htmx-ext-sse 2.2.4
}
TOKENS = (FOLDER / "look" / "tokens.css").read_text("utf-8")
# Ink, and what it stands on.
PAIRS = [
    *product(("ink", "ink-2", "ink-3", "vermilion"), ("paper", "card")),
    *product(("ink", "ink-2", "ink-3"), ("sunk",)),
    ("on-vermilion", "vermilion"),
    *((state, f"{state}-soft") for state in ("ok", "wait", "stop", "calm")),
    *product(("ok", "wait", "stop", "calm"), ("card",)),
]


def test_what_is_vendored_is_what_was_published_and_has_its_licence() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (FOLDER / "vendor").glob("*.js")
    }

    assert found == VENDORED
    for name in VENDORED:
        assert (FOLDER / "vendor" / name.replace(".min.js", ".LICENSE")).is_file()


def test_an_assets_address_changes_with_its_content_and_styles_are_one_sheet() -> None:
    assets = Assets()

    assert re.fullmatch(r"/assets/look\.[0-9a-f]{12}\.css", assets.address("look.css"))
    with pytest.raises(KeyError):
        assets.address("look/tokens.css")


@pytest.mark.parametrize("place", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_stands_out_from_its_ground_as_wcag_asks(ink: str, ground: str, place: int) -> None:
    assert contrast(colour(ink, place), colour(ground, place)) >= 4.5


def colour(name: str, place: int) -> str:
    return re.findall(rf"--{name}: (#[0-9a-f]{{6}})", TOKENS)[place]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
