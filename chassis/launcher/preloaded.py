"""Everything the installed components import, imported once: what the nursery forks from.

Components load the same libraries, a second or two each. One process loads them and all others start as its copies.
A component that cannot be imported stops nobody else: its own process tries again and says why.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import entry_points

import chassis.migrations
import chassis.running  # noqa: F401 - for the copies
from chassis.component import GROUP

for point in entry_points(group=GROUP):
    with suppress(Exception):
        point.load()
