"""Whether the home is fit for use: room, version, owner, modes, and a clock that does not run behind it."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from chassis.doctor.finding import Finding, well, wrong
from chassis.launcher.home import SPACE_NEEDED, Home
from kernel.errors import Refusal
from kernel.text import Text

# A file of the home that is this much ahead of the clock: the clock was set back.
CLOCK_TOLERANCE_SECONDS = 300
MEGABYTE = 1 << 20


def household(home: Path) -> Iterator[Finding]:
    yield _disk(home)
    if not home.is_dir():
        yield well(
            "{home} 尚未建立：首次 zhupi up 时建立",
            "{home} is not there yet: the first zhupi up makes it",
            home=home,
        )
        return
    try:
        yield _version(home)
        yield _modes(home)
        yield _clock(home)
    except PermissionError as error:
        seen = Text("无法读取 {path}", "{path} cannot be read")
        mend = Text("请以其所有者身份运行，或修改所有者", "run as its owner, or change the owner")
        yield wrong(seen, mend, path=error.filename)


def _disk(home: Path) -> Finding:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    seen = Text("磁盘剩余 {free} MB", "{free} MB of disk are free").format(free=free // MEGABYTE)
    mend = Text("至少需要 {n} MB：请腾出空间", "{n} MB are needed: make room").format(
        n=SPACE_NEEDED // MEGABYTE
    )
    return Finding(seen, mend if free < SPACE_NEEDED else None)


def _version(home: Path) -> Finding:
    try:
        Home(home).refuse_if_unfit()
    except Refusal as refusal:
        mend = Text("请换用相应版本，或用 --home 另选", "use a version that fits, or choose another --home")
        return Finding(refusal.text, mend)
    return well("{home} 适合此版本", "{home} fits this version", home=home)


def _modes(home: Path) -> Finding:
    """Whether the home is the caller's own and its secrets are private."""
    for path in (home, *sorted((home / "keys").rglob("*"))):
        status = path.stat()
        if status.st_uid != os.geteuid():
            seen = Text("{path} 不属于当前用户", "{path} belongs to somebody else")
            return wrong(
                seen,
                Text("请以其所有者身份运行，或修改所有者", "run as its owner, or change the owner"),
                path=path,
            )
        if path.suffix in {".jwk", ".json"} and stat.S_IMODE(status.st_mode) & 0o077:
            seen = Text("{path} 可被他人读取", "{path} can be read by others")
            return wrong(seen, Text("chmod 600 {path}", "chmod 600 {path}"), path=path)
    return well("密钥仅所有者可读", "keys are readable by their owner only")


def _clock(home: Path) -> Finding:
    newest = max((path.stat().st_mtime for path in home.iterdir()), default=0.0)
    ahead = newest - time.time()
    now = time.strftime("%Y-%m-%d %H:%M:%S %z")
    if ahead <= CLOCK_TOLERANCE_SECONDS:
        return well("时钟 {now}", "the clock says {now}", now=now)
    seen = Text("时钟 {now} 比数据文件夹慢 {n} 秒", "the clock says {now}, {n} s behind the home")
    return wrong(seen, Text("请校准时钟", "set the clock"), now=now, n=int(ahead))
