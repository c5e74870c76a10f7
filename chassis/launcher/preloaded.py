"""What installed components import, imported once: what the nursery forks from.

Components load the same libraries, a second or two each. One process loads them and all others start as its copies.
A component that cannot be imported stops nobody else: its own process tries again and says why.
"""

from __future__ import annotations

import gc
import os
import signal
from contextlib import suppress
from importlib.metadata import entry_points

# A Ctrl-C is the launcher's business.
signal.signal(signal.SIGINT, signal.SIG_IGN)

from chassis.forks import leave_forks_alone  # noqa: E402 - not before the line above

leave_forks_alone()

import chassis.postgres.migrations  # noqa: E402 - not before the line above
import chassis.running  # noqa: E402, F401 - for the copies
from chassis.component import GROUP  # noqa: E402

# Names with commas between; empty for all.
WANTED = "ZHUPI_PRELOAD"

wanted = os.environ.get(WANTED, "").split(",")
for point in entry_points(group=GROUP):
    if wanted == [""] or point.name in wanted:
        with suppress(Exception):
            point.load()

# What is never collected is never written to: the copies share it.
gc.collect()
gc.freeze()
