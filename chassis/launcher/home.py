"""The home: the one folder in which `zhupi up` keeps everything.

home.json       which version wrote it
lock            held while in use; names the process
addresses.json  who listens where, while it runs; no secrets
keys/           passwords and private keys, for the owner only
logs/           one file a part
postgres/ nats/ temporal/ attachments/
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path

from chassis.launcher.refusals import DiskFull, HomeInUse, HomeIsNewer, HomeNotWritable, NotAHome

# How the folder is laid out. A change that older code would misread adds one.
LAYOUT = 1
SPACE_NEEDED = 256 << 20
# What may stand in a folder before its first `up`.
BEFORE_FIRST_UP = {"lock", "keys"}


class Home:
    """A home's files. Only who got it from `opened`, which holds the lock, may write."""

    def __init__(self, path: Path, *, was_killed: bool = False) -> None:
        self.path = path
        self.was_killed = was_killed
        self.keys = path / "keys"
        self.logs = path / "logs"
        self.addresses_file = path / "addresses.json"

    def password(self, name: str) -> str:
        """The password of that role or user, made when first asked for."""
        passwords = self._read("keys/passwords.json")
        if name not in passwords:
            passwords[name] = secrets.token_urlsafe(24)
            self._write("keys/passwords.json", passwords)
        return str(passwords[name])

    def write_addresses(self, addresses: Mapping[str, str]) -> None:
        self._write("addresses.json", dict(addresses), mode=0o644)

    def marked(self, mark: str) -> bool:
        """Whether something that is done once for a home has been done."""
        return mark in _words(self._read("home.json").get("marks"))

    def mark(self, mark: str) -> None:
        home = self._read("home.json")
        self._write("home.json", {**home, "marks": [*_words(home.get("marks")), mark]})

    def refuse_if_full(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < SPACE_NEEDED:
            raise DiskFull(home=self.path, free=free >> 20, needed=SPACE_NEEDED >> 20)

    def refuse_if_unfit(self) -> None:
        """Raises NotAHome, HomeIsNewer."""
        found, installed = self._read("home.json"), version("zhupi")
        if not found and {entry.name for entry in self.path.iterdir()} - BEFORE_FIRST_UP:
            raise NotAHome(home=self.path)
        wrote = str(found.get("zhupi", "0"))
        if _layout(found) > LAYOUT or _release(wrote) > _release(installed):
            raise HomeIsNewer(home=self.path, found=wrote, installed=installed)

    def sign(self) -> None:
        """Leave word which version has used it last."""
        signed = {**self._read("home.json"), "layout": LAYOUT, "zhupi": version("zhupi")}
        if signed != self._read("home.json"):
            self._write("home.json", signed)

    def _read(self, name: str) -> dict[str, object]:
        path = self.path / name
        content = json.loads(path.read_text("utf-8")) if path.exists() else {}
        assert isinstance(content, dict)
        return content

    def _write(self, name: str, content: Mapping[str, object], mode: int = 0o600) -> None:
        """All of it or, whatever happens, what was there before."""
        path = self.path / name
        draft = path.with_suffix(".draft")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


@contextmanager
def opened(path: Path) -> Iterator[Home]:
    """The home at `path`, made if need be, locked until the context ends.

    Raises HomeInUse, HomeIsNewer, NotAHome, HomeNotWritable, DiskFull.
    """
    with ExitStack() as held:
        try:
            home = _open(path.absolute(), held)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise DiskFull(home=path, free=0, needed=SPACE_NEEDED >> 20) from error
            raise HomeNotWritable(path=error.filename or path, why=error.strerror) from error
        yield home


def _open(path: Path, held: ExitStack) -> Home:
    if not path.exists():
        # Others may pass through, not look: PostgreSQL of root's home runs as somebody else.
        path.mkdir(mode=0o711, parents=True)
    home = Home(path, was_killed=held.enter_context(_locked(path)))
    home.refuse_if_unfit()
    home.refuse_if_full()
    home.sign()
    home.keys.mkdir(mode=0o700, exist_ok=True)
    held.callback(home.addresses_file.unlink, missing_ok=True)
    return home


def holder_of(path: Path) -> str:
    """The process that uses the home at `path` at this moment, empty if none does."""
    lock = path / "lock"
    if not lock.exists():
        return ""
    with lock.open() as file:
        holder = file.read().strip() or "?"
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return holder
    return ""


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Holds the lock; gives whether the last holder never let go of it in order."""
    with (path / "lock").open("a+") as file:
        file.seek(0)
        holder = file.read().strip()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeInUse(home=path, pid=holder or "?") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield bool(holder)
        finally:
            file.truncate(0)


def _release(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text.partition("+")[0]))


def _layout(home: Mapping[str, object]) -> int:
    layout = home.get("layout", LAYOUT)
    return layout if isinstance(layout, int) else LAYOUT + 1


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []
