from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from chassis.launcher.home import holder_of, opened
from chassis.launcher.refusals import HomeInUse, HomeIsNewer, HomeNotWritable, NotAHome


def test_a_home_is_made_when_it_is_first_opened(tmp_path: Path) -> None:
    with opened(tmp_path / "new" / "home") as home:
        assert json.loads((home.path / "home.json").read_text()) == {"layout": 1, "zhupi": version("zhupi")}
        assert (home.path / "keys").stat().st_mode & 0o777 == 0o700


def test_only_one_can_hold_it(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(HomeInUse), opened(tmp_path):
        pass
    with opened(tmp_path):
        pass


def test_its_holder_is_known_while_it_is_held(tmp_path: Path) -> None:
    assert holder_of(tmp_path) == ""
    with opened(tmp_path):
        assert int(holder_of(tmp_path)) > 0
    assert holder_of(tmp_path) == ""


def test_who_left_without_letting_go_is_noticed(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        assert not home.was_killed
    (tmp_path / "lock").write_text("4711")
    with opened(tmp_path) as home:
        assert home.was_killed


def test_passwords_are_made_once_and_kept_private(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        first = home.password("expense")
        assert home.password("approval") != first
    with opened(tmp_path) as home:
        assert home.password("expense") == first
    assert (tmp_path / "keys" / "passwords.json").stat().st_mode & 0o777 == 0o600


def test_marks_stay(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        assert not home.marked("demo")
        home.mark("demo")
    with opened(tmp_path) as home:
        assert home.marked("demo")


@pytest.mark.parametrize("theirs", [{"layout": 2}, {"layout": "x"}, {"zhupi": "0.2"}, {"zhupi": "10.0.0"}])
def test_a_newer_home_is_refused_and_not_touched(tmp_path: Path, theirs: dict[str, object]) -> None:
    signed = json.dumps({"layout": 1, "zhupi": "0.1.0", **theirs})
    (tmp_path / "home.json").write_text(signed)

    with pytest.raises(HomeIsNewer), opened(tmp_path):
        pass

    assert (tmp_path / "home.json").read_text() == signed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home.json", "lock"]


def test_an_older_home_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "home.json").write_text(json.dumps({"layout": 1, "zhupi": "0.0.9", "marks": ["demo"]}))
    with opened(tmp_path) as home:
        assert home.marked("demo")
    assert json.loads((tmp_path / "home.json").read_text())["zhupi"] == version("zhupi")


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(NotAHome), opened(tmp_path):
        pass


def test_a_folder_with_keys_made_beforehand_is_taken(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    with opened(tmp_path):
        pass


def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeNotWritable, match="file"), opened(tmp_path / "file" / "home"):
        pass
