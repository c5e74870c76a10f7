"""`make setup`: makes .venv and installs exactly what requirements.lock pins, and the project itself.

Needs nothing but Python 3.11 or newer with its standard library: runs before anything is installed.

pip installs uv, by its hash, from the lock; uv installs the rest, many times quicker. Whatever index, certificate or
host pip is told about, uv is told too: a mirror is configured once.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
LOCK = Path("requirements.lock")
PROJECT = Path("pyproject.toml")
# Where the environment was made: programs in it name that place, so a moved checkout needs a new one.
PLACE = VENV / "place"
READY = VENV / "ready"
FOR_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}


def main() -> None:
    os.chdir(Path(__file__).resolve().parent.parent)
    with LOCK.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make up` and `make test` may both come first
        if not is_ready():
            READY.unlink(missing_ok=True)
            make_environment()
            install()
            READY.touch()


def is_ready() -> bool:
    ours = (LOCK, PROJECT, Path(".ci/setup.py"))
    return works() and READY.exists() and READY.stat().st_mtime >= max(path.stat().st_mtime for path in ours)


def works() -> bool:
    """Whether the environment was made here, by a Python that is still there."""
    return PLACE.exists() and PLACE.read_text("utf-8") == os.getcwd() and PYTHON.exists()


def make_environment() -> None:
    if works():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], check=False)  # noqa: S603 - our own words
    if made.returncode:
        sys.exit(
            "Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv\n"
            "Python 无法建立虚拟环境；在 Debian 与 Ubuntu 上请运行：apt install python3-venv"
        )
    PLACE.write_text(os.getcwd(), "utf-8")


def install() -> None:
    environment = {**os.environ, **without_cache()}
    wanted = pinned_uv()
    if wanted.split()[0] != "==".join(answer(UV, "--version").split()[:2]):
        alone = VENV / "uv.lock"
        alone.write_text(wanted, "utf-8")
        pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps")
        run(*pip, "--require-hashes", "-r", alone, environment=environment)
    told = in_uvs_words(answer(PYTHON, "-m", "pip", "config", "list"))
    environment = {**told, **environment, "VIRTUAL_ENV": str(VENV.absolute())}
    # Compiled now, once: `zhupi up` starts many processes, and where bytecode is not written each would compile anew.
    run(UV, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", LOCK, environment=environment)
    itself = ("--no-deps", "--no-build-isolation", "--editable", ".")
    run(UV, "pip", "install", "--quiet", *itself, environment=environment)


def pinned_uv() -> str:
    """The lines of the lock that are about uv."""
    found = re.search(r"^uv==.*(?:\n .*)*\n", LOCK.read_text("utf-8"), re.MULTILINE)
    assert found, "requirements.lock pins no uv"
    return found[0]


def in_uvs_words(pip_config_list: str) -> dict[str, str]:
    """What pip's files and variables say about where packages come from, as variables for uv."""
    found = re.findall(r"^.*\.([a-z-]+)='(.*)'$", pip_config_list, re.MULTILINE)
    return {FOR_UV[key]: value for key, value in found if key in FOR_UV}


def without_cache() -> dict[str, str]:
    """With an empty or foreign home there is no place for caches."""
    home = Path.home() if os.environ.get("HOME") else None
    return {} if home and os.access(home, os.W_OK) else {"UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1"}


def answer(*command: str | Path) -> str:
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout  # noqa: S603 - our own words
    except FileNotFoundError:
        return ""


def run(*command: str | Path, environment: dict[str, str]) -> None:
    if subprocess.run(command, check=False, env=environment).returncode:  # noqa: S603 - our own words
        sys.exit(f"set-up failed · 安装失败: {' '.join(map(str, command))}")


if __name__ == "__main__":
    main()
