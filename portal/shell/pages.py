"""What a folder of pages tells the shell of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.routing import BaseRoute

from kernel.text import Text

Group = Literal["lists", "start", "work", "operations"]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the navigation. `count` names the number that stands beside it (FolderCounts); `tab`: also at the foot of a phone."""

    address: str
    title: Text
    icon: str
    group: Group = "lists"
    count: str = ""
    tab: bool = False


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of pages: what answers, and where it is found."""

    routes: tuple[BaseRoute, ...]
    links: tuple[Link, ...] = ()
