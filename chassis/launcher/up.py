"""The command `zhupi up`: brings everything up, says so, and runs until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chassis.launcher.demo import load_demo, loading_the_rest
from chassis.launcher.happening import Happening
from chassis.launcher.home import SPACE_NEEDED
from chassis.launcher.launch import Launched, launched
from chassis.launcher.refusals import DiskFull, HomeNotWritable
from chassis.terminal import language, say
from kernel.text import Text

# Less than this, and a part that died has most likely died of it.
NO_SPACE = 8 << 20
STOPPED, INTERRUPTED = 0, 130
# `timeout` and others send a signal to the process and to its group: that is one wish, not two.
A_MOMENT = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    home: Path
    port_base: int
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    json: bool = False
    demo: str = ""
    """Of which size; empty: none."""


def up(options: Options) -> int:
    """The exit code. Raises the refusals of `chassis.launcher.launch.launched`, DiskFull, HomeNotWritable."""
    try:
        return asyncio.run(_up(options))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(home=options.home, free=0, needed=SPACE_NEEDED >> 20) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise HomeNotWritable(path=error.filename or options.home, why=error.strerror) from error
        raise


async def _up(options: Options) -> int:
    hurry, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(_serve(options, hurry, ready))
    _on_signals(serving.cancel, hurry.set)
    await asyncio.wait({serving})
    if serving.cancelled():
        return STOPPED if ready.is_set() else INTERRUPTED
    await serving  # it ended by itself: it raises why
    return STOPPED


async def _serve(options: Options, hurry: asyncio.Event, ready: asyncio.Event) -> None:
    begun = time.monotonic()
    say(Text("朱批正在启动：{home}", "Zhupi is starting in {home}").format(home=options.home))
    launch = launched(
        options.home,
        only=options.only,
        without=options.without,
        port_base=options.port_base,
        tell=_teller(options.home),
        hurry=hurry,
    )
    async with launch as running:
        demo = "" if options.only or options.without else options.demo
        if demo:
            await load_demo(running, demo)
        _say_ready(running, options, time.monotonic() - begun)
        ready.set()
        async with loading_the_rest(running, demo):
            await running.supervisor.broken()


def _on_signals(first: Callable[[], object], later: Callable[[], object]) -> None:
    """The first signal asks for an orderly end, one that comes A_MOMENT later for a quick one."""
    loop = asyncio.get_running_loop()
    asked: list[float] = []

    def hear() -> None:
        if not asked:
            asked.append(loop.time())
            first()
        elif loop.time() - asked[0] > A_MOMENT:
            later()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, hear)


def _teller(home: Path) -> Callable[[Happening], None]:
    marks = {"ready": "✓", "died": "✗"}

    def tell(happening: Happening) -> None:
        mark = marks.get(happening.kind, "·")
        say(Text(f"  {mark} {happening.text.zh}", f"  {mark} {happening.text.en}"))
        if happening.kind == "died" and (free := shutil.disk_usage(home).free) < NO_SPACE:
            say(DiskFull(home=home, free=free >> 20, needed=SPACE_NEEDED >> 20).text)

    return tell


def _say_ready(running: Launched, options: Options, seconds: float) -> None:
    home = running.home.path
    if options.json:
        ready = {"home": str(home), "pid": os.getpid(), "seconds": round(seconds, 2)}
        print(json.dumps({**ready, "addresses": dict(running.addresses)}, ensure_ascii=False), flush=True)
        return
    width = max(map(len, running.addresses))
    rows = "\n".join(f"  {name:<{width}}  {address}" for name, address in running.addresses.items())
    zhupi = os.path.relpath(Path(sys.executable).with_name("zhupi"))
    where = "" if options.home == Path(".zhupi") else f"ZHUPI_HOME={home} "
    sentence = Text(
        "朱批已就绪（{seconds:.1f} 秒），数据在 {home}，按 Ctrl-C 停止。\n{rows}\n请在另一个终端中运行：{where}{zhupi} --help",
        "Zhupi is up ({seconds:.1f} s) in {home}; Ctrl-C stops it.\n{rows}\nIn another terminal: {where}{zhupi} --help",
    )
    text = sentence.format(seconds=seconds, home=home, rows=rows, zhupi=zhupi, where=where)
    print(text.in_language(language()), flush=True)
