"""While `zhupi up` runs: whether every part answers. While it does not: whether its ports are free."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from chassis.doctor.finding import Finding, well, wrong
from chassis.launcher.health import serves, serves_http
from chassis.launcher.home import holder_of
from chassis.launcher.ports import SERVERS, is_free, planned
from kernel.text import Text


async def what_runs(home: Path, port_base: int) -> AsyncIterator[Finding]:
    holder = holder_of(home)
    if not holder:
        yield well("zhupi up 未在运行", "zhupi up is not running")
        for finding in _ports(port_base):
            yield finding
        return
    yield well("zhupi up 正在运行（进程 {pid}）", "zhupi up is running (process {pid})", pid=holder)
    addresses = home / "addresses.json"
    known: dict[str, str] = json.loads(addresses.read_text("utf-8")) if addresses.exists() else {}
    for part, address in known.items():
        yield await _part(home, part, address)


def _ports(port_base: int) -> Iterator[Finding]:
    for part, port in planned((), port_base).items():
        if not is_free(port):
            seen = Text("{part} 的端口 {port} 已被占用", "port {port} of {part} is in use")
            mend = Text(
                "停掉对方，或用 --port-base 另选", "stop what holds it, or choose another --port-base"
            )
            yield wrong(seen, mend, part=part, port=port)


async def _answers(address: str) -> bool:
    page = address.removeprefix("http://")
    return await (serves(address) if page == address else serves_http(page))


async def _part(home: Path, part: str, address: str) -> Finding:
    port = int(address.rpartition(":")[2])
    if not is_free(port) if part in SERVERS else await _answers(address):
        return well("{part} 应答：{address}", "{part} answers: {address}", part=part, address=address)
    seen = Text("{part} 没有应答：{address}", "{part} does not answer: {address}")
    log = home / "logs" / f"{part}.log"
    return wrong(seen, Text("请看日志 {log}", "see {log}"), part=part, address=address, log=log)
