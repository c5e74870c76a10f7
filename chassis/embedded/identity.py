"""As whom PostgreSQL runs: it refuses root, and must still reach its folder and its programs.

An ordinary user runs it as themselves. For root there are three ways, and the first that reaches both places is
taken: the user `nobody`; the owner of the checkout or home, where only they may enter; a user namespace in which root
is called nobody, where only root may enter.
"""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chassis.embedded.command import outcome_of
from chassis.embedded.refusals import PostgresRefusesRoot

NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Identity:
    """Words before a command that make it run as somebody, and who must own the files, if that is somebody else."""

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None


async def identity_for(binary: Path, folder: Path) -> Identity:
    """Who can run `binary` in `folder`, which is handed over to them. Raises PostgresRefusesRoot."""
    if os.geteuid() != 0:
        return Identity()
    for candidate in _candidates(binary, folder):
        if _hand_over(folder, candidate.owner) and await _reaches(candidate, binary, folder, "-w"):
            return candidate
    raise PostgresRefusesRoot(folder=folder)


async def can_run(binary: Path, above: Path) -> bool:
    """Whether somebody can run `binary` in a folder inside `above`. Changes nothing."""
    if os.geteuid() != 0:
        return True
    return any([await _reaches(candidate, binary, above, "-d") for candidate in _candidates(binary, above)])


async def _reaches(candidate: Identity, binary: Path, folder: Path, test: str) -> bool:
    script = f'cd "$1" && test {test} . && exec "$0" --version'
    words = (*candidate.prefix, "/bin/sh", "-c", script, str(binary), str(folder))
    return (await outcome_of(*words, folder=Path("/"))).code == 0


def _candidates(binary: Path, folder: Path) -> Iterator[Identity]:
    setpriv, unshare = shutil.which("setpriv"), shutil.which("unshare")
    if setpriv:
        for user, group in dict.fromkeys((_nobody(), *_owners(binary), *_owners(folder))):
            words = (setpriv, "--reuid", str(user), "--regid", str(group), "--clear-groups", "--")
            yield Identity(words, (user, group))
    if unshare:
        yield Identity((unshare, "--user", f"--map-user={NOBODY}", "--"), (0, 0))


def _nobody() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return NOBODY, NOBODY
    return entry.pw_uid, entry.pw_gid


def _owners(path: Path) -> Iterator[tuple[int, int]]:
    """Whoever but root owns a folder on the way to `path`."""
    for folder in path.resolve().parents:
        status = folder.stat()
        if status.st_uid != 0:
            yield status.st_uid, status.st_gid


def _hand_over(folder: Path, owner: tuple[int, int] | None) -> bool:
    """Make it theirs with all that is in it. False where they do not exist: inside a user namespace."""
    if owner is None or (folder.stat().st_uid, folder.stat().st_gid) == owner:
        return True
    try:
        os.chown(folder, *owner)
    except OSError:
        return False
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent, name), *owner, follow_symlinks=False)
    return True
