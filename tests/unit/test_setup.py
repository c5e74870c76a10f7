"""What `make setup` installs, and from where."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from types import ModuleType

import pytest

from chassis.project import PROJECT

LOCK = (PROJECT / "requirements.lock").read_text("utf-8")


@pytest.fixture
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("setup_script", PROJECT / ".ci" / "setup.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everything_is_pinned_by_hash_and_nothing_by_address() -> None:
    entries = re.findall(r"^(\S+==\S+).*((?:\n .*)*)", LOCK, re.MULTILINE)
    assert len(entries) > 50
    assert [name for name, hashes in entries if "--hash=sha256:" not in hashes] == []
    assert "://" not in LOCK


def test_uv_comes_from_the_lock_with_its_hashes(setup: ModuleType) -> None:
    pinned = setup.pinned_uv()
    assert pinned.startswith("uv==")
    assert pinned.count("--hash=sha256:") > 1
    assert len(re.findall(r"^\S+==", pinned, re.MULTILINE)) == 1


def test_the_mirror_that_pip_is_told_of_is_told_to_uv(setup: ModuleType) -> None:
    pip_config_list = (
        ":env:.trusted-host='mirror.example'\n"
        "global.cert='/etc/mirror.pem'\n"
        "global.index-url='https://mirror.example/simple'\n"
        "global.timeout='60'\n"
    )
    assert setup.in_uvs_words(pip_config_list) == {
        "UV_INSECURE_HOST": "mirror.example",
        "SSL_CERT_FILE": "/etc/mirror.pem",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
    }


@pytest.mark.parametrize("home", ["", "/nonexistent"])
def test_without_a_home_nothing_is_cached(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    monkeypatch.setenv("HOME", home)
    assert setup.without_cache() == {"UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1"}


def test_make_says_what_it_can_do() -> None:
    said = subprocess.run(["make", "-C", PROJECT, "help"], capture_output=True, text=True, check=True).stdout
    for target in ("setup", "up", "test", "check", "protos", "chaos"):
        assert f"make {target} " in said
