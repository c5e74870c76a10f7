"""What happens to the parts while everything runs, as a person is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kernel.text import Text

Kind = Literal["starting", "ready", "died", "stopping", "stopped"]


@dataclass(frozen=True, slots=True)
class Happening:
    part: str
    kind: Kind
    text: Text


Tell = Callable[[Happening], None]


def tell_nobody(happening: Happening) -> None:
    """For those who only want the parts."""


def ready(part: str, address: str, seconds: float) -> Happening:
    sentence = Text(
        "{part} 就绪：{address}（{seconds:.1f} 秒）", "{part} is ready: {address} ({seconds:.1f} s)"
    )
    return Happening(part, "ready", sentence.format(part=part, address=address, seconds=seconds))


def starting(part: str) -> Happening:
    return Happening(part, "starting", Text("{part} 正在启动", "{part} is starting").format(part=part))


def died(part: str, how: Text, delay: float, log: object) -> Happening:
    sentence = Text(
        "{part} 已退出（{how_zh}），{delay:g} 秒后重启；日志：{log}",
        "{part} died ({how_en}) and is started again in {delay:g} s; log: {log}",
    )
    text = sentence.format(part=part, how_zh=how.zh, how_en=how.en, delay=delay, log=log)
    return Happening(part, "died", text)


def stopping(part: str) -> Happening:
    return Happening(part, "stopping", Text("{part} 正在停止", "{part} is draining").format(part=part))


def stopped(part: str) -> Happening:
    return Happening(part, "stopped", Text("{part} 已停止", "{part} has stopped").format(part=part))
